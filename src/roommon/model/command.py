"""What enters the rules besides readings: a person's commands, steps of the clock, and the end of a stop."""

from dataclasses import dataclass

from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """`by` says that they have seen `alarm`."""

    at: Instant
    alarm: AlarmId
    by: str


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
