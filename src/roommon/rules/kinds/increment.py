"""`increment`: a counter grew.

    increment: { by: 1, within: 24 h, priority: low }                          # every strike is told
    increment: { by: 100, within: 1 h, wraps_at: 65536, priority: medium }     # 16 bits: 65535 is followed by 0

The growth is the sum of what the counter rose between the readings of the last `within`. A fall is a reset, which is
no growth, unless the counter is known to wrap there and grew by less than half of its range (SNMP counters come without
their wraps from the poller). It grows over a silence too, for strikes come with power failures; but not over one that
is longer than `within`: nobody knows when that was.

Growth counts until `within` after the last of its cell, a 240th of `within` by the clock's grid. It is kept in whole
numbers (2^-20 of the unit), so what has been added is taken away without a trace, and a restart rebuilds the same.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity, shown
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} grew by {growth} within {within}, now {value}",
    "{device} {sensor} {within} 内增加 {growth}，当前 {value}",
)
RESPONSE = Text("Find out at {device} what was counted.", "请到 {device} 查明计数增加的原因。")
_COUNTERS = (Quantity.COUNT, Quantity.ENERGY, Quantity.REACTIVE_ENERGY, Quantity.ELECTRIC_CHARGE, Quantity.DURATION)
_CELLS = 240
_GRAIN = 1 << 20
_ROUNDED = 2
"""Grains that the rounding of `by` and of two readings may take from a growth."""
_BEATS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    by: Amount = field(metadata={"doc": "The alarm is when the counter grew by this or more: 1, 5 kWh."})
    within: Duration = field(metadata={"doc": "The time in which it grew; the alarm ends when nothing in it did."})
    wraps_at: Amount | None = field(
        default=None,
        metadata={"doc": "The number after the counter's last, where it begins at 0 again: 65536, 4294967296."},
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "growth", "within"})

    def judge(self, sensor: Sensor) -> "_Increment":
        """Return what adds up the growth of `sensor`."""
        return _Increment(self, sensor.quantity)


class _Increment:
    """The growth of one counter in the last `within`."""

    __slots__ = ("_cells", "_config", "_enough", "_growth", "_last", "_quantity", "_since", "_width", "_wraps_at")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        self._config = config
        self._quantity = quantity
        self._enough = _grains(config.by.value) - _ROUNDED
        self._width = max(1, config.within // _CELLS)
        self._wraps_at = 0 if config.wraps_at is None else _grains(config.wraps_at.value)
        self.forget()

    def forget(self) -> None:
        self._cells: deque[tuple[int, int]] = deque()
        self._growth = 0
        self._since = 0
        self._last: tuple[int, int] | None = None

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        if reading.value is None:
            return Condition.UNKNOWN
        self.remember(reading.taken_at, reading.value)
        if self._growth >= self._enough or (active and self._growth > 0):
            return Condition.PRESENT
        watched = reading.taken_at - self._since >= self._config.within
        return Condition.ABSENT if watched else Condition.UNKNOWN

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        limit = shown(self._config.by.value, self._quantity)
        growth = shown(self._growth / _GRAIN, self._quantity)
        within = settings.length(self._config.within)
        return Finding(None, limit, words={"growth": Text.same(growth), "within": Text.same(within)})

    def measured(self, _reading: Reading) -> Measured:
        growth = self._growth / _GRAIN
        unit = UNITS[self._quantity].difference
        return Measured(growth, unit, Text.same(shown(growth, self._quantity)), upward=True)

    def history(self) -> Duration:
        """Return `within` and a silence as long before it."""
        return Duration(2 * self._config.within + self._width)

    def remember(self, at: Instant, value: float) -> None:
        count = _grains(value)
        if self._last is None or not 0 <= at - self._last[0] <= self._config.within:
            self.forget()
            self._since = at
        elif count != self._last[1]:
            self._add(at, self._grown(self._last[1], count))
        self._last = (at, count)
        self._drop_until(at - self._config.within)

    def _grown(self, before: int, after: int) -> int:
        if after >= before:
            return after - before
        wrapped = after - before + self._wraps_at
        return wrapped if 0 < 2 * wrapped < self._wraps_at else 0

    def _add(self, at: int, growth: int) -> None:
        """Add to the cell of `at`, which is as old as the last growth in it."""
        if not growth:
            return
        self._growth += growth
        if self._cells and self._cells[-1][0] // self._width == at // self._width:
            growth += self._cells.pop()[1]
        self._cells.append((at, growth))

    def _drop_until(self, oldest: int) -> None:
        while self._cells and self._cells[0][0] <= oldest:
            self._growth -= self._cells.popleft()[1]

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return the count as if it had never fallen, at the moments that count."""
        if self._last is None:
            return
        at, count = self._last
        count -= self._growth
        yield Instant(max(self._since, at - self._config.within)), count / _GRAIN
        for grown_at, growth in self._cells:
            count += growth
            yield Instant(grown_at), count / _GRAIN
        yield Instant(at), count / _GRAIN

    def shift(self, by: Duration) -> None:
        self._since += by
        self._cells = deque((at + by, growth) for at, growth in self._cells)
        self._last = self._last and (self._last[0] + by, self._last[1])


def _grains(value: float) -> int:
    return round(value * _GRAIN)


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `grows by 1 or more within 1 d`."""
    by, within = settings.amount(config.by), settings.length(config.within)
    return Text(f"grows by {by} or more within {within}", f"{within} 内增加 {by} 或更多")


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if sensor.quantity not in _COUNTERS:
        yield Misfit(
            "",
            Text(
                f"{sensor.id} is a {sensor.quantity}, not a counter",
                f"{sensor.id} 的类型是 {sensor.quantity}，不是计数",
            ),
            Text("use limit or rate_of_change", "请改用 limit 或 rate_of_change"),
        )
        return
    unit = UNITS[sensor.quantity].difference
    yield from misfits.empty("within", config.within)
    yield from band.unit_fault("by", config.by, unit, sensor.id)
    yield from band.unit_fault("wraps_at", config.wraps_at, unit, sensor.id)
    yield from misfits.not_positive("by", config.by)
    if config.wraps_at is not None and config.wraps_at.value <= config.by.value:
        yield Misfit(
            "wraps_at",
            Text("the counter wraps before it could grow so far", "计数器在增加到该幅度之前就会回绕"),
            Text("give its whole range, such as 65536 or 4294967296", "请填写其全部量程，例如 65536 或 4294967296"),
        )


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often has too few readings in the window."""
    problem = Text("the window holds too few readings to see a growth", "时间窗内读数过少，看不出增长")
    yield from misfits.too_few("within", config.within, _BEATS, every, problem)
