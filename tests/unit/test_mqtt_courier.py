"""The courier over a link that does what a test says."""

import asyncio
import gc
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
from roommon.model.command import Command
from roommon.model.device import SiteId
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from roommon.rules.answer import Answer, done
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


async def confirmations(wire: Wire, count: int) -> None:
    await until(lambda: len(wire.confirmations) == count)


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


NOTE = b'{"alarm": "a.b.c", "by": "Wang", "note": "n", "id": "7"}'


async def _agree(_: Command) -> Answer:
    return done(Text("Done.", "已完成。"))


@asynccontextmanager
async def obeying(folder: Path, wire: Wire) -> AsyncGenerator[Courier]:
    """A courier that takes commands and does nothing else."""
    async with journal(folder) as opened:
        told = context(opened, _agree, lambda _: None)
        report = Report("mqtt", told.health, SystemClock())
        courier = Courier(wire, Topics("roommon", SiteId("hospital-a")), told, report)
        task = asyncio.create_task(courier.obey())
        yield courier
        assert not task.done()
        task.cancel()
        await asyncio.wait([task])


def asking(reply_to: str | None = None, *, retained: bool = False) -> Received:
    return Received(f"{SITE}/command/note", NOTE, retained, reply_to, b"c" if reply_to else None)


async def test_a_reply_that_is_refused_is_said_once_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: unheard.append(what))
    wire = Wire()
    wire.confirms = False
    async with obeying(tmp_path, wire) as courier:
        for number in range(3):
            courier.receive(asking())
            await confirmations(wire, number + 1)
        wire.confirmations.pop(0).set_exception(Refused("not authorized"))
        wire.confirmations.pop(0).set_exception(Refused("not authorized"))
        await asyncio.sleep(0.01)
        said = [record.message for record in caplog.records if "replies: " in record.message]
        assert said == [
            "mqtt: replies: the broker lets none out (roommon/hospital-a/reply/+); whoever commands hears of nothing"
        ]
        wire.confirmations.pop(0).set_result(None)
        await until(lambda: "replies: well again" in caplog.text)
        courier.receive(asking())
        await until(lambda: bool(wire.confirmations))
        wire.confirmations.pop(0).set_exception(SinkUnavailable("lost"))
        await asyncio.sleep(0.01)
    gc.collect()
    assert unheard == []
    assert wire.topics() == ["reply/7"] * 4


@pytest.mark.parametrize(
    "named", ["event", "status", "alarm/a.b.c", "alarm/a.b.c/", "command/note", "reading/a/b", "", "reply", "reply/#"]
)
async def test_a_reply_never_passes_for_something_else_of_ours(tmp_path: Path, named: str) -> None:
    wire = Wire()
    async with obeying(tmp_path, wire) as courier:
        for reply_to in (f"{SITE}/{named}", "my/+/replies", "$SYS/broker"):
            courier.receive(asking(reply_to))
        courier.receive(asking("my/replies", retained=True))
        courier.receive(asking(f"{SITE}/reply/nurse"))
        courier.receive(asking("roommon/hospital-ab/x"))
        await until(lambda: len(wire.sent) == 2)
    assert [(message.topic, message.correlation) for message in wire.sent] == [
        (f"{SITE}/reply/nurse", b"c"),
        ("roommon/hospital-ab/x", b"c"),
    ]
