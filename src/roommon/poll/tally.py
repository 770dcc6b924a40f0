"""Counts of what the pollers did."""

from bisect import bisect_left
from dataclasses import dataclass, field

LATENESS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000)
"""Upper edges of the lateness classes."""


@dataclass(slots=True)
class Tally:
    """Since the start; only grows."""

    beats: int = 0
    """Beats on which a device was to be asked."""
    between: int = 0
    """Polls that were wished for between the beats."""
    answered: int = 0
    unreachable: int = 0
    missed: int = 0
    """Beats that came while the device's former beat was not over, or while the loop stood still."""
    deaths: int = 0
    """Pollers that fell over or hung and were started again."""
    lost_readings: int = 0
    """Readings that the full queue did not take."""
    lateness: list[int] = field(default_factory=lambda: [0] * (len(LATENESS_MS) + 1))
    """Answers by the time from their beat to the queue, in the classes of LATENESS_MS; the last is beyond them all."""

    late_s: float = 0.0
    """The sum of those times."""

    def late(self, seconds: float) -> None:
        """Count one answer."""
        self.late_s += seconds
        self.lateness[bisect_left(LATENESS_MS, seconds * 1000)] += 1
