"""The golden cases, as recorded, replayed one by one, and with a restart before every single input."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.clock import Instant
from roommon.model.command import ClockStep, Command, PersonsCommand, Resumed
from roommon.model.reading import Reading
from roommon.rules.engine import Engine
from roommon.rules.replay import Reconfigured, replay
from roommon.rules.state import Kept, StateId
from tests.golden.rules.case import CASES, Case, load, overlaid, told

Entry = Reading | ClockStep | Resumed | Command | Reconfigured


def each(case: Case) -> Iterator[Entry]:
    """The inputs as the journal keeps them: readings one by one."""
    for entry in overlaid(case):
        match entry:
            case ClockStep() | Resumed() | PersonsCommand() | Reconfigured():
                yield entry
            case _:
                yield from entry


def bytes_of(events: list[AlarmEvent]) -> str:
    return "\n".join(map(repr, events))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_the_events_of_the_day_are_those_expected(folder: Path) -> None:
    case = load(folder)
    events = list(replay(case.engine(), overlaid(case)))
    assert told(events) == (folder / "events.expected").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_restart_at_any_moment_changes_no_byte(folder: Path) -> None:
    case = load(folder)
    whole = bytes_of(list(replay(case.engine(), overlaid(case))))
    assert bytes_of(list(restarted_before_every_input(case))) == whole


def restarted_before_every_input(case: Case) -> Iterator[AlarmEvent]:
    """A daemon that dies after every input and has nothing but what the journal would hold."""
    rules, devices = case.rules, case.devices
    past: list[Reading | ClockStep | Resumed | Command] = []
    states: dict[StateId, Kept] = {}
    standing: dict[AlarmId, AlarmEvent] = {}
    last = Instant(0)
    for entry in each(case):
        engine = Engine(rules, devices, states, standing.values(), case.policy)
        engine.remember(past)
        assert engine.settle(last) == []
        events = list(replay(engine, [entry]))
        yield from events
        last = entry.taken_at if isinstance(entry, Reading) else entry.at
        if isinstance(entry, Reconfigured):
            rules, devices = entry.rules, entry.devices
        else:
            past.append(entry)
        states = {id_: state for id_, state in (states | engine.take_changed()).items() if state is not None}
        standing |= {event.alarm: event for event in events}
        standing = {id_: event for id_, event in standing.items() if event.state != "normal"}


def test_there_are_cases() -> None:
    assert len(CASES) >= 6
