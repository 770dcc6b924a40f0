"""One point of a profile in words: what it measures, what can be true, and what its odd values mean."""

from collections.abc import Iterator, Mapping

from roommon.cli.spoken import say
from roommon.cli.words import REASONS, word
from roommon.model.quantity import UNITS, Quantity
from roommon.profiles.point import Affine, Told
from roommon.profiles.profile import PointSpec


def measured(spec: PointSpec) -> str:
    """Return what the point is: `distance of the water; m; input 1 (30002)`."""
    name = "" if spec.name is None else word(spec.name)
    parts = [name, _quantity(spec.quantity, name), spec.range or "", _read(spec)]
    return say("; ", "；").join(part for part in parts if part)


def _quantity(quantity: Quantity | None, name: str) -> str:
    """Return the unit, and the quantity where neither the unit nor the name says it."""
    if quantity is None:
        return ""
    unit = UNITS[quantity]
    return unit.symbol if unit.symbol and name else f"{word(unit.name)} {unit.symbol}".rstrip()


def _read(spec: PointSpec) -> str:
    """Return where it stands, how a number is made of it, and the maker's own name for it."""
    part = "" if spec.bits is None else say(f" bit {spec.bits}", f" 位 {spec.bits}")
    part += "" if spec.flag is None else say(f" character {spec.flag}", f" 第 {spec.flag} 个字符")
    scaled = f" {Affine(spec.scale, spec.offset)}".rstrip()
    called = "" if spec.object is None else say(f" ({spec.object})", f"（{spec.object}）")
    return f"{spec.read}{part}{scaled}{_unit(spec.unit)}{called}"


def _unit(unit: str | None) -> str:
    """Return in which unit the device counts, where that is not ours."""
    if unit is None:
        return ""
    return say(" as a fraction", "（小数）") if unit == "1" else say(f" in {unit}", f"（单位 {unit}）")


def details(spec: PointSpec) -> Iterator[str]:
    """Yield what a reader must know besides: states, values that mean none, what other points tell, notes."""
    if spec.states:
        named = {str(number): word(name) for number, name in sorted(spec.states.items())}
        rest = {say("others", "其他"): say("are good too", "亦有效")} if spec.other_states else {}
        yield _listed({**named, **rest})
    if spec.texts:
        told = _listed({repr(text): str(number) for text, number in spec.texts.items()})
        yield say(f"told in words: {told}", f"以文字给出：{told}")
    if spec.contact is not None:
        normal, abnormal = _values(spec.contact.normal), _values(spec.contact.abnormal)
        yield say(f"raw {abnormal} is abnormal, {normal} normal", f"原始值 {abnormal} 为异常，{normal} 为正常")
    yield from _sentinels(spec)
    for gate in spec.good_when:
        held, reason = _values(gate.values), word(REASONS[gate.otherwise])
        yield say(
            f"counts only while {gate.point} is {held}, else {reason}",
            f"仅当 {gate.point} 为 {held} 时有效，否则为{reason}",
        )
    if spec.unit_by is not None:
        yield _told_by(say("unit", "单位"), spec.unit_by.point, dict(spec.unit_by.values), spec.unit_by.otherwise)
    for scale in spec.scale_by:
        yield _told_by(say("factor", "系数"), scale.point, dict(scale.values), scale.otherwise)
    if isinstance(spec.fallback, dict):
        instead = spec.fallback.get("read")
        yield say(f"where that gives no value: {instead}", f"无数值时改读：{instead}")
    if spec.note is not None:
        yield spec.note


def _sentinels(spec: PointSpec) -> Iterator[str]:
    if spec.invalid:
        yield say(f"no value when it says {_values(spec.invalid)}", f"读到 {_values(spec.invalid)} 表示无数值")
    if spec.not_fitted:
        values = _values(spec.not_fitted)
        yield say(f"not fitted when it says {values}", f"读到 {values} 表示未安装")


def _values(values: frozenset[int] | frozenset[float] | frozenset[Told]) -> str:
    numbers = sorted(value for value in values if not isinstance(value, str))
    texts = sorted(value for value in values if isinstance(value, str))
    return say(" or ", "、").join([*(f"{number:.15g}" for number in numbers), *texts])


def _told_by(what: str, point: str, choices: Mapping[Told, object], otherwise: object) -> str:
    """Return what another point tells: `unit told by units: 0 dm, 1 ft`."""
    known = {str(told): str(meaning) for told, meaning in choices.items()}
    if otherwise is not None:
        known[say("else", "其他")] = str(otherwise)
    listed = _listed(known)
    return say(f"{what} told by {point}: {listed}", f"{what}由 {point} 给出：{listed}")


def _listed(meanings: Mapping[str, str]) -> str:
    return say(", ", "，").join(f"{value} {meaning}" for value, meaning in meanings.items())
