"""Alarms: their words, and the one table of their life (ANSI/ISA-18.2-2016 figure 5 = IEC 62682:2022 figure 5).

An alarm is a condition that needs a person's response. Its life is one axis: whether the condition is there, whether
somebody saw it, and, where a rule latches, whether a person has set it back. What the table does not list does not
happen: `transition` returns None. The documentation prints its diagram from `TRANSITIONS`.

Suppression is the other axis (the figure's states G, H and I): it moves nobody's life, it says whether people are told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NewType

from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.suppression import Suppression
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
    LATCHED = "latched_unacknowledged"
    """The condition is gone, the alarm stays until a person sets it back, and nobody has said that they saw it."""
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    """The condition is gone and the alarm was seen; it waits for a person to set it back."""


class Trigger(StrEnum):
    """What an event tells: what moved the alarm's life, or changed whether people are told of it."""

    RAISED = "raised"
    """The condition held for the on-delay."""
    RETURNED = "returned"
    """The condition was absent for the off-delay."""
    ACKNOWLEDGED = "acknowledged"
    """A person acknowledged it."""
    RESET = "reset"
    """A person set a latched alarm back."""
    REMOVED = "removed"
    """The rule or the sensor is no longer in the configuration."""
    SHELVED = "shelved"
    """A person set it aside for a time."""
    UNSHELVED = "unshelved"
    """A person took it off the shelf, or its time there was over."""
    SUPPRESSED = "suppressed"
    """It stands, and another alarm or state explains it."""
    OUT_OF_SERVICE = "out_of_service"
    """A person took it, its sensor, device, room or rule out of service."""
    IN_SERVICE = "in_service"
    """It is in service again."""
    RELEASED = "released"
    """It stands, and what kept it from people is over: they are told now."""
    REPEATED = "repeated"
    """It stands, nobody has acknowledged it, and people are told again."""
    NOTED = "noted"
    """A person wrote a note on it."""
    DRILL_STARTED = "drill_started"
    """A person began a drill: a sensor is read as if it said something else."""
    DRILL_ENDED = "drill_ended"
    """The drill is over, and with it the alarms that it raised."""


TRANSITIONS: Mapping[tuple[State, Trigger], State] = {
    (State.NORMAL, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.ACKNOWLEDGED): State.ACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.RETURNED): State.RETURNED,
    (State.ACKNOWLEDGED, Trigger.RETURNED): State.NORMAL,
    (State.RETURNED, Trigger.ACKNOWLEDGED): State.NORMAL,
    (State.RETURNED, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.LATCHED, Trigger.ACKNOWLEDGED): State.LATCHED_ACKNOWLEDGED,
    (State.LATCHED, Trigger.RESET): State.RETURNED,
    (State.LATCHED, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.LATCHED_ACKNOWLEDGED, Trigger.RESET): State.NORMAL,
    (State.LATCHED_ACKNOWLEDGED, Trigger.RAISED): State.UNACKNOWLEDGED,
    (State.UNACKNOWLEDGED, Trigger.REMOVED): State.NORMAL,
    (State.ACKNOWLEDGED, Trigger.REMOVED): State.NORMAL,
    (State.RETURNED, Trigger.REMOVED): State.NORMAL,
    (State.LATCHED, Trigger.REMOVED): State.NORMAL,
    (State.LATCHED_ACKNOWLEDGED, Trigger.REMOVED): State.NORMAL,
}

LATCHES: Mapping[tuple[State, Trigger], State] = {
    (State.UNACKNOWLEDGED, Trigger.RETURNED): State.LATCHED,
    (State.ACKNOWLEDGED, Trigger.RETURNED): State.LATCHED_ACKNOWLEDGED,
}
"""Where a rule with `reset: person` goes instead."""

ACTIVE = frozenset({State.UNACKNOWLEDGED, State.ACKNOWLEDGED})
"""The condition is there."""


class Acknowledgement(StrEnum):
    """Who acknowledges the alarms of a rule."""

    PERSON = "person"
    AUTOMATIC = "automatic"
    """The return to normal acknowledges: RTN goes straight to normal."""


_SEEN: Mapping[State, State] = {State.RETURNED: State.NORMAL, State.LATCHED: State.LATCHED_ACKNOWLEDGED}
"""What waits for a person to say that they saw it, and where it goes when they do."""


def transition(state: State, trigger: Trigger, acknowledgement: Acknowledgement, *, latches: bool) -> State | None:
    """Return the state after `trigger`, or None when it moves nothing."""
    after = LATCHES.get((state, trigger)) if latches else None
    after = after or TRANSITIONS.get((state, trigger))
    if after is not None and acknowledgement is Acknowledgement.AUTOMATIC:
        return _SEEN.get(after, after)
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
    """The person who did it; None where nobody did."""
    quantity: Quantity
    value: float | None
    """The value that moved it, canonical unit; None when it is not known."""
    setpoint: float | None
    """The limit that was crossed; None for kinds that have none."""
    quality: Quality
    text: Text
    response: Text
    """What to do."""
    tell: bool = True
    """Whether people are to be told of this event; machines get every one."""
    suppression: Suppression | None = None
    """Why people are not told that it stands; None when they are."""
    source: str | None = None
    """From where the person's command came: `mqtt`, `socket`."""
    note: str | None = None
    """Why the person did it, in their words."""
    tier: int = 0
    """How far an alarm that nobody acknowledges has been escalated."""
    count: int = 0
    """How often an unstable alarm came and went; 0 while it is steady."""
    drill: bool = False
    """It happened in a drill: nothing of it is true of the room."""
    drilled: tuple[SensorId, ...] = ()
    """The sensors of whose drills it is."""
    about: Text | None = None
    """What `text` says of the room, without what happened to the alarm; None when `text` is that."""
