"""What enters the rules besides readings: a person's commands and steps of the clock."""

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
    """The wall clock was set: what was instant t is now instant t + `by`. `at` is the instant after the step.

    A stop of the daemon is a step too: time in which nobody watched does not count towards a delay.
    """

    at: Instant
    by: Duration
