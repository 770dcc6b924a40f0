"""`mean`: the mean of several sensors.

mean: { of: { quantity: temperature, location: inlet } }
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum

from roommon.derive.derivation import Formula, Inputs, Several
from roommon.derive.measures import alike
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.rules.rule import Misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    of: Several = field(metadata={"doc": "The sensors, of one quantity: ids, or a selection as a rule has it."})

    def formula(self, _inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it."""
        return _mean


def _mean(_at: Instant, values: Sequence[float]) -> float:
    """Return the mean, the same whatever the order; rounding does not lift it out of the values."""
    return min(max(fsum(values) / len(values), min(values)), max(values))


def quantity(_config: Config, inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return inputs["of"][0].quantity


def faults(_config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    yield from alike("of", inputs["of"])
