"""What a hand-over is made of: a shift as it was when it ended, whatever happened since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

from roommon.journal.reader import JournalReader
from roommon.journal.record import Command
from roommon.model.alarm import AlarmEvent, Priority
from roommon.model.alive import SetAside
from roommon.model.clock import Instant
from roommon.record.as_of import states_at
from roommon.record.aside import set_aside
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident
from roommon.record.lives import Life, lives
from roommon.rules.state import Drilling, Kept, StateId


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


def shift(reader: JournalReader, begin: Instant, end: Instant, now: Instant, causes: Causes) -> Shift:
    """Return what the journal says of the time from `begin` to `end`, which is not later than `now`."""
    events = list(reader.events(until=end))
    during = [each for each in incidents(events, causes) if each.ended is None or each.ended >= begin]
    standing = [life for life in lives(events) if life.ended is None]
    states = states_at(end, reader.states(), ()) if end >= now else _states_at(reader, end)
    return Shift(begin, end, during, sorted(standing, key=_urgency), states, is_over=end < now)


def _urgency(life: Life) -> tuple[Priority, Instant]:
    return life.priority, life.begun


def _states_at(reader: JournalReader, at: Instant) -> Mapping[StateId, Kept]:
    snapshot = reader.snapshot_before(at)
    if snapshot is None:
        return states_at(at, {}, _happened(reader, 0, 0, at))
    since = _happened(reader, snapshot.last_event, snapshot.position.last_command, at)
    return states_at(at, snapshot.states, since)


def _happened(
    reader: JournalReader, last_event: int, last_command: int, until: Instant
) -> Iterator[AlarmEvent | Command]:
    """Yield the events and commands that came after these up to `until`, each command before its events."""
    events = (one.event for one in reader.events_after(last_event) if one.event.at <= until)
    return merge(reader.commands(last_command, until), events, key=lambda entry: entry.at)
