"""What several kinds of rule cannot judge, said once: names instead of numbers, a window that is empty or too short."""

from collections.abc import Iterator

from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules.rule import Misfit

_NAMES = (Quantity.CONTACT, Quantity.STATE)
"""Quantities whose numbers are names: no order, no difference, no limit."""


def has_names(sensor: Sensor) -> bool:
    """Return whether the numbers of `sensor` are names."""
    return sensor.quantity in _NAMES


def names(sensor: Sensor) -> Iterator[Misfit]:
    """Yield that `sensor` has names where a kind needs numbers."""
    if has_names(sensor):
        yield Misfit(
            "",
            Text(
                f"{sensor.id} is a {sensor.quantity}: its numbers are names",
                f"{sensor.id} 的类型是 {sensor.quantity}，其数值只是代号",
            ),
            Text("use off_normal", "请改用 off_normal"),
        )


def empty(setting: str, time: Duration) -> Iterator[Misfit]:
    """Yield a fault if the time of `setting` is none."""
    if time <= 0:
        yield Misfit(
            setting,
            Text("the window is empty", "时间窗为零"),
            Text("give a time, such as 10 min or 1 h", "请填写时长，例如 10 min 或 1 h"),
        )


def too_few(setting: str, time: Duration, beats: int, every: Duration, problem: Text) -> Iterator[Misfit]:
    """Yield a fault if `time` holds fewer than `beats` of a sensor that is read once `every`: that is the `problem`."""
    if time >= beats * every:
        return
    least = beats * every / 1_000
    yield Misfit(
        setting,
        problem,
        Text(f"give at least {least:g} s, or read the sensor more often", f"至少 {least:g} s，或缩短采集周期"),
    )


def not_positive(setting: str, amount: Amount | None) -> Iterator[Misfit]:
    """Yield a fault if `amount` is zero or less."""
    if amount is not None and amount.value <= 0:
        yield Misfit(
            setting,
            Text(f"{setting} is not more than 0", f"{setting} 须大于 0"),
            Text("give a number above 0", "请填写大于 0 的数值"),
        )
