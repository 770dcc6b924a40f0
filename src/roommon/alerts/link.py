"""The seam between what is told and the protocol that carries it: one open connection to one broker."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from roommon.alerts.sink import SinkUnavailable


class Refused(SinkUnavailable):
    """The far side is there and does not take this message, or does not let us listen."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is published, at least once."""

    topic: str
    payload: bytes
    retained: bool = False
    expires_s: int | None = None
    """The broker drops it when nobody took it for so long (MQTT 5)."""
    correlation: bytes | None = None
    """What a reply carries back to whoever asked (MQTT 5)."""


@dataclass(frozen=True, slots=True)
class Received:
    """What arrived."""

    topic: str
    payload: bytes
    retained: bool
    """It stood on the broker before we listened."""
    reply_to: str | None = None
    """Where whoever sent it awaits a reply (MQTT 5)."""
    correlation: bytes | None = None
    """What the reply shall carry back (MQTT 5)."""


class Link(Protocol):
    """One open connection; what is published goes out in order, and nothing of it outlives the connection."""

    @property
    def how(self) -> str:
        """How it is connected, for the log: `over MQTT 5 with TLS 1.3`."""
        ...

    async def room(self) -> None:
        """Wait until one more message may be under way; what follows without an await may publish it.

        Raises:
            SinkUnavailable: the connection is lost.
        """
        ...

    def publish(self, message: Message) -> asyncio.Future[None]:
        """Send `message`; the future is done when the broker has it.

        The future raises `Refused` when the broker does not take it and `SinkUnavailable` when the connection is lost.
        """
        ...

    async def subscribe(self, topics: str) -> None:
        """Listen to the filter `topics`.

        Raises:
            Refused: the broker does not let us.
            SinkUnavailable: the connection is lost.
        """
        ...

    def hear(self, take: Callable[[Received], None]) -> None:
        """Give everything that arrives from now on to `take` too."""
        ...

    def part(self) -> None:
        """Close in good order, without a last will."""
        ...

    async def lost(self) -> None:
        """Wait until the connection is lost; then raise `SinkUnavailable`."""
        ...
