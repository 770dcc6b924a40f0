"""The one place that reads the box's clocks."""

import time

from roommon.model.clock import Duration, Instant

_STEP_MS = 250
"""A jump beyond this is a step; below it is the slewing of NTP, which needs no word."""


class SystemClock:
    """The box's clocks: an instant is the monotonic time plus an offset that only `check` changes."""

    def __init__(self) -> None:
        self._offset_ms = _offset_ms()

    def monotonic(self) -> float:
        """Return the seconds of the monotonic clock, which asyncio's timers use too."""
        return time.monotonic()

    def instant(self, monotonic: float) -> Instant:
        """Return the wall-clock instant of `monotonic`, by the offset that holds now."""
        return Instant(round(monotonic * 1000) + self._offset_ms)

    def check(self) -> Duration:
        """Adopt the present offset; return how far the wall clock was set since the last call, 0 if it was not.

        The caller tells the rules of a step before any reading is made that carries the new offset.
        """
        before, self._offset_ms = self._offset_ms, _offset_ms()
        by = self._offset_ms - before
        return Duration(by if abs(by) > _STEP_MS else 0)


def _offset_ms() -> int:
    """Return wall clock minus monotonic, from the narrowest of a few readings: a task may be put aside between two."""
    return min((_sample() for _ in range(3)), key=lambda sample: sample[0])[1]


def _sample() -> tuple[int, int]:
    before = time.monotonic_ns()
    wall = time.time_ns()
    after = time.monotonic_ns()
    return after - before, round((wall - (before + after) / 2) / 1e6)
