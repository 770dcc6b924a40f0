"""Server-sent events: what changed and nothing else, the newest for who is slow, a sign of life for all."""

import asyncio
import json

import pytest

from roommon.model.text import Language
from roommon.web import live
from roommon.web.live import Live, Parts, Seen
from tests.unit.test_poller import HandClock

WALL = Seen("wall", "", Language.ENGLISH)


class Room:
    """Parts that a test sets, and how often they were drawn."""

    def __init__(self, clock: HandClock | None = None) -> None:
        self.parts: Parts = {"banner": "normal", "foot": "1"}
        self.drawn = 0
        self.clock = clock or HandClock()
        self.takes_s = 0.0

    async def draw(self, _seen: Seen) -> Parts:
        self.drawn += 1
        self.clock.now += self.takes_s
        return dict(self.parts)


async def test_who_joins_is_sent_all_and_then_what_changed() -> None:
    room = Room()
    hub = Live(room.draw, HandClock())
    watcher = hub.join(WALL)
    await hub._tell()
    assert await watcher.next_event() == {"banner": "normal", "foot": "1"}
    room.parts["foot"] = "2"
    await hub._tell()
    assert await watcher.next_event() == {"foot": "2"}


async def test_who_is_slow_is_sent_the_newest_once() -> None:
    room = Room()
    hub = Live(room.draw, HandClock())
    watcher = hub.join(WALL)
    for number in range(5):
        room.parts["foot"] = str(number)
        await hub._tell()
    assert await watcher.next_event() == {"banner": "normal", "foot": "4"}


async def test_a_page_is_drawn_once_for_all_who_look_at_it_and_not_at_all_for_nobody() -> None:
    room = Room()
    hub = Live(room.draw, HandClock())
    watchers = [hub.join(WALL) for _ in range(20)]
    await hub._tell()
    assert room.drawn == 1
    assert [len(await watcher.next_event()) for watcher in watchers] == [2] * 20
    for watcher in watchers:
        hub.leave(watcher)
    await hub._tell()
    assert room.drawn == 1
    late = hub.join(WALL)
    await hub._tell()
    assert len(await late.next_event()) == 2


async def test_silence_is_broken_by_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    hub = Live(Room().draw, HandClock())
    watcher = hub.join(WALL)
    await hub._tell()
    await watcher.next_event()
    monkeypatch.setattr(live, "_BEAT_S", 0.01)
    async with asyncio.timeout(1):
        assert await watcher.next_event() == {}
    said = hub.event({"banner": "<h1>温度</h1>"}).decode()
    assert (said[:6], said[-2:], said.count("\n")) == ("data: ", "\n\n", 2)
    assert json.loads(said.removeprefix("data: ")) == {"now": 1_000_000, "parts": {"banner": "<h1>温度</h1>"}}


async def test_at_the_end_every_stream_ends() -> None:
    hub = Live(Room().draw, HandClock())
    watcher = hub.join(WALL)
    hub.close()
    assert watcher.is_over
    assert await watcher.next_event() == {}


async def drawn_within(seconds: int, takes_s: float) -> int:
    """How often a page that `takes_s` to be drawn is drawn for its one watcher."""
    clock = HandClock()
    room = Room(clock)
    room.takes_s = takes_s
    hub, end = Live(room.draw, clock), clock.now + seconds
    hub.join(WALL)
    while clock.now < end:
        await hub._tell()
        clock.now += live.EVERY_S
    return room.drawn


async def test_a_page_that_is_dear_is_drawn_less_often_and_never_too_seldom() -> None:
    assert await drawn_within(60, 0.0) == 60
    assert await drawn_within(60, 0.04) in (58, 59)
    assert 60 * 0.05 / 0.2 - 3 < await drawn_within(60, 0.2) <= 60 * 0.05 / 0.2 + 1
    assert await drawn_within(60, 2.0) in (8, 9)


async def test_a_dear_page_leaves_another_its_second() -> None:
    clock = HandClock()
    drawn: list[str] = []

    async def draw(seen: Seen) -> Parts:
        drawn.append(seen.page)
        clock.now += 0.2 if seen.page == "plan" else 0
        return {}

    hub = Live(draw, clock)
    hub.join(WALL)
    hub.join(Seen("plan", "", Language.ENGLISH))
    for _ in range(3):
        await hub._tell()
        clock.now += live.EVERY_S
    assert (drawn.count("wall"), drawn.count("plan")) == (3, 1)


def test_an_event_holds_what_it_is_given_and_the_time_whoever_was_sent_what_before() -> None:
    clock = HandClock()
    hub = Live(Room().draw, clock)
    sent: list[object] = []
    for parts in ({"a": "1"}, {"a": "1"}, {"a": "2"}, {}):
        sent.append(json.loads(hub.event(parts).decode().removeprefix("data: ")))
        clock.now += 1
    assert sent == [
        {"now": 1_000_000, "parts": {"a": "1"}},
        {"now": 1_001_000, "parts": {"a": "1"}},
        {"now": 1_002_000, "parts": {"a": "2"}},
        {"now": 1_003_000, "parts": {}},
    ]
