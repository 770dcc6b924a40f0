"""`difference`: one sensor minus another, such as return air minus supply air.

    difference: { of: crac-1.return_air, minus: crac-1.supply_air }

Of temperatures it is a `temperature_difference`, in K; a temperature and a dew point may be taken from each other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from roommon.derive.derivation import Formula, Inputs
from roommon.derive.measures import alike, difference_of
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Quantity
from roommon.model.reading import SensorId
from roommon.rules.rule import Misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    of: SensorId = field(metadata={"doc": "The sensor from which is taken."})
    minus: SensorId = field(metadata={"doc": "The sensor that is taken from it."})

    def formula(self, _inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it."""
        return _difference


def _difference(_at: Instant, values: Sequence[float]) -> float:
    return values[0] - values[1]


def quantity(_config: Config, inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return difference_of(inputs["of"][0].quantity)


def faults(_config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    both = (inputs["of"][0], inputs["minus"][0])
    if {UNITS[each.quantity].ucum for each in both} != {"Cel"}:
        yield from alike("minus", both)
