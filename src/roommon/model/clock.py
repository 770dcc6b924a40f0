"""Time: instants of the wall clock, and the clock that a part is given instead of reading one itself."""

from typing import NewType, Protocol

Instant = NewType("Instant", int)
"""A moment, UTC, in milliseconds since 1970-01-01T00:00:00Z."""

Duration = NewType("Duration", int)
"""A length of time in milliseconds."""

TimeOfDay = NewType("TimeOfDay", int)
"""Minutes since midnight, by the box's own time."""


def lasting(seconds: float) -> str:
    """Return a length of time as a log line says it, in two units at most: `17 s`, `3 h 12 min`, `40 d 2 h`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    given = [
        f"{number} {unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")) if number
    ]
    return " ".join(given[:2]) or "0 s"


class Clock(Protocol):
    """The two clocks of a box: one that never jumps, and one that people set.

    An instant is always the monotonic time plus an offset. The offset changes at one place alone (the daemon's step
    watch), which tells the rules by a `ClockStep` before any reading that carries the new offset.
    """

    def monotonic(self) -> float:
        """Return the seconds of the monotonic clock, the same that the event loop's timers use."""
        ...

    def instant(self, monotonic: float) -> Instant:
        """Return the wall-clock instant of `monotonic`, by the offset that holds now."""
        ...
