"""`rate`: how fast a sensor's value changes, as a value of its own that can be drawn and judged.

    rate: { of: rack-a.inlet, window: 1 h }

The slope of the least-squares line through the window (`rules/slope.py` says why). Of temperatures it is a
`temperature_rate` in K/h, of humidities and ratios a `ratio_rate` in %/h; energy per time is power, and electric charge
per time is current. Until the readings reach over three quarters of the window it waits for data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from roommon.derive.derivation import Formula, Inputs
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, SensorId
from roommon.model.text import Text
from roommon.rules.rule import Misfit
from roommon.rules.slope import Slope, is_tellable

_HOUR = Duration(3_600_000)
_BEATS = 10
"""Beats that a window must hold, so that one bad reading is no gap."""
_RATES: Mapping[Quantity, tuple[Quantity, float]] = {
    Quantity.TEMPERATURE: (Quantity.TEMPERATURE_RATE, 1),
    Quantity.DEW_POINT: (Quantity.TEMPERATURE_RATE, 1),
    Quantity.TEMPERATURE_DIFFERENCE: (Quantity.TEMPERATURE_RATE, 1),
    Quantity.RELATIVE_HUMIDITY: (Quantity.RATIO_RATE, 1),
    Quantity.RATIO: (Quantity.RATIO_RATE, 1),
    Quantity.ENERGY: (Quantity.ACTIVE_POWER, 1000),
    Quantity.REACTIVE_ENERGY: (Quantity.REACTIVE_POWER, 1000),
    Quantity.ELECTRIC_CHARGE: (Quantity.CURRENT, 1),
}
"""What the change of a quantity per hour is, and how many of its unit one unit per hour is: 1 kWh/h is 1000 W."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What it is made of."""

    of: SensorId = field(metadata={"doc": "The sensor."})
    window: Duration = field(metadata={"doc": "The time over which the rate is taken."})

    def formula(self, inputs: Sequence[Sensor]) -> Formula:
        """Return what reckons it, and remembers the window."""
        return _Rate(self.window, _RATES[inputs[0].quantity][1])


class _Rate(Slope):
    """The window of one sensor's values; `Slope` makes it a window of the rules too."""

    __slots__ = ("_factor",)

    def __init__(self, window: Duration, factor: float) -> None:
        self._factor = factor
        Slope.__init__(self, window, _HOUR)

    def __call__(self, at: Instant, values: Sequence[float]) -> float | Reason:
        """Take the value and return the rate."""
        if not is_tellable(values[0]):
            return Reason.OUT_OF_RANGE
        self.remember(at, values[0])
        return Reason.WAITING_FOR_INITIAL_DATA if self.rate is None else self.rate * self._factor


def quantity(_config: Config, inputs: Inputs) -> Quantity:
    """Return what it measures."""
    return _RATES[inputs["of"][0].quantity][0]


def faults(config: Config, inputs: Inputs) -> Iterator[Misfit]:
    """Yield why it cannot be made of `inputs`."""
    sensor = inputs["of"][0]
    if sensor.quantity not in _RATES:
        known = ", ".join(_RATES)
        yield Misfit(
            "of",
            Text(f"the rate of a {sensor.quantity} has no quantity", f"{sensor.quantity} 的变化率没有对应的量"),
            Text(
                f"take one of {known}; a rule `rate_of_change` judges the others",
                f"可用：{known}；其他量请用 `rate_of_change` 规则",
            ),
        )
    if config.window <= 0:
        yield Misfit(
            "window",
            Text("the window is empty", "时间窗为零"),
            Text("give a time, such as 10 min or 1 h", "请填写时长，例如 10 min 或 1 h"),
        )


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often cannot fill the window."""
    if config.window <= 0 or config.window >= _BEATS * every:
        return
    yield Misfit(
        "window",
        Text("the window holds too few readings to tell a rate", "时间窗内读数过少，无法求变化率"),
        Text(
            f"give at least {_BEATS * every / 1_000:g} s, or read the sensor more often",
            f"至少 {_BEATS * every / 1_000:g} s，或缩短采集周期",
        ),
    )
