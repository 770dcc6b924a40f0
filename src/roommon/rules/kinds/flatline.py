"""`flatline`: a value has not moved for so long that the probe stands still, and not what it measures.

    flatline: { window: 6 h, priority: low }                   # the same value for 6 h
    flatline: { moved: 0.1 K, window: 6 h, priority: low }     # not by more than 0.1 K
    flatline: { moved: 0.1 K, window: 2 h, neighbours_moved: 0.5 K, priority: low }     # though another one did

The value came at each beat, and it was always the same: a probe that fell off its cable's end, a controller that
repeats its last number, a gateway that answers from its memory. It has moved as soon as highest and lowest in the
window are more than `moved` apart. That it has not is known once the readings reach back over all of the window
(`rules/extent.py`). Bad readings are gaps, and no movement. A neighbour is another sensor of the rule, of the same
quantity; it is asked for when the alarm is raised, and does not end it by becoming calm.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.extent import Extent
from roommon.rules.rule import Finding, Judge, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text(
    "{device} {sensor} moved by {movement} within {window}, now {value}",
    "{device} {sensor} {window} 内变化 {movement}，当前 {value}",
)
RESPONSE = Text(
    "Warm the probe at {device} with the hand: if the value stays as it is, replace the probe.",
    "请到 {device} 用手捂住探头：数值仍不变化，则更换探头。",
)
_BEATS = 10
_ROUNDED = 1e-9
"""Of `moved`: by so much may a difference of two floats be larger than that of the numbers that they stand for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    moved: Amount | None = field(
        default=None, metadata={"doc": "It counts as standing still if it moves by no more than this: 0.1 K."}
    )
    window: Duration = field(metadata={"doc": "How long it must have stood still."})
    neighbours_moved: Amount | None = field(
        default=None,
        metadata={"doc": "Only an alarm if another sensor of the rule moved by this or more in the window: 0.5 K."},
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint", "movement", "window"})

    def judge(self, sensor: Sensor) -> "_Flatline":
        """Return what watches how far `sensor` moves."""
        return _Flatline(self, sensor)


class _Flatline(Extent):
    """The last window of one sensor's values, held against the least that it should move."""

    __slots__ = ("_config", "_moved", "_neighbours", "_said", "_sensor", "_unit")

    def __init__(self, config: Config, sensor: Sensor) -> None:
        Extent.__init__(self, config.window)
        self._config = config
        self._sensor = sensor
        self._neighbours: tuple[_Flatline, ...] = ()
        moved = 0.0 if config.moved is None else config.moved.value
        self._moved = moved * (1 + _ROUNDED)
        self._unit = UNITS[sensor.quantity]
        self._said = self._shown(moved), settings.length(config.window)

    def meet(self, sensors: Sequence[Sensor], judges: Mapping[SensorId, Judge]) -> Collection[SensorId]:
        alike = {sensor.id for sensor in sensors if sensor.quantity is self._sensor.quantity} - {self._sensor.id}
        self._neighbours = tuple(
            judge for id_, judge in judges.items() if id_ in alike and isinstance(judge, _Flatline)
        )
        return ()

    def heeds(self, sensor: Sensor) -> bool:
        return self._config.neighbours_moved is not None and sensor.quantity is self._sensor.quantity

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        value = reading.value
        if value is None:
            return Condition.UNKNOWN
        self.remember(reading.taken_at, value)
        if self.high - self.low > self._moved:
            return Condition.ABSENT
        if not self.is_whole:
            return Condition.UNKNOWN
        return Condition.PRESENT if active or self._is_strange(reading.taken_at) else Condition.ABSENT

    def _is_strange(self, at: Instant) -> bool:
        """Return whether a neighbour moved while this one stood still; so it is, where none is asked for."""
        least = self._config.neighbours_moved
        return least is None or any(judge.has_moved(least.value, at) for judge in self._neighbours)

    def has_moved(self, least: float, at: Instant) -> bool:
        """Return whether its values of the window up to `at` were apart by `least` or more."""
        return self.high - self.low >= least * (1 - _ROUNDED) and self.reaches(at)

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        setpoint, window = self._said
        movement = self._shown(self.high - self.low)
        return Finding(None, setpoint, words={"movement": Text.same(movement), "window": Text.same(window)})

    def measured(self, _reading: Reading) -> Measured | None:
        if not self.is_whole:
            return None
        moved = self.high - self.low
        return Measured(moved, self._unit.difference, Text.same(self._shown(moved)), upward=False)

    def _shown(self, difference: float) -> str:
        return f"{difference:.{self._unit.decimals + 1}f} {band.symbol(self._unit.difference)}"


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `moves by no more than 0.1 K within 6 h`."""
    window = settings.length(config.window)
    said = Text(f"does not move for {window}", f"{window} 内数值不变")
    if config.moved is not None:
        moved = settings.amount(config.moved)
        said = Text(f"moves by no more than {moved} within {window}", f"{window} 内变化不超过 {moved}")
    if config.neighbours_moved is None:
        return said
    least = settings.amount(config.neighbours_moved)
    return Text(f"{said.en}, another by {least}", f"{said.zh_cn}，而另有传感器变化 {least}")


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield Misfit(
            "",
            Text(
                f"{sensor.id} is a {sensor.quantity}: it may stand still",
                f"{sensor.id} 的类型是 {sensor.quantity}，本来就可以长期不变",
            ),
            Text("use flatline for values that are measured", "flatline 请用于测量值"),
        )
        return
    yield from misfits.empty("window", config.window)
    yield from band.unit_fault("moved", config.moved, UNITS[sensor.quantity].difference, sensor.id)
    unit = UNITS[sensor.quantity].difference
    yield from band.unit_fault("neighbours_moved", config.neighbours_moved, unit, sensor.id)
    yield from misfits.not_positive("neighbours_moved", config.neighbours_moved)
    if config.moved is not None and config.moved.value < 0:
        yield from misfits.not_positive("moved", config.moved)


def group_faults(config: Config, sensors: Sequence[Sensor], _site: Mapping[SensorId, Sensor]) -> Iterator[Misfit]:
    """Yield why `config` cannot judge all `sensors` of a rule."""
    counts = Counter(sensor.quantity for sensor in sensors)
    if config.neighbours_moved is not None and sensors and min(counts.values()) < 2:
        yield Misfit(
            "neighbours_moved",
            Text("a sensor of the rule has no neighbour of its quantity", "规则中有传感器没有同类的相邻传感器"),
            Text("select two or more of each quantity, or leave it out", "每类请选择两个以上，或去掉此项"),
        )


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often cannot fill the window."""
    problem = Text("the window holds too few readings to tell a standstill", "时间窗内读数过少，看不出是否停滞")
    yield from misfits.too_few("window", config.window, _BEATS, every, problem)
