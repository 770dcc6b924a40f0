"""States and contacts: what the numbers are called, and which of them a setting means."""

from collections.abc import Iterable, Iterator

from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.rules.rule import Misfit

CLOSED = frozenset({1})
"""A contact's abnormal value, as every profile has it."""


def numbers(states: Iterable[int | str], sensor: Sensor) -> frozenset[int]:
    """Return the numbers that `states` mean, names or numbers."""
    return frozenset(number for state in states for number in _meant(state, sensor))


def _meant(state: int | str, sensor: Sensor) -> list[int]:
    """Return the numbers that `state` names; makers use one name for several."""
    if isinstance(state, int):
        return [state]
    name = state.casefold()
    return [number for number, text in sensor.states.items() if name in (text.en.casefold(), text.zh_cn.casefold())]


def named(states: Iterable[int | str], sensor: Sensor) -> Iterator[Text]:
    """Yield what the device calls `states`, with their numbers; a contact without names is abnormal or normal."""
    for number in sorted(numbers(states, sensor)):
        name = sensor.states.get(number)
        if name is not None:
            yield Text(f"{name.en} ({number})", f"{name.zh_cn}（{number}）")
        elif sensor.quantity is Quantity.CONTACT:
            yield Text("abnormal (1)", "异常（1）") if number else Text("normal (0)", "正常（0）")
        else:
            yield Text(f"state {number}", f"状态 {number}")


def faults(abnormal: frozenset[int | str], normal: frozenset[int | str], sensor: Sensor) -> Iterator[Misfit]:
    """Yield what is wrong with the settings `abnormal` and `normal` of a contact or state."""
    yield from _choice_faults(abnormal, normal, sensor)
    yield from _name_faults("abnormal", abnormal, sensor)
    yield from _name_faults("normal", normal, sensor)


def _choice_faults(abnormal: frozenset[int | str], normal: frozenset[int | str], sensor: Sensor) -> Iterator[Misfit]:
    if abnormal and normal:
        yield Misfit(
            "normal",
            Text("both abnormal and normal are given", "同时给出了 abnormal 与 normal"),
            Text("keep one: the states that it lists decide", "请只保留其一，由其所列状态判定"),
        )
    if sensor.quantity is Quantity.STATE and not (abnormal or normal):
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
