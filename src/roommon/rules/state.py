"""What the engine knows of one alarm between readings; the journal keeps it over a restart."""

from dataclasses import dataclass
from enum import StrEnum

from roommon.model.alarm import State
from roommon.model.clock import Duration, Instant


class Condition(StrEnum):
    """Whether what a rule looks for is there."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class AlarmState:
    """One alarm's present state; the initial one is not stored."""

    state: State = State.NORMAL
    condition: Condition = Condition.UNKNOWN
    """The last known one."""
    since: Instant | None = None
    """When the condition came to disagree with the state: the start of the delay that runs; None when none runs."""
    held: Duration | None = None
    """How far a delay had come when a reading without a value stopped it; None when none is stopped."""
