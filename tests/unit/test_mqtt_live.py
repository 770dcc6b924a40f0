"""Present readings over a link: what is told, and that what is passed over stays passed over."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from roommon.alerts.link import Message, Received
from roommon.alerts.live import Live
from roommon.alerts.report import Report
from roommon.alerts.topics import Topics
from roommon.journal.journal import Journal
from roommon.journal.thread import Urgency
from roommon.model.clock import Duration
from roommon.model.device import SiteId
from roommon.model.reading import Reading, good
from roommon.poll.clock import SystemClock
from tests.peers.events import INLET, context, event, journal, nobody
from tests.peers.journal import damage_pages

CLOCK = SystemClock()


class Wire:
    """A link that confirms everything at once, and records what went out."""

    how = "over a wire"

    def __init__(self) -> None:
        self.sent: list[Message] = []

    async def room(self) -> None:
        await asyncio.sleep(0)

    def publish(self, message: Message) -> asyncio.Future[None]:
        self.sent.append(message)
        confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        confirmation.set_result(None)
        return confirmation

    async def subscribe(self, topics: str) -> None:
        """Nothing ever arrives."""

    def hear(self, take: Callable[[Received], None]) -> None:
        """Nothing ever arrives."""

    def part(self) -> None:
        """Nothing to close."""

    async def lost(self) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def publishing(opened: Journal, wire: Wire) -> AsyncGenerator[None]:
    told = context(opened, nobody, lambda _: None)
    report = Report("mqtt", told.health, CLOCK)
    live = Live(wire, Topics("roommon", SiteId("hospital-a")), told, report, Duration(60_000))
    task = asyncio.create_task(live.carry())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def reading(value: float) -> Reading:
    return good(INLET.id, CLOCK.instant(CLOCK.monotonic()), value)


async def tell(opened: Journal, wire: Wire, value: float) -> None:
    """Journal one reading, and wait until it was published."""
    before = len(wire.sent)
    await opened.append([reading(value)], [], {})
    await opened.flush()
    async with asyncio.timeout(5):
        while len(wire.sent) == before:  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.005)


def is_replaced(folder: Path) -> bool:
    return bool(list(folder.glob("journal.db.damaged-*")))


async def test_a_reload_that_keeps_the_sink_tells_no_reading_again(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        wire = Wire()
        async with publishing(opened, wire):
            for value in range(5):
                await tell(opened, wire, float(value))
            await opened.forget_others(["mqtt"])
            await tell(opened, wire, 5.0)
            await asyncio.sleep(0.2)
        assert len(wire.sent) == 6


async def test_after_a_damaged_file_was_replaced_each_reading_is_told_once(tmp_path: Path) -> None:
    async with journal(tmp_path) as before:
        for value in range(5):
            await before.append([reading(float(value))], [event("a.b.c")], {})
    async with journal(tmp_path) as opened:
        wire = Wire()
        async with publishing(opened, wire):
            await tell(opened, wire, 5.0)
            damage_pages(tmp_path / "journal.db", 1)
            await opened._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA shrink_memory").fetchall())
            async with asyncio.timeout(20):
                while not is_replaced(tmp_path):
                    await opened.append([], [event("a.b.c")], {})
            await tell(opened, wire, 6.0)
            await asyncio.sleep(0.2)
        payloads = [message.payload for message in wire.sent]
        assert len(payloads) == len(set(payloads))
