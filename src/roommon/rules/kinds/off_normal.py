"""`off_normal`: a contact or an enumeration is in a state in which it should not be.

    off_normal: { priority: critical }                                  # a contact: 1 is abnormal
    off_normal: { abnormal: [on battery, 5], priority: high }           # an enumeration, by name or number
    off_normal: { normal: [mains], priority: medium }                   # everything else is abnormal

Numbers that the profile does not name are bad readings and come here as such, except where it says `other_states`: then
`normal` catches them too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import settings
from roommon.rules.rule import Finding, Misfit
from roommon.rules.state import Condition

TEXT = Text("{device} {sensor}: {state}", "{device} {sensor}：{state}")
RESPONSE = Text("Go and look at {device}.", "请到现场查看 {device}。")
_CLOSED = frozenset({1})
"""A contact's abnormal value, as every profile has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    abnormal: frozenset[int | str] = field(
        default=frozenset(),
        metadata={"doc": "The states, by name or number, in which the alarm is; a contact's default is 1."},
    )
    normal: frozenset[int | str] = field(
        default=frozenset(), metadata={"doc": "Instead of abnormal: the states in which the alarm is not."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset()

    def judge(self, sensor: Sensor) -> "_OffNormal":
        """Return what compares the states of `sensor`."""
        if self.normal:
            return _OffNormal(_numbers(self.normal, sensor), Condition.ABSENT, Condition.PRESENT)
        return _OffNormal(_numbers(self.abnormal or _CLOSED, sensor), Condition.PRESENT, Condition.ABSENT)


@dataclass(frozen=True, slots=True)
class _OffNormal:
    states: frozenset[int]
    inside: Condition
    outside: Condition

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        value = reading.value
        if value is None:
            return Condition.UNKNOWN
        return self.inside if value in self.states else self.outside

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        return Finding()


def _numbers(states: frozenset[int | str], sensor: Sensor) -> frozenset[int]:
    return frozenset(number for state in states for number in _meant(state, sensor))


def _meant(state: int | str, sensor: Sensor) -> list[int]:
    """Return the numbers that `state` names; makers use one name for several."""
    if isinstance(state, int):
        return [state]
    name = state.casefold()
    return [number for number, text in sensor.states.items() if name in (text.en.casefold(), text.zh_cn.casefold())]


def condition(config: Config, sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `battery low (3)`, `anything but mains (3)`."""
    if config.normal:
        states = settings.either(_named(config.normal, sensor))
        return Text(f"anything but {states.en}", f"除{states.zh_cn}以外")
    return settings.either(_named(config.abnormal or _CLOSED, sensor))


def _named(states: frozenset[int | str], sensor: Sensor) -> Iterator[Text]:
    """Yield what the device calls `states`, with their numbers; a contact without names is abnormal or normal."""
    for number in sorted(_numbers(states, sensor)):
        name = sensor.states.get(number)
        if name is not None:
            yield Text(f"{name.en} ({number})", f"{name.zh_cn}（{number}）")
        elif sensor.quantity is Quantity.CONTACT:
            yield Text("abnormal (1)", "异常（1）") if number else Text("normal (0)", "正常（0）")
        else:
            yield Text(f"state {number}", f"状态 {number}")


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if sensor.quantity not in (Quantity.CONTACT, Quantity.STATE):
        yield Misfit(
            "",
            Text(
                f"{sensor.id} is a {sensor.quantity}, not a contact or state",
                f"{sensor.id} 的类型是 {sensor.quantity}，不是触点或状态量",
            ),
            Text("use limit", "请改用 limit"),
        )
        return
    yield from _choice_faults(config, sensor)
    yield from _name_faults("abnormal", config.abnormal, sensor)
    yield from _name_faults("normal", config.normal, sensor)


def _choice_faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    if config.abnormal and config.normal:
        yield Misfit(
            "normal",
            Text("both abnormal and normal are given", "同时给出了 abnormal 与 normal"),
            Text("keep one: the states that it lists decide", "请只保留其一，由其所列状态判定"),
        )
    if sensor.quantity is Quantity.STATE and not (config.abnormal or config.normal):
        yield Misfit(
            "",
            Text(f"nothing says which states of {sensor.id} are abnormal", f"未说明 {sensor.id} 的哪些状态为异常"),
            Text(f"give abnormal or normal, of {_known(sensor)}", f"请填写 abnormal 或 normal，可选：{_known(sensor)}"),
        )


def _name_faults(setting: str, states: frozenset[int | str], sensor: Sensor) -> Iterator[Misfit]:
    for state in sorted(states, key=str):
        unknown_number = isinstance(state, int) and bool(sensor.states) and state not in sensor.states
        if unknown_number or not _meant(state, sensor):
            yield Misfit(
                setting,
                Text(f"{sensor.id} has no state {state!r}", f"{sensor.id} 没有状态 {state!r}"),
                Text(f"its states are {_known(sensor)}", f"可选状态：{_known(sensor)}"),
            )


def _known(sensor: Sensor) -> str:
    return ", ".join(f"{number} {name.en}" for number, name in sorted(sensor.states.items())) or "0, 1"
