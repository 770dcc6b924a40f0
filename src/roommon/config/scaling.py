"""How raw values become values in the canonical unit: scale, unit, what other points tell, and what a contact means."""

from fractions import Fraction
from functools import lru_cache

from roommon.config import units
from roommon.config.unit_table import Unit
from roommon.config.units import NotAValue
from roommon.model.quantity import UNITS, Amount, Quantity
from roommon.model.text import Text
from roommon.profiles.point import Affine, Selector, Told
from roommon.profiles.profile import PointSpec

Scaling = tuple[Affine, tuple[Selector, ...]]
"""What is applied first, and what other points tell, in order."""


def scaling(spec: PointSpec) -> Scaling:
    """Return how the raw values of `spec` become values of its quantity.

    Raises:
        NotAValue: two settings contradict each other, or a unit does not measure the quantity.
    """
    if spec.quantity is None:
        return Affine(spec.scale, spec.offset), ()
    if spec.quantity is Quantity.CONTACT or spec.contact is not None:
        return _contact(spec)
    canonical = UNITS[spec.quantity].ucum
    unit = _itself(canonical) if spec.unit is None else units.unit(spec.unit, canonical)
    selectors = _selectors(spec, canonical, unit)
    if selectors:
        return Affine(spec.scale, spec.offset), selectors
    return _converted(spec.scale, spec.offset, unit), ()


@lru_cache(1000)
def _converted(scale: float, offset: float, unit: Unit) -> Affine:
    """Return scale and offset with the step into the canonical unit, reckoned exactly: 0.1 is a tenth."""
    return Affine(_float(Fraction(repr(scale)) * unit.scale), _float(Fraction(repr(offset)) * unit.scale + unit.offset))


def _float(exact: Fraction) -> float:
    try:
        return float(exact)
    except OverflowError as error:
        raise NotAValue(
            Text("scale and unit together are too large a number", "系数与单位之积过大"),
            Text("check both", "请检查两者"),
        ) from error


@lru_cache(100)
def _itself(canonical: str) -> Unit:
    return Unit(canonical, Fraction(1))


def _selectors(spec: PointSpec, canonical: str, unit: Unit) -> tuple[Selector, ...]:
    """Return the factors that other points tell; the last of them also carries the value into the canonical unit."""
    if spec.unit is not None and spec.unit_by is not None:
        raise NotAValue(
            Text("`unit` and `unit_by` are both given", "同时给出了 `unit` 与 `unit_by`"),
            Text("keep one", "请只保留一个"),
        )
    found: list[Selector] = []
    for each in spec.scale_by:
        last = each is spec.scale_by[-1] and spec.unit_by is None
        step = unit if last else _itself(canonical)
        told = {raw: _affine(Fraction(repr(factor)), step) for raw, factor in each.values.items()}
        rest = None if each.otherwise is None else _affine(Fraction(repr(each.otherwise)), step)
        found.append(Selector(each.point, told, rest))
    if spec.unit_by is not None:
        named = {raw: _affine(Fraction(1), units.unit(name, canonical)) for raw, name in spec.unit_by.values.items()}
        other = spec.unit_by.otherwise
        rest = None if other is None else _affine(Fraction(1), units.unit(other, canonical))
        found.append(Selector(spec.unit_by.point, named, rest))
    return tuple(found)


def _affine(factor: Fraction, unit: Unit) -> Affine:
    return Affine(_float(factor * unit.scale), float(unit.offset))


def _contact(spec: PointSpec) -> tuple[Affine, tuple[Selector, ...]]:
    """Return how raw values become 0 (normal) and 1 (abnormal)."""
    if spec.quantity is not Quantity.CONTACT:
        raise NotAValue(
            Text("`contact` is for contacts alone", "`contact` 仅用于触点"),
            Text("write `quantity: contact`", "请写 `quantity: contact`"),
        )
    if spec.contact is None:
        return Affine(), ()
    normal, abnormal = spec.contact.normal, spec.contact.abnormal
    if not normal or not abnormal or normal & abnormal:
        raise NotAValue(
            Text("normal and abnormal values must differ", "正常值与异常值不能相同"),
            Text("write `contact: { normal: 1, abnormal: 0 }`", "请写 `contact: { normal: 1, abnormal: 0 }`"),
        )
    if len(normal) == len(abnormal) == 1:
        rest, alarm = next(iter(normal)), next(iter(abnormal))
        if abs(alarm - rest) == 1:
            return Affine(float(alarm - rest), float(-rest * (alarm - rest))), ()
    told: dict[Told, Affine] = {**dict.fromkeys(normal, Affine(0.0, 0.0)), **dict.fromkeys(abnormal, Affine(0.0, 1.0))}
    return Affine(), (Selector(spec.id, told),)


def bounds(spec: PointSpec) -> tuple[float, float] | None:
    """Return the ends of the physical range in the canonical unit, None when any value may be.

    Raises:
        NotAValue: the range cannot be read, or is not in the quantity's unit.
    """
    if spec.range is None:
        return (0.0, 1.0) if spec.quantity is Quantity.CONTACT else None
    if spec.quantity is None:
        raise NotAValue(
            Text("a point without a quantity has no range", "没有 `quantity` 的点位没有范围"),
            Text("remove it", "请删除"),
        )
    canonical = UNITS[spec.quantity].ucum
    low, high = units.span(spec.range)
    ends = (
        float("-inf") if low is None else _end(low, canonical),
        float("inf") if high is None else _end(high, canonical),
    )
    if ends[0] > ends[1]:
        raise NotAValue(
            Text(f"`{spec.range}` begins above its end", f"`{spec.range}` 的起点高于终点"),
            Text("write the lower end first", "请先写较小的一端"),
        )
    return ends


def _end(amount: Amount, canonical: str) -> float:
    if amount.unit == canonical:
        return amount.value
    symbol = next((unit.symbol for unit in UNITS.values() if unit.ucum == canonical), canonical)
    raise NotAValue(
        Text("the range is not in the quantity's unit", "范围的单位与该量不符"),
        Text(f"write it in {symbol or 'plain numbers'}", f"请用 {symbol or '纯数字'} 书写"),
    )
