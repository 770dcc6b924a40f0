"""What a sensor's own noise says about how a rule on it should be set.

The noise is the standard deviation of the differences of successive readings, divided by the square root of 2: what
readings of the same air scatter by. What moves slowly (the room) hardly counts in it. A gap does not, nor does a jump:
differences beyond four deviations are left out until there are none. Where jumps are so many that they pass for noise,
the median of what differs at all is the smaller measure, and counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10, sqrt
from statistics import fmean, median, pstdev

from roommon.model.clock import Duration, Instant

FEWEST = 30
"""Readings from which a noise is told."""
_JUMP = 4
"""Deviations beyond which a difference is no noise."""
_OF_MEDIAN = 1.4826
"""The standard deviation of normal noise, in medians of its absolute value."""
SCATTERS, STEPS = 3, 2
"""Deviations, and steps of the sensor, that a deadband is not narrower than."""
_DUST = 1e-9
"""Of a value: by so much two may differ that were reckoned to be the same."""
_RARE = 0.05
"""Share of all differences that must not be 0, so that there is any noise."""
_GAP = 3
"""Beats without a reading that make a gap."""


@dataclass(frozen=True, slots=True)
class Noise:
    """Of one sensor, in its own unit."""

    deviation: float
    step: float
    """The smallest difference of two readings that was not 0: how finely it tells; 0 when it never changed."""
    beat: Duration
    """How long it is from one reading to the next, usually."""


def noise(given: Sequence[tuple[Instant, float]]) -> Noise | None:
    """Return the noise of values of one sensor, each with when it was; None when they are too few to tell."""
    if len(given) < FEWEST:
        return None
    beat = median(after - before for (before, _), (after, _) in pairwise(given))
    differences = [
        value - last for (before, last), (after, value) in pairwise(given) if 0 < after - before <= _GAP * beat
    ]
    if not differences:
        return None
    dust = _DUST * max(abs(value) for _, value in given)
    still = [each for each in differences if abs(each) <= dust]
    moved = _without_jumps([each for each in differences if abs(each) > dust], len(still))
    steps = [abs(each) for each in moved]
    deviation = min(_deviation([*still, *moved]), _typical(steps)) / sqrt(2)
    return Noise(deviation, min(steps, default=0.0), Duration(round(beat)))


def _without_jumps(differences: Sequence[float], still: int) -> Sequence[float]:
    """Return `differences` without jumps; beside so many that were 0 a few are nothing else.

    Those that were 0 do not count in what is usual, or the noise of a day would be jumps beside a calm night.
    """
    if len(differences) < _RARE * (len(differences) + still):
        return []
    while differences:
        middle, most = fmean(differences), _JUMP * _deviation(differences)
        kept = [each for each in differences if abs(each - middle) <= most]
        if len(kept) == len(differences):
            break
        differences = kept
    return differences


def _deviation(values: Sequence[float]) -> float:
    return pstdev(values) if values else 0.0


def _typical(steps: Sequence[float]) -> float:
    """Return the standard deviation that normal noise would have whose absolute values have the median of `steps`."""
    return _OF_MEDIAN * median(steps) if steps else 0.0


def deadband(found: Noise) -> float:
    """Return the least deadband that the noise does not cross, as a round number.

    Three deviations, so that one reading in some hundred reaches over it, and two of the sensor's own steps.
    """
    return rounded_up(max(SCATTERS * found.deviation, STEPS * found.step))


def rounded_up(value: float) -> float:
    """Return the next 1, 2 or 5 with zeros that is not below `value`: 0.34 is 0.5."""
    if value <= 0:
        return 0.0
    size = floor(log10(value))
    digits = value / 10.0**size
    first = next(each for each in (1, 2, 5, 10) if digits <= each + 1e-9)
    return round(first * 10.0**size, max(0, -size))


LADDER = tuple(Duration(seconds * 1000) for seconds in (0, 5, 10, 30, 60, 120, 300, 600, 900, 1800))


def longer_than(length: Duration) -> Duration:
    """Return the shortest usual delay that is longer than `length`."""
    return next((each for each in LADDER if each > length), Duration(ceil(length / 60_000 + 1) * 60_000))
