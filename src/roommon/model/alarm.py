"""Alarms: their words, and the one table of their life (ANSI/ISA-18.2-2016 figure 5 = IEC 62682:2022 figure 5).

An alarm is a condition that needs a person's response. Its life has two bits, active and acknowledged, hence four
states. What the table does not list does not happen: `transition` returns None. The documentation prints its diagram
from `TRANSITIONS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType

from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.text import Text

RuleId = NewType("RuleId", str)
AlarmId = NewType("AlarmId", str)
"""`<rule id>.<sensor id>`: `inlet-hot.rack-a.inlet`. Free of `/`, `+` and `#`, so it is one level of an MQTT topic."""


def alarm_id(rule: RuleId, sensor: SensorId) -> AlarmId:
    """Return the name of the alarm that `rule` makes of `sensor`."""
    return AlarmId(f"{rule}.{sensor}")


class Priority(IntEnum):
    """How soon a person must respond; 1 is the most urgent."""

    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


class State(StrEnum):
    """Where an alarm is in its life."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    """Active, and nobody has said that they saw it."""
    ACKNOWLEDGED = "acknowledged"
    """Active and seen."""
    RETURNED = "returned_unacknowledged"
    """Returned to normal (RTN) before anybody acknowledged it."""


class Trigger(StrEnum):
    """What moves an alarm from state to state."""

    RAISED = "raised"
    """The condition held for the on-delay."""
    RETURNED = "returned"
    """The condition was absent for the off-delay."""
    ACKNOWLEDGED = "acknowledged"
    """A person acknowledged it."""
    REMOVED = "removed"
    """The rule or the sensor is no longer in the configuration."""


TRANSITIONS: Mapping[tuple[State, Trigger], State] = {
    (State.NORMAL, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.ACKNOWLEDGED): State.ACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.RETURNED): State.RETURNED,
    (State.ACKNOWLEDGED, Trigger.RETURNED): State.NORMAL,
    (State.RETURNED, Trigger.ACKNOWLEDGED): State.NORMAL,
    (State.RETURNED, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.REMOVED): State.NORMAL,
    (State.ACKNOWLEDGED, Trigger.REMOVED): State.NORMAL,
    (State.RETURNED, Trigger.REMOVED): State.NORMAL,
}


class Acknowledgement(StrEnum):
    """Who acknowledges the alarms of a rule."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    """The return to normal acknowledges: RTN goes straight to normal."""


def transition(state: State, trigger: Trigger, acknowledgement: Acknowledgement) -> State | None:
    """Return the state after `trigger`, or None when it moves nothing."""
    after = TRANSITIONS.get((state, trigger))
    if after is State.RETURNED and acknowledgement is Acknowledgement.AUTOMATIC:
        return State.NORMAL
    return after


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One transition of one alarm, with everything that a person or a machine needs to act on it."""

    at: Instant
    alarm: AlarmId
    rule: RuleId
    sensor: SensorId
    device: DeviceId
    room: str
    priority: Priority
    was: State
    state: State
    trigger: Trigger
    by: str | None
    """The person who acknowledged; None for every other trigger."""
    quantity: Quantity
    value: float | None
    """The value that moved it, canonical unit; None when it is not known."""
    setpoint: float | None
    """The limit that was crossed; None for kinds that have none."""
    quality: Quality
    text: Text
    response: Text
    """What to do."""
