"""`sum`: several sensors added up, such as the power of all racks.

    sum: { of: { quantity: active_power, location: rack } }

All of them are needed: the sum without one is another sum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum

from roommon.derive.derivation import Formula, Inputs, Several
from roommon.derive.measures import alike
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.rules.rule import Misfit

NEEDS_ALL = True

_SENSELESS = frozenset(
    {
        Quantity.TEMPERATURE,
        Quantity.DEW_POINT,
        Quantity.ABSOLUTE_HUMIDITY,
        Quantity.RELATIVE_HUMIDITY,
        Quantity.PRESSURE,
        Quantity.AIR_SPEED,
        Quantity.ROTATION,
        Quantity.FREQUENCY,
        Quantity.ANGLE,
    }
)
"""Quantities of which a sum says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    of: Several = field(metadata={"doc": "The sensors, of one quantity: ids, or a selection as a rule has it."})

    def formula(self, _inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it."""
        return _sum


def _sum(_at: Instant, values: Sequence[float]) -> float:
    return fsum(values)


def quantity(_config: Config, inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return inputs["of"][0].quantity


def faults(_config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    yield from alike("of", inputs["of"])
    first = inputs["of"][0]
    if first.quantity in _SENSELESS:
        yield Misfit(
            "of",
            Text(f"a sum of {first.quantity} means nothing", f"{first.quantity} 相加没有意义"),
            Text("use mean, minimum, maximum or spread", "请改用 mean、minimum、maximum 或 spread"),
        )
