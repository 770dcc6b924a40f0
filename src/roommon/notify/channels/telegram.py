"""A Telegram bot; the address is the chat. apprise carries it."""

from dataclasses import dataclass, field

from roommon.model.secret import Secret
from roommon.notify.carried import carry, check_installed
from roommon.notify.wording import Note


@dataclass(frozen=True, slots=True)
class Config:
    """One bot."""

    token: Secret = field(metadata={"doc": "The bot's token: 123456:ABC..."})

    def __post_init__(self) -> None:
        check_installed()


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to the chat `address`; raise NotDelivered with what apprise says."""
    await carry(f"tgram://{config.token.value}/{address}", note)
