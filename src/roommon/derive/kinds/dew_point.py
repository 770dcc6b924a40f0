"""`dew_point`: of a temperature and a relative humidity, best of one probe.

    dew_point: { temperature: rack-a.temperature, humidity: rack-a.humidity }

By the Magnus formula of WMO-No. 8 (`derive/magnus.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from roommon.derive import magnus
from roommon.derive.derivation import Formula, Inputs
from roommon.derive.measures import measures
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, SensorId
from roommon.rules.rule import Misfit


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    temperature: SensorId = field(metadata={"doc": "The temperature of the air."})
    humidity: SensorId = field(metadata={"doc": "The relative humidity of the same air."})

    def formula(self, _inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it."""
        return _dew_point


def _dew_point(_at: Instant, values: Sequence[float]) -> float | Reason:
    return magnus.dew_point(values[0], values[1])


def quantity(_config: Config, _inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return Quantity.DEW_POINT


def faults(_config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    yield from measures("temperature", inputs["temperature"][0], Quantity.TEMPERATURE)
    yield from measures("humidity", inputs["humidity"][0], Quantity.RELATIVE_HUMIDITY)
