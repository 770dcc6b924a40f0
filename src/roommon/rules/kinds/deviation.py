"""`deviation`: a value is far from those of its neighbours.

    deviation: { more_than: 4 K, priority: medium }                          # from the median of the other sensors
    deviation: { more_than: 3 K, from: crac-1.supply, priority: medium }     # from one other sensor

Neighbours are the other sensors of the rule that measure the same quantity. Of each the newest reading counts, if it
has a value and is no older than `max_age` when the sensor's own comes; fewer than two make no median, and the condition
is unknown.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, shown
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.latest import Latest
from roommon.rules.rule import Finding, Judge, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} is {deviation} {reference}, now {value}",
    "{device} {sensor} 比{reference}{deviation}，当前 {value}",
)
RESPONSE = Text(
    "Look at {device}: is the probe sound, does the air reach it, is a panel missing?",
    "请到 {device} 查看：探头是否完好，气流能否到达，盲板是否缺失。",
)
MEDIAN = "median"
_FEWEST = 2
_BEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    more_than: Amount = field(metadata={"doc": "The alarm is farther away than this, up or down: 4 K."})
    deadband: Amount | None = field(
        default=None, metadata={"doc": "How far the value must come back before the alarm may end."}
    )
    reference: str = field(
        default=MEDIAN,
        metadata={"key": "from", "doc": "`median`: that of the rule's other sensors; or one sensor: crac-1.supply."},
    )
    max_age: Duration = field(
        default=Duration(300_000), metadata={"doc": "A neighbour whose newest reading is older does not count."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "deviation", "reference"})

    def judge(self, sensor: Sensor) -> "_Deviation":
        """Return what compares `sensor` with others."""
        return _Deviation(self, sensor)


class _Deviation(Latest):
    """One sensor's newest reading, and where those of its neighbours are found."""

    __slots__ = ("_band", "_config", "_neighbours", "_others", "_own", "_sensor")

    def __init__(self, config: Config, sensor: Sensor) -> None:
        Latest.__init__(self, config.max_age)
        self._config = config
        self._sensor = sensor
        self._own = sensor.id
        width = 0.0 if config.deadband is None else config.deadband.value
        self._band = band.Band(config.more_than.value, -config.more_than.value, width)
        self._neighbours: tuple[_Deviation, ...] = ()
        self._others: tuple[SensorId, ...] = ()

    def meet(self, sensors: Sequence[Sensor], judges: Mapping[SensorId, Judge]) -> Collection[SensorId]:
        if self._config.reference != MEDIAN:
            self._others = (SensorId(self._config.reference),)
            return self._others
        alike = {sensor.id for sensor in sensors if sensor.quantity is self._sensor.quantity} - {self._own}
        self._neighbours = tuple(
            judge for id_, judge in judges.items() if id_ in alike and isinstance(judge, _Deviation)
        )
        return ()

    def heeds(self, sensor: Sensor) -> bool:
        if self._config.reference != MEDIAN:
            return sensor.id == self._config.reference
        return sensor.quantity is self._sensor.quantity

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        self.see(reading)
        base = self._base(reading.taken_at)
        if reading.value is None or base is None:
            return Condition.UNKNOWN
        return self._band.judge(reading.value - base, active)

    def _base(self, at: Instant) -> float | None:
        """Return what a value at `at` is held against."""
        if self._others:
            return self.fresh(self._others[0], at)
        values = self._values(at)
        return median(values) if len(values) >= _FEWEST else None

    def _values(self, at: Instant) -> list[float]:
        found = (judge.fresh(judge._own, at) for judge in self._neighbours)  # noqa: SLF001  # of the same class
        return [value for value in found if value is not None]

    def finding(self, reading: Reading, _crossed: float | None) -> Finding:
        base = self._base(reading.taken_at)
        words = {"deviation": self._gap(reading.value, base), "reference": self._reference(base, reading.taken_at)}
        return Finding(None, settings.amount(self._config.more_than), words=words)

    def measured(self, reading: Reading) -> Measured | None:
        base = self._base(reading.taken_at)
        if reading.value is None or base is None:
            return None
        gap, unit = reading.value - base, UNITS[self._sensor.quantity]
        said = Text.same(f"{gap:+.{unit.decimals}f} {band.symbol(unit.difference)}")
        return Measured(gap, unit.difference, said, upward=gap >= 0)

    def _gap(self, value: float | None, base: float | None) -> Text:
        if value is None or base is None:
            return Text("– from", " –")
        unit = UNITS[self._sensor.quantity]
        gap = f"{abs(value - base):.{unit.decimals}f} {band.symbol(unit.difference)}"
        return Text(f"{gap} above", f"高 {gap}") if value >= base else Text(f"{gap} below", f"低 {gap}")

    def _reference(self, base: float | None, at: Instant) -> Text:
        known = "–" if base is None else shown(base, self._sensor.quantity)
        if self._others:
            return Text(f"{self._others[0]} ({known})", f" {self._others[0]}（{known}）")
        count = len(self._values(at))
        return Text(f"the median of {count} others ({known})", f"其余 {count} 个的中位数（{known}）")


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `more than 4 K from the median of the others`."""
    width = settings.amount(config.more_than)
    if config.reference == MEDIAN:
        said = Text(f"more than {width} from the median of the others", f"与其余传感器的中位数相差超过 {width}")
    else:
        said = Text(f"more than {width} from {config.reference}", f"与 {config.reference} 相差超过 {width}")
    return settings.with_deadband(said, config.deadband)


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    unit = UNITS[sensor.quantity].difference
    yield from misfits.empty("max_age", config.max_age)
    yield from band.unit_fault("more_than", config.more_than, unit, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, unit, sensor.id)
    yield from misfits.not_positive("more_than", config.more_than)
    if config.deadband is not None:
        below = Amount(-config.more_than.value, config.more_than.unit)
        yield from band.deadband_faults(config.more_than, below, config.deadband)


def group_faults(config: Config, sensors: Sequence[Sensor], site: Mapping[SensorId, Sensor]) -> Iterator[Misfit]:
    """Yield why `config` cannot judge all `sensors` of a rule, of those of the `site`."""
    if config.reference == MEDIAN:
        yield from _too_few(sensors)
        return
    other = site.get(SensorId(config.reference))
    if other is None:
        yield Misfit(
            "from",
            Text(f"there is no sensor `{config.reference}`", f"没有传感器 `{config.reference}`"),
            Text("name a sensor, or write `median`", "请填写传感器标识，或 `median`"),
        )
    elif any(sensor.quantity is not other.quantity for sensor in sensors):
        yield Misfit(
            "from",
            Text(f"{other.id} is a {other.quantity}", f"{other.id} 的类型是 {other.quantity}"),
            Text("name a sensor of the same quantity as the rule's", "请填写与规则所选同类的传感器"),
        )


def _too_few(sensors: Sequence[Sensor]) -> Iterator[Misfit]:
    for sensor in sensors:
        alike = [other for other in sensors if other.quantity is sensor.quantity]
        if len(alike) <= _FEWEST:
            yield Misfit(
                "",
                Text(
                    f"{sensor.id} has fewer than two others to be compared with",
                    f"可与 {sensor.id} 比较的传感器不足两个",
                ),
                Text("select three or more of a quantity, or give from", "请选择三个以上同类传感器，或填写 from"),
            )
            return


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often is too old as soon as a reading or two is bad."""
    problem = Text("one bad reading would make a neighbour too old", "一次坏读数就会使相邻读数过旧")
    yield from misfits.too_few("max_age", config.max_age, _BEATS, every, problem)
