"""Time: instants of the wall clock, and the clock that a part is given instead of reading one itself."""

from typing import NewType, Protocol

Instant = NewType("Instant", int)
"""A moment, UTC, in milliseconds since 1970-01-01T00:00:00Z."""

Duration = NewType("Duration", int)
"""A length of time in milliseconds."""


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
