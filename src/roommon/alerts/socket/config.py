"""Where people on the box command, as it is written in the configuration."""

from dataclasses import dataclass, field
from pathlib import Path

from roommon.model.text import Text
from roommon.model.worded import Invalid

DEFAULT = Path("/run/roommon/command.sock")
"""In the folder that systemd makes for the service."""
_LONGEST = 107
"""Bytes of a socket's path (unix(7), `sun_path`)."""


@dataclass(frozen=True, slots=True)
class Config:
    """The socket for commands."""

    socket: Path = field(
        default=DEFAULT, metadata={"doc": "The daemon's own group may command through it (`roommon alarms shelve`)."}
    )

    def __post_init__(self) -> None:
        if len(str(self.socket).encode()) > _LONGEST:
            raise Invalid(
                Text(f"the path of a socket has {_LONGEST} bytes at most", f"套接字路径最长 {_LONGEST} 字节"),
                Text(f"choose a shorter one, such as {DEFAULT}", f"请改用较短的路径，例如 {DEFAULT}"),
            )
