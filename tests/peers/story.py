"""Alarm events as they are told: each line of a story moves one alarm as the table of its life says."""

from dataclasses import dataclass, field, replace
from typing import TypedDict, Unpack

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import Acknowledgement, AlarmEvent, AlarmId, Priority, RuleId, State, Trigger, transition
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Text

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class _Raised(TypedDict, total=False):
    """What a story may say of an alarm that is raised, beyond its priority and cause."""

    count: int
    drill: bool
    sensor: SensorId
    tell: bool


class _Told(_Raised, total=False):
    """What a story may say of any move."""

    by: str | None
    note: str
    priority: Priority
    state: State


@dataclass
class Story:
    """A record in the making; alarms are `rule.device.sensor`."""

    acknowledgement: Acknowledgement = Acknowledgement.AUTOMATIC
    events: list[NumberedEvent] = field(default_factory=list)
    states: dict[str, State] = field(default_factory=dict)

    def raised(
        self, at: int, alarm: str, priority: Priority = Priority.LOW, because: str = "", **more: Unpack[_Raised]
    ) -> None:
        self.happens(at, alarm, Trigger.RAISED, because, priority=priority, **more)

    def returned(self, at: int, alarm: str) -> None:
        self.happens(at, alarm, Trigger.RETURNED)

    def stood(self, begin: int, end: int, alarm: str, priority: Priority = Priority.LOW) -> None:
        """Raise and end it; other alarms may not be told in between out of order."""
        self.raised(begin, alarm, priority)
        self.returned(end, alarm)

    def happens(self, at: int, alarm: str, trigger: Trigger, because: str = "", **more: Unpack[_Told]) -> None:
        was = self.states.get(alarm, State.NORMAL)
        state = transition(was, trigger, self.acknowledgement, latches=False) or was
        self.states[alarm] = state
        event = replace(_event(alarm), at=Instant(at), was=was, state=state, trigger=trigger)
        if because:
            suppressed = Suppression(SuppressedAs.BY_DESIGN, Instant(at), why=because)
            event = replace(event, suppression=suppressed, tell=False)
        event = replace(event, **more)
        self.events.append(NumberedEvent(len(self.events) + 1, event))


def _event(alarm: str) -> AlarmEvent:
    rule, device, _ = alarm.split(".", 2)
    return AlarmEvent(
        at=Instant(0),
        alarm=AlarmId(alarm),
        rule=RuleId(rule),
        sensor=SensorId(alarm.removeprefix(f"{rule}.")),
        device=DeviceId(device),
        room="server-room",
        priority=Priority.LOW,
        was=State.NORMAL,
        state=State.UNACKNOWLEDGED,
        trigger=Trigger.RAISED,
        by=None,
        quantity=Quantity.TEMPERATURE,
        value=28.0,
        setpoint=27.0,
        quality=Quality.GOOD,
        text=Text(f"{alarm} is out of bounds", f"{alarm} 越限"),
        response=Text("Look.", "请查看。"),
    )
