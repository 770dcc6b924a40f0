"""Events as a person looks for them."""

from dataclasses import replace
from pathlib import Path

import pytest

from roommon.journal.reader import JournalReader
from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.journal.search import Wanted
from roommon.model.alarm import AlarmEvent, Priority, Trigger
from roommon.model.clock import Instant
from roommon.model.text import Text
from tests.peers.events import journal
from tests.peers.shown import raised
from tests.peers.story import Story


def events() -> list[AlarmEvent]:
    hot = raised("hot.rack-a.inlet", text=Text("Rack A is 33 °C", "A 列 33 °C"), priority=Priority.HIGH)
    wet = raised("water.rope.leak", text=Text("Water 100% sure", "漏水"), priority=Priority.CRITICAL)
    seen = replace(wet, trigger=Trigger.ACKNOWLEDGED, by="王工", note="on my way")
    return [hot, wet, seen, replace(hot, drill=True, alarm=raised("drill.rack-a.inlet").alarm)]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [4, 3, 2, 1]),
        (Wanted(words="漏水"), [3, 2]),
        (Wanted(words="RACK a is"), [4, 1]),
        (Wanted(words="rope"), [3, 2]),
        (Wanted(words="王工"), [3]),
        (Wanted(words="my way"), [3]),
        (Wanted(words="%"), [3, 2]),
        (Wanted(words="_"), []),
        (Wanted(priority=Priority.HIGH), [4, 1]),
        (Wanted(alarm="water.rope.leak"), [3, 2]),
        (Wanted(by_people=True), [3]),
        (Wanted(drills=True), [4]),
        (Wanted(words="rope", by_people=True, priority=Priority.CRITICAL), [3]),
        (Wanted(words="' OR 1=1 --"), []),
    ],
)
async def test_what_is_found(tmp_path: Path, wanted: Wanted, numbers: list[int]) -> None:
    async with journal(tmp_path) as opened:
        await opened.append([], events(), {})
        with JournalReader(tmp_path / "journal.db") as reader:
            assert [one.number for one in reader.search(wanted)] == numbers
            assert [one.number for one in reader.search(wanted, before=3)] == [each for each in numbers if each < 3]
            assert [one.number for one in reader.search(wanted, at_most=1)] == numbers[:1]


async def test_calm_is_after_each_event_after_which_nothing_stands(tmp_path: Path) -> None:
    story = Story()
    story.raised(1, "hot.rack-a.inlet")
    story.stood(2, 3, "water.rope.leak")
    story.returned(4, "hot.rack-a.inlet")
    story.stood(5, 6, "water.rope.leak")
    story.raised(7, "water.rope.leak")
    async with journal(tmp_path) as opened:
        await opened.append([], [one.event for one in story.events], {})
        with JournalReader(tmp_path / "journal.db") as reader:
            assert reader.calm() == [4, 6]
            assert [one.number for one in reader.events_after(2, 5)] == [3, 4, 5]


def login(at: int, by: str | None = "王工 (wang)") -> Login:
    step = LoginStep.WRONG if by is None else LoginStep.IN
    return Login(Instant(at), step, LoginWay.PROGRAM, by, "2001:db8::7", at, Instant(at - 1), Instant(at))


async def test_who_logged_in_is_found_the_newest_first_and_as_it_was_written(tmp_path: Path) -> None:
    written = [login(10), login(20, None), login(30)]
    async with journal(tmp_path) as opened:
        for each in written:
            await opened.append([each], (), {})
        await opened.append([], events(), {})
        await opened.flush()
        with JournalReader(tmp_path / "journal.db") as reader:
            found = reader.logins()
            assert [each.login for each in found] == written[::-1]
            assert [type(each.login.step) for each in found] == [LoginStep] * 3
            assert [type(each.login.way) for each in found] == [LoginWay] * 3
            assert [each.login for each in reader.logins(found[0].number, 1)] == [written[1]]
            assert [one.number for one in reader.search(Wanted(by_people=True))] == [3]
