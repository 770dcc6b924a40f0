"""Which values are usual where roommon is used: in machine rooms and their power supply. Pure.

It is no `range`, outside of which a reading is bad; it only tells a profile that fits from one that does not.
"""

from collections.abc import Mapping
from math import isfinite

from roommon.model.quantity import Quantity

_USUAL: Mapping[Quantity, tuple[float, float]] = {
    Quantity.TEMPERATURE: (-20, 60),
    Quantity.DEW_POINT: (-60, 40),
    Quantity.RELATIVE_HUMIDITY: (0, 100),
    Quantity.VOLTAGE: (-1_000, 1_000),
    Quantity.CURRENT: (-6_000, 6_000),
    Quantity.ACTIVE_POWER: (-5e6, 5e6),
    Quantity.REACTIVE_POWER: (-5e6, 5e6),
    Quantity.APPARENT_POWER: (0, 5e6),
    Quantity.ENERGY: (-1e9, 1e9),
    Quantity.REACTIVE_ENERGY: (-1e9, 1e9),
    Quantity.FREQUENCY: (45, 65),
    Quantity.RATIO: (-200, 1_000),
    Quantity.RESISTANCE: (0, 1e7),
    Quantity.DURATION: (0, 3.2e9),
    Quantity.DISTANCE: (0, 10_000),
    Quantity.ANGLE: (-360, 360),
    Quantity.VELOCITY: (-1_000, 1_000),
    Quantity.ACCELERATION: (-1_000, 1_000),
    Quantity.LEAKAGE_CURRENT: (0, 30_000),
    Quantity.ROTATION: (0, 100_000),
    Quantity.AIR_SPEED: (0, 60),
    Quantity.VOLUME_FLOW: (0, 1e6),
    Quantity.PRESSURE: (-1e5, 5e6),
    Quantity.ABSOLUTE_HUMIDITY: (0, 100),
    Quantity.ILLUMINANCE: (0, 200_000),
}
_TELLING: Mapping[Quantity, tuple[float, float, float]] = {
    Quantity.FREQUENCY: (49, 61, 4),
    Quantity.VOLTAGE: (90, 450, 3),
    Quantity.TEMPERATURE: (5, 45, 2),
    Quantity.RELATIVE_HUMIDITY: (10, 95, 2),
    Quantity.DEW_POINT: (-10, 30, 1),
    Quantity.RATIO: (1, 100, 0.5),
    Quantity.STATE: (-1e9, 1e9, 0.5),
    Quantity.CONTACT: (-1e9, 1e9, 0.1),
}
"""Within these ends a value that is not 0 speaks for a profile, and how much."""
_ANYTHING = 0.3
"""What any other usual value speaks for it."""
_NOTHING = 0.02
"""What a 0 does: registers that nobody uses hold it."""
_SMALLEST = 1e-6
"""What is nearer to 0, and not 0, is no measured value but another number read in the wrong order."""
_MAY_REST = frozenset({Quantity.FREQUENCY})
"""Is 0 while nothing runs."""


def is_usual(value: float, quantity: Quantity) -> bool:
    """Return whether `value`, in the unit of `quantity`, is one that a machine room has."""
    if not isfinite(value) or 0 < abs(value) < _SMALLEST:
        return False
    low, high = _USUAL.get(quantity, (float("-inf"), float("inf")))
    return low <= value <= high or (value == 0 and quantity in _MAY_REST)


def telling(value: float, quantity: Quantity) -> float:
    """Return how much the usual `value` speaks for the profile that reads it so."""
    if value == 0:
        return _NOTHING
    low, high, weight = _TELLING.get(quantity, (0.0, 0.0, 0.0))
    return weight if weight and low <= value <= high else _ANYTHING


def ends(quantity: Quantity) -> tuple[float, float] | None:
    """Return the lowest and the highest usual value, None where any may be."""
    return _USUAL.get(quantity)
