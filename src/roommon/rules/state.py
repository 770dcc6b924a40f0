"""What the engine knows between readings; the journal keeps it over a restart."""

from dataclasses import dataclass
from enum import StrEnum

from roommon.model.alarm import AlarmId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import Scope
from roommon.model.reading import SensorId


class Condition(StrEnum):
    """Whether what a rule looks for is there."""

    UNKNOWN = "unknown"
    ABSENT = "absent"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A person set one alarm aside."""

    by: str
    why: str
    since: Instant
    until: Instant
    one_shot: bool
    """It also ends when the alarm is normal again."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What people were told of an alarm that stands, and what they wait to be told."""

    told: bool = False
    """They know that it stands, so they are told when it ends."""
    told_at: Instant | None = None
    """When they were told last that it stands: repeats count from here."""
    repeats: int = 0
    release_at: Instant | None = None
    """When what waits for a cause to show, or for the ends of one to settle, is told if it still stands."""
    causes_since: Instant | None = None
    """Since when causes have kept it from people; None while none does."""
    causes: tuple[AlarmId, ...] = ()
    """Those that are there, or were there last."""


@dataclass(frozen=True, slots=True)
class Chatter:
    """How often an alarm came lately."""

    raises: tuple[Instant, ...] = ()
    """The newest, oldest first, no more than the rule counts."""
    count: int = 0
    """How often it has come and gone since it is unstable; 0 while it is steady."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a judge has added up of days that are over, and whose readings it will not be shown again."""

    until: Instant
    """The begin of the first day that is not in it."""
    total: Duration


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
    shelf: Shelf | None = None
    telling: Telling = Telling()
    chatter: Chatter = Chatter()
    carried: Carried | None = None
    """Of its judge."""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """A person took a device, a sensor, a room or a rule out of service."""

    scope: Scope
    target: str
    by: str
    why: str
    since: Instant
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Drilling:
    """A drill that runs: `sensor` is read as `value` besides what it says."""

    sensor: SensorId
    value: float
    by: str
    why: str
    since: Instant
    until: Instant


@dataclass(frozen=True, slots=True)
class Drilled:
    """When the last drill of a rule was, or since when it waits for its first."""

    at: Instant


@dataclass(frozen=True, slots=True)
class Handled:
    """A command that was taken, so that the same one is not taken again."""

    at: Instant
    done: bool
    words_en: str
    words_zh_cn: str


@dataclass(frozen=True, slots=True)
class Flooding:
    """How many alarms came lately, and since when they are too many to be told singly."""

    raises: tuple[Instant, ...] = ()
    since: Instant | None = None
    untold: int = 0
    """Alarms that nobody was told of singly, since then."""
    first: tuple[AlarmId, ...] = ()
    """The newest that were told singly."""


Kept = AlarmState | OutOfService | Handled | Flooding | Drilling | Drilled
StateId = str
"""An alarm's id; or the name of what is no alarm, which holds a `:`: `service:device:ups-1`, `command:...`."""
