"""`duration`: a value was beyond a limit for longer than it may be in a day or a month, all times added.

    duration: { above: 27 °C, more_than: 2 h, zone: Asia/Shanghai, priority: low }
    duration: { above: 27 °C, more_than: 20 h, per: month, zone: Asia/Shanghai, priority: low }

Each time may be short, and no `limit` with an on-delay sees it. Day and month are the calendar's in `zone`; with their
first reading the sum is 0 and the alarm ends. The time from a reading that is beyond to the next counts, if the next is
no later than `max_gap`: what happened in a silence is not known and does not count.

The present day is found in its readings when the daemon starts, as all that judges know is. What the days of the month
that are over came to is journalled (docs/adr/0025), for nobody wants to wait for a month of readings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity, shown
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, days, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.state import Carried, Condition

TEXT = Text(
    "{device} {sensor} was beyond its limit ({setpoint}) for {total} {period}, now {value}",
    "{device} {sensor} {period}累计超限（{setpoint}）{total}，当前 {value}",
)
RESPONSE = Text(
    "Look at the readings of {device}: when was it, and what ran then?",
    "请查看 {device} 的读数：何时超限，当时有何设备运行。",
)
_BEATS = 3


class Period(StrEnum):
    """Over what the time is added up."""

    DAY = "day"
    MONTH = "month"


_NOW = {Period.DAY: Text("today", "今日"), Period.MONTH: Text("this month", "本月")}
_EACH = {Period.DAY: Text("in a day", "每日"), Period.MONTH: Text("in a month", "每月")}
_SHORTEST = {Period.DAY: days.SHORTEST, Period.MONTH: days.SHORTEST_MONTH}
_TOO_LONG = {
    Period.DAY: (
        Text("no day is longer than that", "一天没有这么长"),
        Text("give less than 23 h", "请填写少于 23 h 的时长"),
    ),
    Period.MONTH: (
        Text("not every month is longer than that", "并非每个月都有这么长"),
        Text("give less than 671 h", "请填写少于 671 h 的时长"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    above: Amount | None = field(default=None, metadata={"doc": "Time above this value counts."})
    below: Amount | None = field(default=None, metadata={"doc": "Time below this value counts."})
    more_than: Duration = field(metadata={"doc": "The alarm is when more time than this has come together."})
    per: Period = field(default=Period.DAY, metadata={"doc": "The calendar's day, or its month."})
    zone: ZoneInfo = field(metadata={"doc": "The time zone of the calendar: Asia/Shanghai."})
    max_gap: Duration = field(
        default=Duration(300_000), metadata={"doc": "Between readings that are farther apart nothing counts."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "total", "period"})

    def judge(self, sensor: Sensor) -> "_Duration":
        """Return what adds up the time of `sensor`."""
        return _Duration(self, sensor.quantity)


class _Mark(NamedTuple):
    at: Instant
    value: float
    beyond: bool


class _Duration:
    """The time of the present day, and marks: the readings between which the condition is that of the first."""

    __slots__ = ("_band", "_carried", "_config", "_day", "_earlier", "_marks", "_quantity", "_today")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        self._config = config
        self._quantity = quantity
        self._band = band.band(config.above, config.below, None)
        self._carried: Carried | None = None
        self.forget()

    def forget(self) -> None:
        self._day = days.Day(0, 0)
        self._marks: list[_Mark] = []
        self._today = 0
        """Milliseconds, as all times."""
        self._earlier = 0
        """Of the days of this month that are over."""

    @property
    def total(self) -> int:
        """What has come together in the present day or month."""
        return self._earlier + self._today

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        if reading.value is None:
            return Condition.UNKNOWN
        self.remember(reading.taken_at, reading.value)
        return Condition.PRESENT if self.total > self._config.more_than else Condition.ABSENT

    def finding(self, reading: Reading, crossed: float | None) -> Finding:
        value = crossed if reading.value is None else reading.value
        setpoint = None if value is None else self._band.setpoint(value)
        limit = "" if setpoint is None else shown(setpoint, self._quantity)
        total = shown(self.total / 1000, Quantity.DURATION)
        return Finding(setpoint, limit, words={"total": Text.same(total), "period": _NOW[self._config.per]})

    def measured(self, _reading: Reading) -> Measured:
        total = self.total / 1000
        return Measured(total, "s", Text.same(shown(total, Quantity.DURATION)), upward=True)

    def history(self) -> Duration:
        """Return the longest day, and the gap before it; of a month two days, for the last may not be journalled."""
        of_days = 1 if self._config.per is Period.DAY else 2
        return Duration(of_days * days.LONGEST + self._config.max_gap)

    def remember(self, at: Instant, value: float) -> None:
        if self._marks and at < self._marks[-1].at:
            self.forget()
        self._count(at)
        if not self._day.begins <= at < self._day.ends:
            self._begin_day(at)
            self._count(at)
        self._mark(_Mark(at, value, self._band.judge(value, active=False) is Condition.PRESENT))

    def _begin_day(self, at: Instant) -> None:
        day = days.day_of(at, self._config.zone)
        if self._config.per is Period.MONTH:
            self._carried = self._with_today(day.begins)
            is_its_month = days.is_same_month(day.begins, self._carried.until, self._config.zone)
            self._earlier = self._carried.total if is_its_month else 0
        self._day = day
        self._marks = self._marks[-1:]
        self._today = 0

    def _with_today(self, until: int) -> Carried:
        """Return what is carried on when a day begins at `until`; a month begins with nothing."""
        carried = self._carried or Carried(Instant(until), Duration(0))
        if until <= carried.until:
            return carried
        if not days.is_same_month(until, carried.until, self._config.zone):
            return Carried(Instant(until), Duration(0))
        today = self._today if self._day.begins >= carried.until else 0
        return Carried(Instant(until), Duration(carried.total + today))

    def carried(self) -> Carried | None:
        """Return what the days of the month came to that are over; None for a rule of days."""
        return self._carried

    def carry(self, carried: Carried) -> None:
        """Go on from what they came to."""
        if self._config.per is Period.MONTH:
            self._carried = carried

    def _count(self, at: Instant) -> None:
        """Add what of the time from the last mark to `at` lies in the present day."""
        last = self._marks[-1] if self._marks else None
        if last is not None and last.beyond and at - last.at <= self._config.max_gap:
            self._today += max(0, min(at, self._day.ends) - max(last.at, self._day.begins))

    def _mark(self, new: _Mark) -> None:
        """Add `new`; the last mark goes if the one before it says the same up to `new`."""
        if len(self._marks) > 1:
            before, last = self._marks[-2:]
            if before.beyond is last.beyond and new.at - before.at <= self._config.max_gap:
                self._marks.pop()
        self._marks.append(new)

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return the marks of the day, and the last one before it."""
        return ((mark.at, mark.value) for mark in self._marks)

    def shift(self, by: Duration) -> None:
        """Move all marks with the clock, and count again: some may lie in another day now."""
        marks = list(self.remembered())
        self.forget()
        for at, value in marks:
            self.remember(Instant(at + by), value)


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `above 27 °C for more than 2 h in a day (Asia/Shanghai)`."""
    each = _EACH[config.per]
    limits, time = settings.outside(config.above, config.below), settings.length(config.more_than)
    return Text(
        f"{limits.en} for more than {time} {each.en} ({config.zone.key})",
        f"{each.zh_cn}累计{limits.zh_cn} 超过 {time}（{config.zone.key}）",
    )


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    unit = UNITS[sensor.quantity].ucum
    yield from misfits.empty("max_gap", config.max_gap)
    yield from band.unit_fault("above", config.above, unit, sensor.id)
    yield from band.unit_fault("below", config.below, unit, sensor.id)
    yield from band.faults(config.above, config.below, None)
    if config.more_than >= _SHORTEST[config.per]:
        yield Misfit("more_than", *_TOO_LONG[config.per])


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often is never without gaps."""
    problem = Text("one bad reading would be a gap", "一次坏读数就会造成中断")
    yield from misfits.too_few("max_gap", config.max_gap, _BEATS, every, problem)
