"""Any service that apprise knows, by its URL (https://appriseit.com/services/)."""

from dataclasses import dataclass, field

from roommon.model.secret import Secret
from roommon.notify.carried import carry, check_installed
from roommon.notify.wording import Note


@dataclass(frozen=True, slots=True)
class Config:
    """One service."""

    url: Secret = field(metadata={"doc": "The service's URL, which holds its secrets; `{address}` in it is filled in."})

    def __post_init__(self) -> None:
        check_installed()


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note`; raise NotDelivered with what apprise says."""
    await carry(config.url.value.replace("{address}", address), note)
