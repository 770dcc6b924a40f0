"""Where traps are listened for, as a person writes it."""

import ipaddress
from dataclasses import dataclass, field

from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid


@dataclass(frozen=True, slots=True)
class Config:
    """The trap listener."""

    host: str = field(default="0.0.0.0", metadata={"doc": "The own address to listen at; `::` for both IP versions."})  # noqa: S104  # devices send from the network
    port: int = field(default=1162, metadata={"doc": "UDP; devices send to 162, which wants a privilege."})
    community: str | None = field(
        default=None, metadata={"doc": "Taken beside the one with which a device is asked (versions 1 and 2c)."}
    )
    community_secret: Secret | None = field(default=None, metadata={"key": "community_file"})

    def __post_init__(self) -> None:
        try:
            ipaddress.ip_address(self.host)
        except ValueError as error:
            raise Invalid(
                Text(f"`{self.host}` is no address", f"`{self.host}` 不是地址"),
                Text("write an own address, 0.0.0.0 or ::", "请写本机地址、0.0.0.0 或 ::"),
            ) from error
        if self.community is not None and self.community_secret:
            raise Invalid(
                Text("community and community_file are both given", "同时给出了 community 与 community_file"),
                Text("one is enough", "只需其一"),
            )

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
