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

    def __init__(self) -> None:
        self.parts: Parts = {"banner": "normal", "foot": "1"}
        self.drawn = 0

    async def draw(self, _seen: Seen) -> Parts:
        self.drawn += 1
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
