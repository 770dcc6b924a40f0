"""ntfy, which may stand on a box of one's own: pushes to telephones. The address is the topic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from roommon.model.alarm import Priority
from roommon.model.secret import Secret
from roommon.notify.address import check_url
from roommon.notify.http import Request, post
from roommon.notify.wording import Note

_PRIORITIES: Final[Mapping[Priority, int]] = {
    Priority.CRITICAL: 5,
    Priority.HIGH: 4,
    Priority.MEDIUM: 3,
    Priority.LOW: 2,
}


@dataclass(frozen=True, slots=True)
class Config:
    """One server."""

    url: str = field(metadata={"doc": "https://ntfy.hospital.example"})
    token: Secret | None = None
    ca_file: Path | None = field(
        default=None, metadata={"doc": "The CA that signed the server's certificate; the system's when missing."}
    )

    def __post_init__(self) -> None:
        check_url(self.url)


async def send(config: Config, note: Note, address: str) -> None:
    """Publish `note` to the topic `address`; raise NotDelivered with the server's answer."""
    headers = {} if config.token is None else {"Authorization": f"Bearer {config.token.value}"}
    ends = note.urgent.is_over
    document = {
        "topic": address,
        "title": note.subject,
        "message": note.body,
        "priority": _PRIORITIES[Priority.LOW if ends else note.urgent.priority],
        "tags": ["white_check_mark" if ends else "rotating_light"],
    }
    if (click := note.click) is not None:
        document["click"] = click
    await post(Request(config.url, document, headers, ca_file=config.ca_file))
