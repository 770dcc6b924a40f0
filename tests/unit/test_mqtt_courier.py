"""The courier over a link that does what a test says."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from roommon.alerts import courier as courier_module
from roommon.alerts.courier import Courier
from roommon.alerts.link import Message, Received, Refused
from roommon.alerts.report import Report
from roommon.alerts.sink import SinkUnavailable
from roommon.alerts.topics import Topics
from roommon.journal.journal import Journal
from roommon.model.alarm import State
from roommon.model.device import SiteId
from roommon.poll.clock import SystemClock
from tests.peers.events import context, event, journal, nobody

SITE = "roommon/hospital-a"


class Wire:
    """A link that confirms when it is told to, and records what went out."""

    how = "over a wire"

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.confirmations: list[asyncio.Future[None]] = []
        self.confirms = True
        self.readable = True
        self.subscribed: list[str] = []

    async def room(self) -> None:
        await asyncio.sleep(0)

    def publish(self, message: Message) -> asyncio.Future[None]:
        self.sent.append(message)
        confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.confirms:
            confirmation.set_result(None)
        self.confirmations.append(confirmation)
        return confirmation

    async def subscribe(self, topics: str) -> None:
        if not self.readable:
            raise Refused("not authorized")
        self.subscribed.append(topics)

    def hear(self, take: Callable[[Received], None]) -> None:
        """Nothing ever arrives."""

    def part(self) -> None:
        """Nothing to close."""

    async def lost(self) -> None:
        await asyncio.Event().wait()

    def topics(self) -> list[str]:
        return [message.topic.removeprefix(f"{SITE}/") for message in self.sent]


@asynccontextmanager
async def carrying(opened: Journal, wire: Wire) -> AsyncGenerator[Courier]:
    told = context(opened, nobody, lambda _: None)
    courier = Courier(wire, Topics("roommon", SiteId("hospital-a")), told, Report("mqtt", told.health, SystemClock()))
    tasks = [asyncio.create_task(work()) for work in (courier.carry, courier.listen, courier.tidy)]
    try:
        yield courier
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110  # what is awaited has no event
            await asyncio.sleep(0.005)


async def unsent(opened: Journal) -> list[int]:
    return [numbered.number for numbered in await opened.unsent_events("mqtt", 1000)]


async def test_the_cursor_stops_before_the_first_event_that_is_not_confirmed(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        wire = Wire()
        async with carrying(opened, wire):
            await until(lambda: "status" in wire.topics())
            wire.confirms = False
            await opened.append([], [event("a.b.c") for _ in range(4)], {})
            await until(lambda: wire.topics().count("event") == 4)
            state, *events = wire.confirmations[-5:]
            for confirmed in (events[0], events[1], events[3]):
                confirmed.set_result(None)
            events[2].set_exception(SinkUnavailable("lost"))
            state.set_result(None)
            await asyncio.sleep(0.05)
        assert await unsent(opened) == [3, 4]


async def test_the_cursor_does_not_move_before_the_state_is_confirmed(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        wire = Wire()
        async with carrying(opened, wire):
            await until(lambda: "status" in wire.topics())
            wire.confirms = False
            await opened.append([], [event("a.b.c", State.NORMAL)], {})
            await until(lambda: wire.topics()[-2:] == ["alarm/a.b.c", "event"])
            wire.confirmations[-1].set_result(None)
            await asyncio.sleep(0.05)
        assert await unsent(opened) == [1]


async def test_a_long_backlog_shows_the_present_states_and_never_those_of_the_past(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "ROUND", 10)
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        for _ in range(20):
            await opened.append([], [event("ended.b.c"), event("stands.b.c")], {})
            await opened.append([], [event("ended.b.c", State.NORMAL)], {})
        wire = Wire()
        async with carrying(opened, wire):
            await until(lambda: wire.topics().count("event") == 60)
    for message in wire.sent:
        if message.topic.endswith("alarm/ended.b.c"):
            assert message.payload == b""
        if message.topic.endswith("alarm/stands.b.c"):
            assert b'"number":59,' in message.payload


async def test_what_is_found_on_the_broker_is_removed_unless_it_stands(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        await opened.append([], [event("stands.b.c")], {})
        wire = Wire()
        async with carrying(opened, wire) as courier:
            await until(lambda: f"{SITE}/alarm/+" in wire.subscribed)
            for alarm in ("stands.b.c", "left.b.c"):
                courier.receive(Received(f"{SITE}/alarm/{alarm}", b"{}", retained=True))
            courier.receive(Received(f"{SITE}/alarm/echo.b.c", b"{}", retained=False))
            await until(lambda: "alarm/left.b.c" in wire.topics())
            await asyncio.sleep(0.05)
    removed = {message.topic for message in wire.sent if message.retained and not message.payload}
    assert removed == {f"{SITE}/alarm/left.b.c"}


async def test_delivery_goes_on_where_nothing_may_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        wire = Wire()
        wire.readable = False
        async with carrying(opened, wire):
            await opened.append([], [event("a.b.c")], {})
            await until(lambda: "event" in wire.topics())
            await until(lambda: "are not found" in caplog.text and "commands are not taken" in caplog.text)
