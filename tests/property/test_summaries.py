"""Minutes and hours are what anybody would reckon from all readings, whatever happens while they are made."""

import contextlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from roommon.journal import summaries as on_disk
from roommon.journal import summariser
from roommon.journal.block import GROUP, empty, packed, unpacked
from roommon.journal.file import JournalFile
from roommon.journal.group import Group
from roommon.journal.reader import JournalReader
from roommon.journal.schema import connect
from roommon.journal.summariser import Summariser
from roommon.journal.summary import HOUR, MINUTE, NOTHING, Summary, all_joined, joined, summed
from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from tests.peers.journal import START
from tests.peers.summaries import reckoned, summaries

FINITE = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.lists(FINITE, max_size=20)
PLAIN = st.integers(-4000, 4000).map(lambda eighths: eighths / 8)

SENSORS = [SensorId(f"device-{number}.x") for number in range(2 * GROUP + 3)]
WATCHED = [SENSORS[0], SENSORS[2 * GROUP], SensorId("drill.device-0.x")]
"""Of two groups, and one whose readings are no truth."""
MINUTES_AROUND = st.integers(-70, 130)
"""Of the beginning: hours before it and after it, for clocks are set."""


@st.composite
def readings_at(draw: st.DrawFn) -> list[Reading]:
    """One batch: mostly within a minute, sometimes over its end, sometimes before anybody told the box the time."""
    begin = draw(st.one_of(MINUTES_AROUND.map(lambda minutes: START + minutes * MINUTE), st.just(90_000)))
    within = st.integers(0, draw(st.sampled_from([10_000, MINUTE, 3 * HOUR])))
    one = st.builds(
        lambda sensor, after, value, kind: kind(sensor, Instant(begin + after), value),
        st.sampled_from(WATCHED),
        within,
        PLAIN,
        st.sampled_from([good, good, doubted, failed]),
    )
    return draw(st.lists(one, min_size=1, max_size=12))


def doubted(sensor: SensorId, at: Instant, value: float) -> Reading:
    return Reading(sensor, at, value, Quality.UNCERTAIN, Reason.OUT_OF_RANGE)


def failed(sensor: SensorId, at: Instant, _: float) -> Reading:
    return bad(sensor, at, Reason.NO_COMMUNICATION)


class Crash(Exception):
    """The power went."""


def crashing_after(calls: int, do: Callable[..., Any]) -> Callable[..., Any]:
    """`do`, until it was called so often."""
    left = calls

    def called(*args: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crash
        return do(*args)

    return called


class SummariesMachine(RuleBasedStateMachine):
    """A journal's file, what makes its summaries, and a list of all readings."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="summaries-"))
        self.now = Instant(START)
        self.readings: list[Reading] = []
        self.open()
        self.append([good(sensor, Instant(START), 1.0) for sensor in SENSORS])

    def open(self) -> None:
        self.file = JournalFile(self.folder / "j.db", connect(self.folder / "j.db"))
        self.summariser = Summariser()

    @rule(readings=readings_at())
    def append(self, readings: list[Reading]) -> None:
        self.file.commit(Group(inputs=list(readings)), (), self.now, snapshot=False)
        self.readings += readings

    @rule(minutes=MINUTES_AROUND)
    def the_clock_is_at(self, minutes: int) -> None:
        self.now = Instant(START + minutes * MINUTE)

    @rule(hours=st.integers(1, 60))
    def hours_pass(self, hours: int) -> None:
        self.now = Instant(self.now + hours * HOUR)
        self.summarise()

    @rule()
    def one_step(self) -> None:
        self.summariser.step(self.file, self.now)

    @rule()
    def summarise(self) -> None:
        while self.summariser.step(self.file, self.now):
            pass

    @rule(held=st.integers(1, 20))
    def summarise_while_far_behind(self, held: int) -> None:
        with patch.object(summariser, "HELD_READINGS", held), patch.object(summariser, "STEP_READINGS", 1):
            self.summarise()

    @rule(calls=st.integers(0, 3), where=st.sampled_from(["put_part", "note_ahead", "note_taken", "seal"]))
    def the_power_goes_while_it_writes(self, calls: int, where: str) -> None:
        crashing = patch.object(summariser, where, crashing_after(calls, getattr(on_disk, where)))
        few = patch.object(summariser, "STEP_GROUPS", 1)
        with crashing, few, contextlib.suppress(Crash):
            self.summarise()
        self.restart()

    @rule(calls=st.integers(0, 3))
    def the_disk_takes_nothing_while_it_writes(self, calls: int) -> None:
        crashing = patch.object(summariser, "note_ahead", crashing_after(calls, on_disk.note_ahead))
        few = patch.object(summariser, "STEP_GROUPS", 1)
        with crashing, few, contextlib.suppress(Crash):
            self.summarise()

    @rule()
    def restart(self) -> None:
        self.file.close()
        self.open()

    @invariant()
    def everything_is_as_anybody_would_reckon(self) -> None:
        with JournalReader(self.folder / "j.db") as reader:
            for sensor in WATCHED[:2]:
                mine = [one for one in self.readings if one.sensor == sensor]
                for step in (MINUTE, HOUR):
                    assert summaries(reader, sensor, step) == reckoned(mine, step)
            assert summaries(reader, WATCHED[2], MINUTE) == []

    def teardown(self) -> None:
        self.file.close()
        shutil.rmtree(self.folder)


TestSummariesMachine = SummariesMachine.TestCase
TestSummariesMachine.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)


@given(VALUES, st.integers(0, 5))
def test_the_figures_are_those_of_the_good_values_alone(values: list[float], others: int) -> None:
    found = summed(values, others)
    assert (found.readings, found.good) == (len(values) + others, len(values))
    if values:
        assert (found.low, found.high) == (min(values), max(values))
        assert found.low <= found.mean <= found.high


@given(st.lists(st.tuples(VALUES, st.integers(0, 3)), max_size=6))
def test_parts_join_to_the_summary_of_all_in_any_order(parts: list[tuple[list[float], int]]) -> None:
    whole = summed([value for values, _ in parts for value in values], sum(others for _, others in parts))
    scale = max(abs(whole.low), abs(whole.high))
    for some in (parts, parts[::-1]):
        found = all_joined(summed(*part) for part in some)
        assert found[:3] + found[4:] == whole[:3] + whole[4:]
        assert found.mean == pytest.approx(whole.mean, abs=1e-12 * scale if scale > 1e-290 else 1e-300)


def any_summary() -> st.SearchStrategy[Summary]:
    return st.builds(summed, VALUES, st.integers(0, 5))


@given(st.sampled_from([1, 60]), st.data())
def test_what_was_packed_comes_back_and_a_mean_within_a_millionth_of_the_spread(
    slots: int, data: st.DataObject
) -> None:
    filled = data.draw(st.dictionaries(st.integers(0, GROUP * slots - 1), any_summary(), max_size=8))
    block = empty(slots)
    for index, summary in filled.items():
        block.add(index, summary)
    back = unpacked(packed(block), slots)
    for index in range(GROUP * slots):
        summary, found = filled.get(index, NOTHING), back.at(index)
        assert found[:3] + found[4:] == summary[:3] + summary[4:]
        assert found.low <= found.mean <= found.high
        assert abs(found.mean / 2 - summary.mean / 2) <= 1e-6 * (summary.high / 2 - summary.low / 2)
    for place in range(GROUP):
        expected = [(slot, back.at(place * slots + slot)) for slot in range(slots) if back.counts[place * slots + slot]]
        assert list(back.of_place(place)) == expected


def test_nothing_joined_to_nothing_is_nothing() -> None:
    assert joined(NOTHING, NOTHING) == NOTHING
    only_bad = summed([], 3)
    assert joined(only_bad, summed([2.0], 0)) == Summary(4, 1, 2.0, 2.0, 2.0)
