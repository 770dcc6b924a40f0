"""`vote`: at least so many of several sensors are abnormal, and that is one alarm.

    vote: { at_least: 2, priority: critical }                    # contacts: 1 is abnormal
    vote: { at_least: 2, above: 32 °C, priority: high }          # values beyond a limit

The alarm is called after the first sensor of the rule, and judged by the readings of all. Of each the newest counts, if
it has a value and is no older than `max_age`. Those that are known decide as soon as they suffice: enough that are
abnormal, or too few even if all that are not known were. When these could tip it, the condition is unknown.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount, shown
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.rules import band, misfits, settings, states
from roommon.rules.latest import Latest
from roommon.rules.rule import Finding, Judge, Measured, Misfit
from roommon.rules.state import Condition

TEXT = Text("{votes} of {voters} are abnormal: {who}", "{voters} 个中有 {votes} 个异常：{who}")
RESPONSE = Text("Go and look what it is.", "请到现场查明原因。")
_BEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    at_least: int = field(metadata={"doc": "How many of the rule's sensors must be abnormal."})
    abnormal: frozenset[int | str] = field(
        default=frozenset(),
        metadata={"doc": "The states, by name or number, that are abnormal; a contact's default is 1."},
    )
    normal: frozenset[int | str] = field(
        default=frozenset(), metadata={"doc": "Instead of abnormal: the states that are not."}
    )
    above: Amount | None = field(default=None, metadata={"doc": "Of values: those above this one are abnormal."})
    below: Amount | None = field(default=None, metadata={"doc": "Of values: those below this one are abnormal."})
    deadband: Amount | None = field(
        default=None, metadata={"doc": "How far a value must come back while the alarm stands."}
    )
    max_age: Duration = field(
        default=Duration(300_000), metadata={"doc": "A sensor whose newest reading is older has no vote."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"votes", "voters", "who"})
    JOINT: ClassVar[bool] = True

    def judge(self, sensor: Sensor) -> "_Vote":
        """Return what counts the votes; `sensor` is the first of the rule."""
        return _Vote(self, [sensor])


_Test = Callable[[float, bool], bool]


class _Vote(Latest):
    """The newest readings of a rule's sensors, and what each of them is held against."""

    __slots__ = ("_config", "_sensors", "_tests")

    def __init__(self, config: Config, sensors: Sequence[Sensor]) -> None:
        Latest.__init__(self, config.max_age)
        self._config = config
        self._enrol(sensors)

    def _enrol(self, sensors: Sequence[Sensor]) -> None:
        self._sensors = sensors
        self._tests = {sensor.id: _test(self._config, sensor) for sensor in sensors}

    def meet(self, sensors: Sequence[Sensor], _judges: Mapping[SensorId, Judge]) -> Collection[SensorId]:
        self._enrol(sensors)
        return tuple(self._tests)

    def heeds(self, sensor: Sensor) -> bool:
        return sensor.id in self._tests

    def evaluate(self, reading: Reading, active: bool) -> Condition:
        self.see(reading)
        votes = [self._vote(sensor, reading.taken_at, active) for sensor in self._tests]
        known = votes.count(True)
        if known >= self._config.at_least:
            return Condition.PRESENT
        return Condition.UNKNOWN if known + votes.count(None) >= self._config.at_least else Condition.ABSENT

    def _vote(self, sensor: SensorId, at: Instant, active: bool) -> bool | None:
        value = self.fresh(sensor, at)
        return None if value is None else self._tests[sensor](value, active)

    def finding(self, reading: Reading, _crossed: float | None) -> Finding:
        at = reading.taken_at
        who = [self._name(sensor) for sensor in self._sensors if self._vote(sensor.id, at, active=False)]
        words = {
            "votes": Text.same(str(len(who))),
            "voters": Text.same(str(len(self._sensors))),
            "who": Text(", ".join(name.en for name in who) or "none", "、".join(name.zh_cn for name in who) or "无"),
        }
        return Finding(words=words)

    def measured(self, reading: Reading) -> Measured | None:
        """Return how many are abnormal; with one limit, how far `at_least` of them are beyond it together."""
        at = reading.taken_at
        votes = sum(self._vote(sensor, at, active=False) is True for sensor in self._tests)
        said = Text(f"{votes} of {len(self._tests)}", f"{len(self._tests)} 个中 {votes} 个")
        rises, falls = self._config.above is not None, self._config.below is not None
        if rises is falls:
            return Measured(votes, "1", said, upward=True)
        known = (self.fresh(sensor, at) for sensor in self._tests)
        values = sorted((value for value in known if value is not None), reverse=rises)
        if len(values) < self._config.at_least:
            return None
        value, quantity = values[self._config.at_least - 1], self._sensors[0].quantity
        number = shown(value, quantity)
        text = Text(f"{number} ({said.en})", f"{number}（{said.zh_cn}）")
        return Measured(value, UNITS[quantity].ucum, text, upward=rises)

    def _name(self, sensor: Sensor) -> Text:
        """Return what `sensor` is called, with its device where there are several."""
        name = sensor.name or Text.same(sensor.key)
        if len({each.device for each in self._sensors}) == 1:
            return name
        return Text(f"{sensor.device} {name.en}", f"{sensor.device} {name.zh_cn}")


def _test(config: Config, sensor: Sensor) -> _Test:
    """Return whether a value of `sensor` is abnormal."""
    if misfits.has_names(sensor):
        normal = states.numbers(config.normal, sensor)
        if normal:
            return lambda value, _active: value not in normal
        abnormal = states.numbers(config.abnormal or states.CLOSED, sensor)
        return lambda value, _active: value in abnormal
    limits = band.band(config.above, config.below, config.deadband)
    return lambda value, active: limits.judge(value, active) is Condition.PRESENT


def condition(config: Config, sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `2 or more are above 32 °C`."""
    limits = settings.with_deadband(settings.outside(config.above, config.below), config.deadband)
    if misfits.has_names(sensor):
        limits = settings.either(states.named(config.normal or config.abnormal or states.CLOSED, sensor))
        limits = Text(limits.en, f"为{limits.zh_cn}")
        if config.normal:
            limits = Text(f"anything but {limits.en}", f"{limits.zh_cn}以外的状态")
    return Text(f"{config.at_least} or more are {limits.en}", f"{config.at_least} 个或更多{limits.zh_cn}")


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    yield from misfits.empty("max_age", config.max_age)
    if misfits.has_names(sensor):
        yield from states.faults(config.abnormal, config.normal, sensor)
        yield from _useless(config, ("above", "below", "deadband"), sensor)
        return
    unit = UNITS[sensor.quantity]
    yield from _useless(config, ("abnormal", "normal"), sensor)
    yield from band.unit_fault("above", config.above, unit.ucum, sensor.id)
    yield from band.unit_fault("below", config.below, unit.ucum, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, unit.difference, sensor.id)
    yield from band.faults(config.above, config.below, config.deadband)


def _useless(config: Config, names: Sequence[str], sensor: Sensor) -> Iterator[Misfit]:
    for name in names:
        if getattr(config, name):
            yield Misfit(
                name,
                Text(
                    f"{sensor.id} is a {sensor.quantity}: it has no {name}",
                    f"{sensor.id} 的类型是 {sensor.quantity}，没有 {name}",
                ),
                Text("select sensors of one sort", "请选择同一类传感器"),
            )


def group_faults(config: Config, sensors: Sequence[Sensor], _site: Mapping[SensorId, Sensor]) -> Iterator[Misfit]:
    """Yield why `config` cannot judge all `sensors` of a rule."""
    if not 1 <= config.at_least <= len(sensors):
        yield Misfit(
            "at_least",
            Text(f"the rule selects {len(sensors)} to vote", f"该规则选中 {len(sensors)} 个传感器"),
            Text(f"give 1 to {len(sensors)}", f"请填写 1 至 {len(sensors)}"),
        )


def beat_faults(config: Config, every: Duration) -> Iterator[Misfit]:
    """Yield a fault if a sensor that is read `every` so often loses its vote as soon as a reading or two is bad."""
    problem = Text("one bad reading would cost a sensor its vote", "一次坏读数就会使传感器失去表决权")
    yield from misfits.too_few("max_age", config.max_age, _BEATS, every, problem)
