"""The alarms that stand, each with those of its events that still matter."""

from dataclasses import dataclass

from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, State, Trigger
from roommon.model.clock import Instant

TAKEN = frozenset({State.ACKNOWLEDGED, State.LATCHED_ACKNOWLEDGED})
"""Somebody has it."""


@dataclass(frozen=True, slots=True)
class StandingAlarm:
    """An alarm that stands, with those of its events that still matter."""

    newest: NumberedEvent
    raised: AlarmEvent | None
    """None when the journal does not keep it any more."""
    acknowledged: AlarmEvent | None
    noted: AlarmEvent | None
    repeated: AlarmEvent | None

    @property
    def event(self) -> AlarmEvent:
        """How it stands."""
        return self.newest.event

    @property
    def since(self) -> Instant:
        """When it came."""
        return (self.raised or self.event).at

    @property
    def taken_by(self) -> str | None:
        """Who has it; None while nobody does."""
        is_taken = self.event.state in TAKEN and self.acknowledged is not None
        return self.acknowledged.by if is_taken and self.acknowledged else None


def standing_alarms(reader: JournalReader) -> list[StandingAlarm]:
    """Return the alarms that stand, in the order of their newest events."""
    return [_of(reader, numbered) for numbered in reader.standing()]


def _of(reader: JournalReader, newest: NumberedEvent) -> StandingAlarm:
    raised = reader.newest(newest.event.alarm, Trigger.RAISED)
    first = raised.number if raised else 0

    def since(trigger: Trigger) -> AlarmEvent | None:
        found = reader.newest(newest.event.alarm, trigger)
        return found.event if found and found.number > first else None

    return StandingAlarm(
        newest,
        raised.event if raised else None,
        since(Trigger.ACKNOWLEDGED),
        since(Trigger.NOTED),
        since(Trigger.REPEATED),
    )
