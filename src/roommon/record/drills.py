"""Drills, read off the record: how long each step took, and who answered."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from roommon.model.alarm import AlarmEvent, RuleId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.reading import SensorId
from roommon.rules import drills as drilled


@dataclass(slots=True)
class Drill:
    """One drill, from its events."""

    begun: AlarmEvent
    raised: AlarmEvent | None = None
    """The first of its alarms."""
    acknowledged: AlarmEvent | None = None
    """The first answer of a person."""
    over: AlarmEvent | None = None
    alarms: set[str] = field(default_factory=set)
    rules: set[RuleId] = field(default_factory=set)
    """Whose alarms they were: these rules were drilled."""

    @property
    def proves(self) -> bool:
        """Whether an alarm came and a person answered."""
        return self.raised is not None and self.acknowledged is not None


def is_overdue(last: Instant, every: Duration, at: Instant) -> bool:
    """Return whether at `at` a rule that was drilled at `last`, and demands it each `every`, should have been again."""
    return at - last > every


def gathered(events: Iterable[AlarmEvent]) -> list[Drill]:
    """Return the drills that `events` tell of, in the order in which they were begun."""
    found: list[Drill] = []
    running: dict[SensorId, Drill] = {}
    for event in events:
        if not event.drill:
            continue
        if event.trigger is Trigger.DRILL_STARTED:
            running[event.sensor] = Drill(event)
            found.append(running[event.sensor])
            continue
        for sensor in event.drilled or (event.sensor,):
            if sensor in running:
                _take(running[sensor], event)
    return found


def _take(drill: Drill, event: AlarmEvent) -> None:
    if event.rule == drilled.RULE:
        drill.over = event if event.trigger is Trigger.DRILL_ENDED else drill.over
        return
    if event.trigger is Trigger.RAISED:
        drill.alarms.add(event.alarm)
        drill.rules.add(event.rule)
        drill.raised = drill.raised or event
    elif event.trigger is Trigger.ACKNOWLEDGED and event.by is not None and event.alarm in drill.alarms:
        drill.acknowledged = drill.acknowledged or event
