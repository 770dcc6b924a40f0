"""What many readings of one sensor come to: the smallest, the mean, the largest, and how many there were.

Summaries of the same time join to the summary of all their readings, in any order. So a minute may be written in parts
(before a restart and after it, late readings, a clock that was set back), and minutes make hours.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from math import fsum
from typing import NamedTuple

from roommon.model.clock import Duration, Instant

MINUTE = Duration(60_000)
HOUR = Duration(3_600_000)
DAY = Duration(86_400_000)


class Summary(NamedTuple):
    """Of one sensor and a span of time; `low`, `mean` and `high` mean nothing when no reading was good."""

    readings: int
    """Of any quality."""
    good: int
    """Good ones; the three figures are theirs alone."""
    low: float
    mean: float
    high: float


NOTHING = Summary(0, 0, 0.0, 0.0, 0.0)


class Level(NamedTuple):
    """How summaries of one step lie on the disk: a block has so many steps, and takes in new ones so often."""

    step: Duration
    slots: int
    sealed_every: Duration

    @property
    def span(self) -> Duration:
        """The time of a block."""
        return Duration(self.step * self.slots)

    def block_of(self, at: int) -> Instant:
        """Return where the block that holds `at` begins."""
        return Instant(at // self.span * self.span)


MINUTES = Level(MINUTE, 60, HOUR)
HOURS = Level(HOUR, 720, DAY)
"""A block of hours has 30 days: a year of one sensor is 13 blocks."""
LEVELS = {level.step: level for level in (MINUTES, HOURS)}


def summed(values: Sequence[float], others: int) -> Summary:
    """Return the summary of the good `values` and of so many `others` that were not good."""
    if not values:
        return Summary(others, 0, 0.0, 0.0, 0.0)
    low, high, good = min(values), max(values), len(values)
    return Summary(good + others, good, low, _within(low, _mean(values), high), high)


def _mean(values: Sequence[float]) -> float:
    try:
        return fsum(values) / len(values)
    except OverflowError:
        return fsum(value / len(values) for value in values)


def _within(low: float, mean: float, high: float) -> float:
    """Return `mean`, which rounding may have carried a hair beyond the others."""
    return max(low, min(mean, high))


def joined(one: Summary, other: Summary) -> Summary:
    """Return the summary of the readings of both."""
    if not (one.good and other.good):
        known = one if one.good else other
        return known._replace(readings=one.readings + other.readings)
    good, low, high = one.good + other.good, min(one.low, other.low), max(one.high, other.high)
    mean = one.mean * (one.good / good) + other.mean * (other.good / good)
    return Summary(one.readings + other.readings, good, low, _within(low, mean, high), high)


def all_joined(summaries: Iterable[Summary]) -> Summary:
    """Return the summary of the readings of all."""
    return reduce(joined, summaries, NOTHING)
