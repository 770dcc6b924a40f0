"""`rate_of_change`: a value rises or falls too fast.

    rate_of_change: { above: 5 K/h, window: 1 h, priority: medium }                     # rises faster than 5 K/h
    rate_of_change: { above: 0.5 K/min, below: -0.5 K/min, window: 10 min, priority: high }   # or falls as fast

A limit's unit is the quantity's unit of differences, a slash, and `s`, `min`, `h` or `d`: `Amount(5.0, "K/h")`. All
limits of one rule have the same unit.

**The rate is the slope of the least-squares line** through the readings of the window (PromQL's `deriv`). The last
reading minus the first, which many controllers use, hangs on two readings: with a probe that shows tenths it is wrong
by up to 0.2 K over the window, and one odd reading at either end raises the alarm. In the slope of n readings an odd
reading of size d counts 6d/n per window at most, and noise falls with the root of n. Theil and Sen's median of slopes
would bear more odd readings, but needs all pairs; the on-delay bears what is left.

**When it judges.** The readings must reach over three quarters of the window; a gap of more than a quarter starts it
anew: a slope across a long silence says what happened, not what happens. Until then the condition is unknown, and an
alarm that stands goes on standing. Bad readings are gaps. `beat_faults` finds a window that its beat could never fill.

**What it costs, and why it is exact.** One reading of each 240th of the window counts (by the clock's grid, not by when
the daemon started), so a window is 4 kB however fast the beat is, and a reading that does not count costs a division.
The sums behind the slope are integers (ms, and values in 2^-20 of the unit), so adding and taking away leaves no trace:
the rate depends on the readings in the window alone, and a window rebuilt after a restart gives the same bits.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band
from roommon.rules.rule import Finding, Misfit
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} changes by {rate} (limit {setpoint}), now {value}",
    "{device} {sensor} 变化率 {rate}（限值 {setpoint}），当前 {value}",
)
RESPONSE = Text(
    "Find out what changed at {device}: at this rate a limit is near.",
    "请查明 {device} 发生了什么变化：照此速度将很快越限。",
)
_PER_MS = {"s": 1_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_COUNTED = 240
"""Readings of a window that count, at most."""
_BEATS = 10
"""Beats that a window must hold, so that one bad reading is no gap."""
_GRAIN = 1 << 20
_LARGEST = float(1 << 53)
"""Beyond it a float does not resolve 1, and no rate can be told."""


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


class _RateOfChange:
    """The last window of one sensor's values."""

    __slots__ = ("_at", "_band", "_cell", "_decimals", "_per", "_rate", "_sums", "_unit", "_value", "_width", "_window")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        self._band = band.band(config.above, config.below, config.deadband)
        self._unit = _unit(config)
        self._decimals = UNITS[quantity].decimals + 1
        self._per = _PER_MS[self._unit.rpartition("/")[2]]
        self._window = config.window
        self._width = max(1, config.window // _COUNTED)
        self.forget()

    def forget(self) -> None:
        self._at = array("q")
        self._value = array("d")
        self._cell = -1
        self._sums = (0, 0, 0, 0)
        self._rate: float | None = None

    @property
    def history(self) -> Duration:
        return Duration(self._window + self._width)

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        value = reading.value
        if value is None or abs(value) > _LARGEST:
            return Condition.UNKNOWN
        self.remember(reading.taken_at, value)
        rate = self._rate
        return Condition.UNKNOWN if rate is None else self._band.judge(rate, active)

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        if self._rate is None:
            return Finding()
        limit = self._band.setpoint(self._rate)
        return Finding(None, "" if limit is None else self._shown(limit), self._shown(self._rate))

    def _shown(self, rate: float) -> str:
        return f"{rate:.{self._decimals}f} {band.symbol(self._unit)}"

    def remember(self, at: Instant, value: float) -> None:
        cell = at // self._width
        if cell == self._cell or abs(value) > _LARGEST:
            return
        if self._at and not 0 <= 4 * (at - self._at[-1]) <= self._window:
            self.forget()
        self._cell = cell
        self._at.append(at)
        self._value.append(value)
        self._count(at, value, 1)
        self._drop_until(at - self._window)
        self._rate = self._slope()

    def _drop_until(self, oldest: int) -> None:
        gone = 0
        while self._at[gone] < oldest:
            self._count(self._at[gone], self._value[gone], -1)
            gone += 1
        if gone:
            del self._at[:gone]
            del self._value[:gone]

    def _count(self, at: int, value: float, sign: int) -> None:
        t, v, tt, tv = self._sums
        grains = sign * round(value * _GRAIN)
        self._sums = (t + sign * at, v + grains, tt + sign * at * at, tv + at * grains)

    def _slope(self) -> float | None:
        """Return the rate in the limits' unit, or None while the readings do not reach far enough."""
        span = self._at[-1] - self._at[0]
        if span == 0 or 4 * span < 3 * self._window:
            return None
        count = len(self._at)
        t, v, tt, tv = self._sums
        return (count * tv - t * v) * self._per / ((count * tt - t * t) * _GRAIN)

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        return zip(map(Instant, self._at), self._value, strict=True)

    def shift(self, by: Duration) -> None:
        moved = [(at + by, value) for at, value in self.remembered()]
        rate = self._rate
        self.forget()
        for at, value in moved:
            self._at.append(at)
            self._value.append(value)
            self._count(at, value, 1)
        self._cell = self._at[-1] // self._width if moved else -1
        self._rate = rate


def _unit(config: Config) -> str:
    limit = config.above or config.below
    return "1/h" if limit is None else limit.unit


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if sensor.quantity in (Quantity.CONTACT, Quantity.STATE):
        yield Misfit(
            "",
            Text(f"{sensor.id} is a {sensor.quantity}: its numbers are names", f"{sensor.id} 是状态量，数值只是代号"),
            Text("use off_normal", "请改用 off_normal"),
        )
        return
    if config.window <= 0:
        yield Misfit(
            "window",
            Text("the window is empty", "时间窗为零"),
            Text("give a time, such as 10 min or 1 h", "请填写时长，例如 10 min 或 1 h"),
        )
    yield from _unit_faults(config, sensor)
    yield from band.faults(config.above, config.below, config.deadband)


def _unit_faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    time = _unit(config).rpartition("/")[2]
    expected = f"{UNITS[sensor.quantity].difference}/{time if time in _PER_MS else 'h'}"
    yield from band.unit_fault("above", config.above, expected, sensor.id)
    yield from band.unit_fault("below", config.below, expected, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, expected, sensor.id)


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often cannot fill the window."""
    if config.window >= _BEATS * every:
        return
    least = _BEATS * every / 1_000
    yield Misfit(
        "window",
        Text("the window holds too few readings to tell a rate", "时间窗内读数过少，无法求变化率"),
        Text(f"give at least {least:g} s, or read the sensor more often", f"至少 {least:g} s，或缩短采集周期"),
    )
