"""What a hand-over is made of: a shift as it was when it ended, whatever happened since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Protocol

from roommon.journal.record import Command, NumberedEvent, Snapshot
from roommon.model.alarm import AlarmEvent, Priority
from roommon.model.alive import SetAside
from roommon.model.clock import Duration, Instant
from roommon.model.text import Text
from roommon.record.as_of import states_at
from roommon.record.aside import set_aside
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident
from roommon.record.lives import Life, lives
from roommon.record.moments import local
from roommon.rules.state import Drilling, Kept, StateId

USUAL = Duration(12 * 3_600_000)
"""How long a shift is, unless somebody says otherwise."""
_UNSEEN = Duration(5 * 60_000)
"""How much of a shift may be missing without a word."""


class Journal(Protocol):
    """What is asked of the journal."""

    def events(self, since: Instant | None = None, until: Instant | None = None) -> Iterator[NumberedEvent]:
        """Yield the events from `since` to `until`, both included."""
        ...

    def events_after(self, number: int) -> Iterator[NumberedEvent]:
        """Yield the events with numbers above `number`, in order."""
        ...

    def commands(self, after: int = 0, until: Instant | None = None) -> Iterable[Command]:
        """Return the commands with numbers above `after`, up to `until`."""
        ...

    def states(self) -> Mapping[StateId, Kept]:
        """Return what is known now beside events."""
        ...

    def snapshot_before(self, at: Instant) -> Snapshot | None:
        """Return what was known at the last moment before `at` at which that was written down."""
        ...

    def first_instant(self) -> Instant | None:
        """Return when its record begins; None when there is none."""
        ...

    def last_instant(self) -> Instant | None:
        """Return when its record ends."""
        ...


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift at its end."""

    begin: Instant
    end: Instant
    incidents: Sequence[Incident]
    standing: Sequence[Life]
    """The alarms that stood, the most urgent first."""
    states: Mapping[StateId, Kept]
    is_over: bool = False
    """It ended before now."""

    @property
    def aside(self) -> list[SetAside]:
        """What was shelved or out of service."""
        return set_aside(self.states)

    @property
    def drills(self) -> list[Drilling]:
        """Those that ran."""
        return [state for state in self.states.values() if isinstance(state, Drilling)]


def shift(journal: Journal, begin: Instant, end: Instant, now: Instant, causes: Causes) -> Shift:
    """Return what the journal says of the time from `begin` to `end`, which is not later than `now`."""
    events = list(journal.events(until=end))
    during = [each for each in incidents(events, causes) if each.ended is None or each.ended >= begin]
    standing = [life for life in lives(events) if life.ended is None]
    states = states_at(end, journal.states(), ()) if end >= now else _states_at(journal, end)
    return Shift(begin, end, during, sorted(standing, key=_urgency), states, is_over=end < now)


def known(journal: Journal, begin: Instant, end: Instant) -> tuple[Instant, Instant] | None:
    """Return from when to when the journal knows of the time from `begin` to `end`; None: of none of it."""
    first, last = journal.first_instant(), journal.last_instant()
    if first is None or last is None or first >= end or last <= begin:
        return None
    return max(first, begin), min(last, end)


def missing(of: tuple[Instant, Instant], begin: Instant, end: Instant) -> Text | None:
    """Return what is to be said where the journal knows less than all of the time: nothing in the text is no news."""
    if of[0] <= begin + _UNSEEN and of[1] >= end - _UNSEEN:
        return None
    first, last = local(of[0]), local(of[1])
    return Text(
        f"the journal has {first} to {last} of it; of the rest nothing is known",
        f"日志库中只有 {first} 至 {last} 的记录，其余时间情况不明",
    )


NOTHING_KNOWN = Text("the journal has nothing of this time", "日志库中没有这段时间的记录")
EMPTY = Text("the time is empty, or yet to come", "时间范围为空，或尚未到来")


def _urgency(life: Life) -> tuple[Priority, Instant]:
    return life.priority, life.begun


def _states_at(journal: Journal, at: Instant) -> Mapping[StateId, Kept]:
    snapshot = journal.snapshot_before(at)
    if snapshot is None:
        return states_at(at, {}, _happened(journal, 0, 0, at))
    since = _happened(journal, snapshot.last_event, snapshot.position.last_command, at)
    return states_at(at, snapshot.states, since)


def _happened(journal: Journal, last_event: int, last_command: int, until: Instant) -> Iterator[AlarmEvent | Command]:
    """Yield the events and commands that came after these up to `until`, each command before its events."""
    events = (one.event for one in journal.events_after(last_event) if one.event.at <= until)
    return merge(journal.commands(last_command, until), events, key=lambda entry: entry.at)
