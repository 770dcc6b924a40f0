"""`dew_margin`: how much warmer a surface is than the dew point of the air at it; at 0 K water condenses.

    dew_margin: { surface: crac-1.supply_air, dew_point: climate.dew_point }

A `temperature_difference`, in K.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from roommon.derive.derivation import Formula, Inputs
from roommon.derive.measures import measures
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.rules.rule import Misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    surface: SensorId = field(metadata={"doc": "The temperature of the coldest surface: a pipe, the supply air."})
    dew_point: SensorId = field(metadata={"doc": "The dew point of the air at it, measured or derived."})

    def formula(self, _inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it."""
        return _margin


def _margin(_at: Instant, values: Sequence[float]) -> float:
    return values[0] - values[1]


def quantity(_config: Config, _inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return Quantity.TEMPERATURE_DIFFERENCE


def faults(_config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    yield from measures("surface", inputs["surface"][0], Quantity.TEMPERATURE)
    yield from measures("dew_point", inputs["dew_point"][0], Quantity.DEW_POINT)
