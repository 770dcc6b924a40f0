"""`limit`: a value is above, below, or outside a band.

    limit: { above: 27 °C, deadband: 1 K, on_delay: 2 min, priority: medium }
    limit: { below: 18 °C, above: 27 °C, deadband: 1 K, priority: low }         # outside 18 to 27

Setpoints are in the unit of the quantity (`Amount`: 27, "Cel"), the deadband in that of its differences (1, "K").
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity, shown
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text("{device} {sensor}: {value} (limit {setpoint})", "{device} {sensor}：{value}（限值 {setpoint}）")
RESPONSE = Text(
    "Find the cause at {device} and bring the value back within its limit.",
    "请到 {device} 查明原因，使数值回到限值以内。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    above: Amount | None = field(default=None, metadata={"doc": "The alarm is above this value."})
    below: Amount | None = field(default=None, metadata={"doc": "The alarm is below this value."})
    deadband: Amount | None = field(
        default=None, metadata={"doc": "How far the value must come back before the alarm may end."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint"})

    def judge(self, sensor: Sensor) -> "_Limit":
        """Return what holds the values of `sensor` against the band."""
        return _judge(band.band(self.above, self.below, self.deadband), sensor.quantity)


@dataclass(frozen=True, slots=True)
class _Limit:
    band: band.Band
    quantity: Quantity

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        value = reading.value
        return Condition.UNKNOWN if value is None else self.band.judge(value, active)

    def finding(self, reading: Reading, crossed: float | None) -> Finding:
        setpoint = crossed if reading.value is None else self.band.setpoint(reading.value, crossed)
        return Finding(setpoint, "" if setpoint is None else shown(setpoint, self.quantity))

    def measured(self, reading: Reading) -> Measured | None:
        value = reading.value
        if value is None:
            return None
        said = Text.same(shown(value, self.quantity))
        return Measured(value, UNITS[self.quantity].ucum, said, self.band.setpoint(value) == self.band.above)


@lru_cache(maxsize=1024)
def _judge(band: band.Band, quantity: Quantity) -> _Limit:
    """Return one judge for all sensors that are judged alike: what thousands share stays in the processor's cache."""
    return _Limit(band, quantity)


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `above 27 °C, deadband 1 K`."""
    return settings.with_deadband(settings.outside(config.above, config.below), config.deadband)


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    unit = UNITS[sensor.quantity]
    yield from band.unit_fault("above", config.above, unit.ucum, sensor.id)
    yield from band.unit_fault("below", config.below, unit.ucum, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, unit.difference, sensor.id)
    yield from band.faults(config.above, config.below, config.deadband)
