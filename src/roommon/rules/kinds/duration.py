"""`duration`: a value was beyond a limit for longer than it may be in a day, all times added.

    duration: { above: 27 °C, more_than: 2 h, zone: Asia/Shanghai, priority: low }

Each time may be short, and no `limit` with an on-delay sees it. The day is the calendar's in `zone`; with its first
reading the sum is 0 and the alarm ends. The time from a reading that is beyond to the next counts, if the next is no
later than `max_gap`: what happened in a silence is not known and does not count.

A month would be of use too, but what a judge knows must be found in the readings of its window when the daemon starts
(docs/adr/0013), and nobody wants to wait for a month of readings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NamedTuple
from zoneinfo import ZoneInfo

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, Quantity, shown
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import band, days, misfits, settings
from roommon.rules.rule import Finding, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} was beyond its limit ({setpoint}) for {total} today, now {value}",
    "{device} {sensor} 今日累计超限（{setpoint}）{total}，当前 {value}",
)
RESPONSE = Text(
    "Look at the day's readings of {device}: when was it, and what ran then?",
    "请查看 {device} 当天的读数：何时超限，当时有何设备运行。",
)
_BEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    above: Amount | None = field(default=None, metadata={"doc": "Time above this value counts."})
    below: Amount | None = field(default=None, metadata={"doc": "Time below this value counts."})
    more_than: Duration = field(metadata={"doc": "The alarm is when more time than this has come together."})
    per: Literal["day"] = field(default="day", metadata={"doc": "The calendar's day; there is no other yet."})
    zone: ZoneInfo = field(metadata={"doc": "The time zone of the day: Asia/Shanghai."})
    max_gap: Duration = field(
        default=Duration(300_000), metadata={"doc": "Between readings that are farther apart nothing counts."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "total"})

    def judge(self, sensor: Sensor) -> "_Duration":
        """Return what adds up the time of `sensor`."""
        return _Duration(self, sensor.quantity)


class _Mark(NamedTuple):
    at: Instant
    value: float
    beyond: bool


class _Duration:
    """The time of the present day, and marks: the readings between which the condition is that of the first."""

    __slots__ = ("_band", "_config", "_day", "_marks", "_quantity", "total")

    def __init__(self, config: Config, quantity: Quantity) -> None:
        self._config = config
        self._quantity = quantity
        self._band = band.band(config.above, config.below, None)
        self.forget()

    def forget(self) -> None:
        self._day = days.Day(0, 0)
        self._marks: list[_Mark] = []
        self.total = 0
        """Milliseconds."""

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
        return Finding(setpoint, limit, words={"total": Text.same(total)})

    def measured(self, _reading: Reading) -> Measured:
        total = self.total / 1000
        return Measured(total, "s", Text.same(shown(total, Quantity.DURATION)), upward=True)

    def history(self) -> Duration:
        """Return the longest day, and the gap before it."""
        return Duration(days.LONGEST + self._config.max_gap)

    def remember(self, at: Instant, value: float) -> None:
        if self._marks and at < self._marks[-1].at:
            self.forget()
        if not self._day.begins <= at < self._day.ends:
            self._begin_day(at)
        if self._marks:
            self._count(self._marks[-1], at)
        self._mark(_Mark(at, value, self._band.judge(value, active=False) is Condition.PRESENT))

    def _begin_day(self, at: Instant) -> None:
        self._day = days.day_of(at, self._config.zone)
        self._marks = self._marks[-1:]
        self.total = 0

    def _count(self, before: _Mark, at: Instant) -> None:
        if before.beyond and at - before.at <= self._config.max_gap:
            self.total += at - max(before.at, self._day.begins)

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
    limits, time = settings.outside(config.above, config.below), settings.length(config.more_than)
    return Text(
        f"{limits.en} for more than {time} in a day ({config.zone.key})",
        f"每日累计{limits.zh_cn} 超过 {time}（{config.zone.key}）",
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
    if config.more_than >= days.SHORTEST:
        yield Misfit(
            "more_than",
            Text("no day is longer than that", "一天没有这么长"),
            Text("give less than 23 h", "请填写少于 23 h 的时长"),
        )


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often is never without gaps."""
    problem = Text("one bad reading would be a gap", "一次坏读数就会造成中断")
    yield from misfits.too_few("max_gap", config.max_gap, _BEATS, every, problem)
