"""The status page as it is written in the configuration: where it is served, how it is guarded, who may look."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address
from pathlib import Path

from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.web.address import Address, Ip, Network

DEFAULT = Address(IPv4Address("127.0.0.1"), 8480)
USERS = Path("users")
"""Beside the configuration: /etc/roommon/users."""


class View(StrEnum):
    """Who may look. To do something always needs a login."""

    OPEN = "open"
    LOGIN = "login"


@dataclass(frozen=True, slots=True)
class Config:
    """The status page."""

    listen: Address = field(
        default=DEFAULT,
        metadata={"doc": "Own address and port: 127.0.0.1:8480, 0.0.0.0:8480 (all), '[::1]:8480'."},
    )
    certificate: Path | None = field(
        default=None, metadata={"doc": "The certificate with those between it and its CA, PEM: https."}
    )
    key: Path | None = field(default=None, metadata={"doc": "The private key of `certificate`, PEM."})
    insecure: bool = field(
        default=False, metadata={"doc": "Serve others than this box without TLS: passwords can be read on the way."}
    )
    behind_proxy: tuple[Network, ...] = field(
        default=(),
        metadata={"doc": "Addresses or networks of the proxy in front, whose X-Forwarded-For and -Proto are believed."},
    )
    view: View = field(default=View.OPEN, metadata={"doc": "Who may look: open (anybody) or login."})
    users: Path = field(
        default=USERS, metadata={"doc": "The file of `roommon user`; `users` beside the configuration when left out."}
    )

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise Invalid(
                Text("certificate and key go together", "certificate 与 key 须成对给出"),
                Text("give both or none", "请两者都写，或都不写"),
            )
        if not (self.listen.is_loopback or self.has_tls or self.behind_proxy or self.insecure):
            raise Invalid(
                Text(
                    f"at {self.listen} others than this box come, and passwords would travel unencrypted",
                    f"{self.listen} 可从本机以外访问，密码将以明文传输",
                ),
                Text(
                    "give `certificate` and `key`, or `behind_proxy`; or say `insecure: true`",
                    "请写 `certificate` 与 `key`，或 `behind_proxy`；或明确写 `insecure: true`",
                ),
            )

    @property
    def has_tls(self) -> bool:
        """Whether it speaks https itself."""
        return self.certificate is not None

    def is_proxy(self, address: Ip) -> bool:
        """Return whether the proxy in front speaks from `address`."""
        return any(network.holds(address) for network in self.behind_proxy)
