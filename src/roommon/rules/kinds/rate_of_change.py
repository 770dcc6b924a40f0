"""`rate_of_change`: a value rises or falls too fast.

    rate_of_change: { above: 5 K/h, window: 1 h, priority: medium }                     # rises faster than 5 K/h
    rate_of_change: { above: 0.5 K/min, below: -0.5 K/min, window: 10 min, priority: high }   # or falls as fast

A limit's unit is the quantity's unit of differences, a slash, and `s`, `min`, `h` or `d`: `Amount(5.0, "K/h")`. All
limits of one rule have the same unit.

The rate is the slope of the least-squares line through the window (`rules/slope.py` says why, and when there is one).
Until the readings reach over three quarters of the window, the condition is unknown, and an alarm that stands goes on
standing. Bad readings are gaps. `beat_faults` finds a window that its beat could never fill.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.slope import Slope, is_tellable
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} changes by {rate} (limit {setpoint}), now {value}",
    "{device} {sensor} 变化率 {rate}（限值 {setpoint}），当前 {value}",
)
RESPONSE = Text(
    "Find out what changed at {device}: at this rate a limit is near.",
    "请查明 {device} 发生了什么变化：照此速度将很快越限。",
)
_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_BEATS = 10
"""Beats that a window must hold, so that one bad reading is no gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    above: Amount | None = field(default=None, metadata={"doc": "The alarm is when the value rises faster: 5 K/h."})
    below: Amount | None = field(
        default=None, metadata={"doc": "The alarm is when the rate is below this: -5 K/h, falls faster than 5 K/h."}
    )
    deadband: Amount | None = field(
        default=None, metadata={"doc": "How far the rate must come back before the alarm may end."}
    )
    window: Duration = field(metadata={"doc": "The time over which the rate is taken."})
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "rate"})

    def judge(self, sensor: Sensor) -> "_RateOfChange":
        """Return what takes the rate of `sensor`."""
        return _RateOfChange(self, sensor.quantity)


class _RateOfChange(Slope):
    """The last window of one sensor's values, held against the limits."""

    __slots__ = ("_band", "_decimals", "_unit")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        self._band = band.band(config.above, config.below, config.deadband)
        self._unit = _unit(config)
        self._decimals = UNITS[quantity].decimals + 1
        Slope.__init__(self, config.window, Duration(_MS[self._unit.rpartition("/")[2]]))

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        value = reading.value
        if value is None or not is_tellable(value):
            return Condition.UNKNOWN
        self.remember(reading.taken_at, value)
        return Condition.UNKNOWN if self.rate is None else self._band.judge(self.rate, active)

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        if self.rate is None:
            return Finding()
        limit = self._band.setpoint(self.rate)
        return Finding(None, "" if limit is None else self._shown(limit), self._shown(self.rate))

    def measured(self, _reading: Reading) -> Measured | None:
        if self.rate is None:
            return None
        upward = self._band.setpoint(self.rate) == self._band.above
        return Measured(self.rate, self._unit, Text.same(self._shown(self.rate)), upward)

    def _shown(self, rate: float) -> str:
        return f"{rate:.{self._decimals}f} {band.symbol(self._unit)}"


def _unit(config: Config) -> str:
    limit = config.above or config.below
    return "1/h" if limit is None else limit.unit


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `rate above 6 K/h over 20 min`."""
    limits, window = settings.outside(config.above, config.below), settings.length(config.window)
    said = Text(f"rate {limits.en} over {window}", f"{window} 内变化率{limits.zh_cn}")
    return settings.with_deadband(said, config.deadband)


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    yield from misfits.empty("window", config.window)
    yield from _unit_faults(config, sensor)
    yield from band.faults(config.above, config.below, config.deadband)


def _unit_faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    time = _unit(config).rpartition("/")[2]
    expected = f"{UNITS[sensor.quantity].difference}/{time if time in _MS else 'h'}"
    yield from band.unit_fault("above", config.above, expected, sensor.id)
    yield from band.unit_fault("below", config.below, expected, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, expected, sensor.id)


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often cannot fill the window."""
    problem = Text("the window holds too few readings to tell a rate", "时间窗内读数过少，无法求变化率")
    yield from misfits.too_few("window", config.window, _BEATS, every, problem)
