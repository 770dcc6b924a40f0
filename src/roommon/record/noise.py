"""What a sensor's own noise says about how a rule on it should be set.

The noise is the standard deviation of the differences of successive readings, divided by the square root of 2: what
readings of the same air scatter by. What moves slowly (the room) hardly counts in it. A gap does not, nor does a jump:
differences beyond four deviations are left out until there are none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, log10, sqrt
from statistics import fmean, median, pstdev

from roommon.model.clock import Duration
from roommon.model.reading import Reading

_FEWEST = 30
"""Readings from which a noise is told."""
_JUMP = 4
"""Deviations beyond which a difference is no noise."""
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


def noise(readings: Iterable[Reading]) -> Noise | None:
    """Return the noise of the sensor that gave `readings`; None when they are too few to tell."""
    given = [(one.taken_at, one.value) for one in readings if one.value is not None]
    if len(given) < _FEWEST:
        return None
    beat = median(after - before for (before, _), (after, _) in pairwise(given))
    differences = [
        value - last for (before, last), (after, value) in pairwise(given) if 0 < after - before <= _GAP * beat
    ]
    if not differences:
        return None
    usual = _usual(differences)
    steps = [abs(each) for each in usual if each]
    return Noise(_deviation(usual) / sqrt(2), min(steps, default=0.0), Duration(round(beat)))


def _usual(differences: Sequence[float]) -> Sequence[float]:
    """Return `differences` without jumps."""
    while differences:
        middle, most = fmean(differences), _JUMP * _deviation(differences)
        kept = [each for each in differences if abs(each - middle) <= most]
        if len(kept) == len(differences):
            break
        differences = kept
    return differences


def _deviation(values: Sequence[float]) -> float:
    return pstdev(values) if values else 0.0


def deadband(found: Noise) -> float:
    """Return the least deadband that the noise does not cross, as a round number.

    Three deviations, so that one reading in some hundred reaches over it, and two of the sensor's own steps.
    """
    return rounded_up(max(3 * found.deviation, 2 * found.step))


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
