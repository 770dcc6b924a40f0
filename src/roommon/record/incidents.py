"""Incidents: alarms that belong together (`gathering.py` says which)."""

from dataclasses import dataclass
from enum import StrEnum

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, Trigger
from roommon.model.clock import Instant
from roommon.record.lives import Life


class Link(StrEnum):
    """Why an alarm is in its incident."""

    FIRST = "first"
    EXPLAINED = "explained"
    """By the alarm that is named with it."""
    EXPLAINS = "explains"
    """The alarm that is named with it."""
    DEVICE = "device"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Member:
    """One alarm of an incident."""

    life: Life
    link: Link
    of: AlarmId | None = None
    """The alarm that it explains, or that explains it."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Alarms that belong together, in the order in which they were raised; at least one."""

    members: tuple[Member, ...]

    @property
    def id(self) -> int:
        """The number of its first event."""
        return self.members[0].life.number

    @property
    def first(self) -> AlarmEvent:
        """What it began with."""
        return self.members[0].life.first

    @property
    def begun(self) -> Instant:
        """When its first alarm was raised."""
        return self.first.at

    @property
    def ended(self) -> Instant | None:
        """When the last of its alarms was normal; None while one stands."""
        ends = [member.life.ended for member in self.members]
        known = [end for end in ends if end is not None]
        return max(known) if len(known) == len(ends) else None

    @property
    def priority(self) -> Priority:
        """The most urgent of its alarms'."""
        return min(member.life.priority for member in self.members)

    def events(self) -> list[NumberedEvent]:
        """Return the events of all its alarms, in order."""
        found = (one for member in self.members for one in member.life.events)
        return sorted(found, key=lambda one: one.number)


def seen_by(incident: Incident) -> list[str]:
    """Return who acknowledged any of its alarms."""
    found = (one.event for one in incident.events() if one.event.trigger is Trigger.ACKNOWLEDGED)
    return list(dict.fromkeys(event.by for event in found if event.by))


def notes(incident: Incident) -> list[AlarmEvent]:
    """Return the events with words of a person."""
    return [one.event for one in incident.events() if one.event.note]
