"""A band with a deadband: the one comparison behind limits of values and of rates.

A value is beyond a setpoint when it is strictly above or below it, as the words say: `above: 0` on a counter is raised
by the first count, and 27.0 °C is still within ASHRAE's 18 to 27. While the alarm is active, the condition is there
until the value is back by the whole deadband, from both sides: it is not known, and need not be, from which side it
comes. Before that the deadband does not count, so an on-delay counts only what is beyond the setpoint, and no alarm is
raised by a value that is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite

from roommon.model.quantity import UNITS, Amount
from roommon.model.text import Text
from roommon.rules.rule import Misfit
from roommon.rules.state import Condition

_SYMBOLS = {unit.ucum: unit.symbol or "1" for unit in UNITS.values()}


@dataclass(frozen=True, slots=True)
class Band:
    """Where a number is normal: from `below` to `above`, both included."""

    above: float = inf
    below: float = -inf
    deadband: float = 0.0

    def judge(self, value: float, active: bool) -> Condition:
        """Return whether `value` is outside."""
        if value > self.above or value < self.below:
            return Condition.PRESENT
        if active and self._within_deadband(value):
            return Condition.PRESENT
        return Condition.ABSENT

    def _within_deadband(self, value: float) -> bool:
        return value > self.above - self.deadband or value < self.below + self.deadband

    def setpoint(self, value: float, crossed: float | None = None) -> float | None:
        """Return `crossed` if it is a setpoint of this band, otherwise the one that is next to `value`."""
        if crossed is not None and crossed in (self.above, self.below):
            return crossed
        nearest = self.above if value - self.below > self.above - value else self.below
        return nearest if isfinite(nearest) else None


def band(above: Amount | None, below: Amount | None, deadband: Amount | None) -> Band:
    """Return the band of these settings, which have no `faults`."""
    return Band(
        inf if above is None else float(above.value),
        -inf if below is None else float(below.value),
        0.0 if deadband is None else deadband.value,
    )


def symbol(unit: str) -> str:
    """Return `unit` (UCUM) as a person writes it: `°C`, `K`, `%/h`."""
    whole = _SYMBOLS.get(unit)
    if whole is not None:
        return whole
    measure, slash, time = unit.rpartition("/")
    return f"{_SYMBOLS.get(measure, measure)}{slash}{time}"


def faults(above: Amount | None, below: Amount | None, deadband: Amount | None) -> Iterator[Misfit]:
    """Yield what is wrong with these settings among themselves; their units are the same kind's."""
    if above is None and below is None:
        yield Misfit(
            "",
            Text("no setpoint is given", "未给出设定值"),
            Text("give above, below, or both", "请填写 above、below，或两者"),
        )
    if above is not None and below is not None and above.value <= below.value:
        yield Misfit(
            "above",
            Text("above is not higher than below", "above 不高于 below"),
            Text("exchange them; the alarm is outside the two", "请交换两者；告警区在两者之外"),
        )
    if deadband is not None:
        yield from deadband_faults(above, below, deadband)


def deadband_faults(above: Amount | None, below: Amount | None, deadband: Amount) -> Iterator[Misfit]:
    """Yield what is wrong with `deadband`, of an alarm that is outside of `below` to `above` where both are given."""
    if deadband.value < 0:
        yield Misfit(
            "deadband",
            Text("the deadband is negative", "死区为负值"),
            Text("give how far the value must come back, 0 or more", "请填写数值须回落的幅度，0 或更大"),
        )
    if above is None or below is None:
        return
    width = above.value - below.value
    if 0 < width < 2 * deadband.value:
        largest = f"{width / 2:g} {symbol(deadband.unit)}"
        yield Misfit(
            "deadband",
            Text(
                "the deadband is wider than half the band: no value would end the alarm",
                "死区宽于上下限间距的一半：任何数值都无法结束告警",
            ),
            Text(f"give at most {largest}", f"最大可填 {largest}"),
        )


def unit_fault(setting: str, amount: Amount | None, expected: str, sensor: str) -> Iterator[Misfit]:
    """Yield a fault if `amount` is not in the unit `expected` (UCUM) for `sensor`."""
    if amount is None or amount.unit == expected:
        return
    has, wants = symbol(amount.unit), symbol(expected)
    if amount.unit == "1":
        yield Misfit(
            setting,
            Text(f"{setting} has no unit, but {sensor} wants {wants}", f"{setting} 没有单位，而 {sensor} 需要 {wants}"),
            Text(f"write `{amount.value:g} {wants}`", f"请写 `{amount.value:g} {wants}`"),
        )
        return
    yield Misfit(
        setting,
        Text(
            f"{setting} is in {has}, but {sensor} wants {wants}", f"{setting} 的单位是 {has}，而 {sensor} 需要 {wants}"
        ),
        Text(f"write it in {wants}", f"请改用 {wants}"),
    )
