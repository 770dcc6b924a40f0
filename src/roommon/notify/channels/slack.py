"""A Slack incoming webhook; the address is the channel. apprise carries it."""

from dataclasses import dataclass, field

from roommon.model.secret import Secret
from roommon.notify.carried import carry, check_installed
from roommon.notify.wording import Note


@dataclass(frozen=True, slots=True)
class Config:
    """One webhook."""

    token: Secret = field(metadata={"doc": "The end of the webhook's address: T1A/B2B/xyz."})

    def __post_init__(self) -> None:
        check_installed()


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to the channel `address`; raise NotDelivered with what apprise says."""
    await carry(f"slack://{config.token.value.strip('/')}/#{address.lstrip('#')}", note)
