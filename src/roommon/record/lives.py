"""The lives of alarms, read off the record: each from when the alarm was raised until it was normal again."""

from collections.abc import Iterable
from dataclasses import dataclass

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, State, Trigger
from roommon.model.clock import Duration, Instant


@dataclass(frozen=True, slots=True)
class Life:
    """All events of one alarm from its first until it was normal; at least one."""

    events: tuple[NumberedEvent, ...]

    @property
    def number(self) -> int:
        """The number of its first event."""
        return self.events[0].number

    @property
    def first(self) -> AlarmEvent:
        """What began it; not a raise where the record begins later than the alarm."""
        return self.events[0].event

    @property
    def last(self) -> AlarmEvent:
        """The newest of it."""
        return self.events[-1].event

    @property
    def newest(self) -> int:
        """The number of its newest event."""
        return self.events[-1].number

    @property
    def entered(self) -> Instant:
        """When it came into the state that it is in."""
        moves = (one.event.at for one in reversed(self.events) if one.event.was is not one.event.state)
        return next(moves, self.begun)

    @property
    def alarm(self) -> AlarmId:
        """Whose life it is."""
        return self.first.alarm

    @property
    def priority(self) -> Priority:
        """As it was when it began."""
        return self.first.priority

    @property
    def begun(self) -> Instant:
        """When it was raised."""
        return self.first.at

    @property
    def ended(self) -> Instant | None:
        """When it was normal again; None while it stands."""
        return self.last.at if self.last.state is State.NORMAL else None

    def lasted(self, now: Instant) -> Duration:
        """Return how long it stood, or has stood by `now`."""
        return Duration((now if self.ended is None else self.ended) - self.begun)

    def first_of(self, *triggers: Trigger) -> AlarmEvent | None:
        """Return its first event of these kinds; None when there is none."""
        return next((one.event for one in self.events if one.event.trigger in triggers), None)


def is_true(event: AlarmEvent) -> bool:
    """Return whether `event` tells of an alarm of the room: not of a drill, nor that something is out of service."""
    return not event.drill and event.trigger not in (Trigger.OUT_OF_SERVICE, Trigger.IN_SERVICE)


def begins(event: AlarmEvent) -> bool:
    """Return whether `event`, of an alarm of which nothing is known, says that it stands."""
    return event.state is not State.NORMAL and is_true(event)


def lives(events: Iterable[NumberedEvent]) -> list[Life]:
    """Return the lives that `events`, in the order of their numbers, tell of, in the order of their beginnings."""
    found: list[list[NumberedEvent]] = []
    standing: dict[AlarmId, list[NumberedEvent]] = {}
    for one in events:
        alarm = one.event.alarm
        if alarm not in standing:
            if not begins(one.event):
                continue
            standing[alarm] = []
            found.append(standing[alarm])
        standing[alarm].append(one)
        if one.event.state is State.NORMAL:
            del standing[alarm]
    return [Life(tuple(life)) for life in found]
