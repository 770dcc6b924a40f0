"""`forecast`: at its present slope a value will reach a limit soon.

    forecast: { above: 32 °C, within: 30 min, window: 15 min, priority: high }
    forecast: { below: 20 %, within: 1 h, window: 20 min, priority: medium }

The slope is the median of the slopes in the window, and must be sure: `rules/trend.py` says how, and why one odd
reading does not matter. The text says the likely time and, in brackets, the times by the steepest and the flattest
slope that the readings allow. While the alarm stands, one and a half times `within` counts, and beyond the limit it
stands on; a value that is beyond already raises nothing here, for that is what `limit` is for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity, shown
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, forecasts, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.state import Condition
from roommon.rules.trend import Trend

TEXT = Text("{device} {sensor} {forecast}, now {value}", "{device} {sensor} {forecast}，当前 {value}")
RESPONSE = Text(
    "Find out now what changed at {device}: the limit is not reached yet.",
    "尚未越限，请立即查明 {device} 发生了什么变化。",
)
_BEATS = 10
_STANDING = 1.5
"""Times `within` while the alarm stands, so that it does not flutter."""
_LARGEST = float(1 << 53)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    above: Amount | None = field(default=None, metadata={"doc": "The limit that a rising value will reach."})
    below: Amount | None = field(default=None, metadata={"doc": "Instead: the limit that a falling value will reach."})
    within: Duration = field(metadata={"doc": "The alarm is when the limit is no farther away than this."})
    window: Duration = field(metadata={"doc": "The time over which the slope is taken."})
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "forecast"})
    BEYOND_DRILLS: ClassVar[Text] = Text("a single jump is no trend", "单次跳变不构成趋势")

    def judge(self, sensor: Sensor) -> "_Forecast":
        """Return what follows the slope of `sensor`."""
        return _Forecast(self, sensor.quantity)


class _Forecast(Trend):
    """The last window of one sensor's values, and when their line meets the limit."""

    __slots__ = ("_limit", "_quantity", "_rises", "_within")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        Trend.__init__(self, config.window)
        self._limit = _limit(config).value
        self._rises = config.above is not None
        self._within = config.within
        self._quantity = quantity

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        value = reading.value
        if value is None or abs(value) > _LARGEST:
            return Condition.UNKNOWN
        self.remember(reading.taken_at, value)
        if value > self._limit if self._rises else value < self._limit:
            return Condition.PRESENT if active else Condition.ABSENT
        if not self.reaches:
            return Condition.UNKNOWN
        horizon = self._within * (_STANDING if active else 1)
        if self.is_out_of_reach(self._limit, horizon):
            return Condition.ABSENT
        left = self._left(reading.taken_at)
        return Condition.PRESENT if left is not None and left.likely <= horizon else Condition.ABSENT

    def _left(self, at: Instant) -> forecasts.Left | None:
        line = self.line()
        return None if line is None else forecasts.left(line, self._limit, at, rises=self._rises)

    def reached_at(self, at: Instant) -> Instant | None:
        left = self._left(at)
        return None if left is None or left.likely == inf else Instant(round(at + left.likely))

    def finding(self, reading: Reading, _crossed: float | None) -> Finding:
        limit = shown(self._limit, self._quantity)
        left = self._left(reading.taken_at)
        words = forecasts.none(limit, self._within) if left is None else forecasts.said(limit, left)
        return Finding(self._limit, limit, words={"forecast": words})

    def measured(self, reading: Reading) -> Measured | None:
        """Return the value: how near it came, or that it went beyond, says whether the forecast was right."""
        value = reading.value
        if value is None:
            return None
        return Measured(value, UNITS[self._quantity].ucum, Text.same(shown(value, self._quantity)), self._rises)


def _limit(config: Config) -> Amount:
    return config.above or config.below or Amount(0.0, "1")


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `rises to 32 °C within 30 min, by the trend of 15 min`."""
    limit, within, window = (
        settings.amount(_limit(config)),
        settings.length(config.within),
        settings.length(config.window),
    )
    verb = Text("rises", "升至") if config.above else Text("falls", "降至")
    return Text(
        f"{verb.en} to {limit} within {within}, by the trend of {window}",
        f"按 {window} 的趋势，{within} 内将{verb.zh_cn} {limit}",
    )


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    yield from misfits.empty("window", config.window)
    yield from misfits.empty("within", config.within)
    if (config.above is None) is (config.below is None):
        yield Misfit(
            "",
            Text("not one limit is given", "须且只须给出一个限值"),
            Text("give above or below; for both, write two rules", "请填写 above 或 below；两者都要时请写两条规则"),
        )
    unit = UNITS[sensor.quantity].ucum
    yield from band.unit_fault("above", config.above, unit, sensor.id)
    yield from band.unit_fault("below", config.below, unit, sensor.id)


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often cannot fill the window."""
    problem = Text("the window holds too few readings to tell a trend", "时间窗内读数过少，无法求趋势")
    yield from misfits.too_few("window", config.window, _BEATS, every, problem)
