"""What enters the rules besides readings: people's commands, steps of the clock, and the end of a stop."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, TypedDict

from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.reading import SensorId


class Scope(StrEnum):
    """What is taken out of service at once: every alarm of it, also those that a reload brings later."""

    DEVICE = "device"
    SENSOR = "sensor"
    ROOM = "room"
    RULE = "rule"


class Person(TypedDict):
    """What a command says of whoever sends it, as its class takes it."""

    at: Instant
    by: str
    note: NotRequired[str]
    source: NotRequired[str]
    id: NotRequired[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsCommand:
    """What every command of a person says of itself."""

    at: Instant
    by: str
    """The person."""
    note: str = ""
    """Why, in their words."""
    source: str = ""
    """From where it came: `mqtt`, `socket`; empty when nobody noted it."""
    id: str = ""
    """The sender's own name for it: the same command twice is one command. Empty when the sender gives none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledge(PersonsCommand):
    """They have seen `alarm`."""

    alarm: AlarmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelve(PersonsCommand):
    """They set `alarm` aside `until` then, or until it is normal, whichever comes first with `one_shot`."""

    alarm: AlarmId
    until: Instant
    one_shot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshelve(PersonsCommand):
    """They want to be told of `alarm` again."""

    alarm: AlarmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(PersonsCommand):
    """They set `alarm` back, which is latched."""

    alarm: AlarmId


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(PersonsCommand):
    """They write `note` on `alarm`."""

    alarm: AlarmId


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOut(PersonsCommand):
    """They take everything of `target` out of service; `until` None means until somebody puts it back."""

    scope: Scope
    target: str
    until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBack(PersonsCommand):
    """They put `target` back in service."""

    scope: Scope
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDrill(PersonsCommand):
    """They want `sensor` to be read as `value` (canonical unit) `until` then, to see whether people are reached."""

    sensor: SensorId
    value: float
    until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDrill(PersonsCommand):
    """They end the drill of `sensor`."""

    sensor: SensorId


Command = Acknowledge | Shelve | Unshelve | Reset | Note | TakeOut | PutBack | StartDrill | EndDrill
"""What people do; the rules answer each with an `Answer`."""


@dataclass(frozen=True, slots=True)
class ClockStep:
    """The wall clock was set while the daemon ran: what was instant t is now instant t + `by`.

    Delays that run and windows of readings move with it. `at` is the instant after the step.
    """

    at: Instant
    by: Duration


@dataclass(frozen=True, slots=True)
class Resumed:
    """The daemon watches again at `at`; between its last input and now, `after` passed by the wall clock.

    Nobody watched in between, so delays that ran go on from where they were: `since` moves by `after`, which is
    negative when a box without a battery clock woke up in 1970. Windows of readings stay where they are, since the
    room lived on; a negative `after` empties them.
    """

    at: Instant
    after: Duration
