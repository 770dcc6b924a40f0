"""A point as it is written, made into the point that drivers read; everything that cannot be is noted."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from roommon.config import units
from roommon.config.reading import unknown_key
from roommon.config.units import NotAValue
from roommon.model.quantity import UNITS, Amount, Quantity
from roommon.model.text import Text
from roommon.profiles.point import Affine, Encoding, Gate, Oid, Order, Point, Register, Selector, Table
from roommon.profiles.profile import PointSpec
from roommon.store import line_protocol

T = TypeVar("T")
Note = Callable[[str, NotAValue], None]
"""Takes the key that is wrong, and how."""

_REGISTERS: Mapping[Encoding, int] = {
    Encoding.INT16: 1,
    Encoding.UINT16: 1,
    Encoding.INT32: 2,
    Encoding.UINT32: 2,
    Encoding.FLOAT32: 2,
    Encoding.INT64: 4,
    Encoding.UINT64: 4,
    Encoding.FLOAT64: 4,
}
_SNMP = (Encoding.NUMBER, Encoding.STRING, Encoding.COUNTER32, Encoding.COUNTER64, Encoding.TIMETICKS)
_WHOLE = {
    Encoding.INT16: (-(1 << 15), (1 << 15) - 1),
    Encoding.UINT16: (0, (1 << 16) - 1),
    Encoding.INT32: (-(1 << 31), (1 << 31) - 1),
    Encoding.UINT32: (0, (1 << 32) - 1),
    Encoding.INT64: (-(1 << 63), (1 << 63) - 1),
    Encoding.UINT64: (0, (1 << 64) - 1),
    Encoding.BOOL: (0, 1),
}
_READ = re.compile(r"(\w+)\s+(0[xX][0-9a-fA-F]+|\d+)")
_OID = re.compile(r"(?:oid\s+)?\.?(\d+(?:\.\d+)+)")
_BITS = re.compile(r"(\d+)(?:\s*(?:\.\.|-)\s*(\d+))?")
RESERVED = line_protocol.RESERVED | {"id", "quantity"}
"""Tags that roommon writes itself, and words of a rule's selection: no label may be called so."""


@dataclass(frozen=True, slots=True)
class _Builder:
    spec: PointSpec
    base: int
    note: Note

    def attempt(self, key: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except NotAValue as error:
            self.note(key, error)
            return None


def point(spec: PointSpec, base: int, note: Note) -> Point | None:
    """Return the point that `spec` means, or None after noting why there is none; addresses count from `base`."""
    build = _Builder(spec, base, note)
    at = build.attempt("read", lambda: _address(spec.read, base))
    if at is None:
        return None
    encoding = build.attempt("type", lambda: _encoding(spec, at))
    labels = build.attempt("labels", lambda: _labels(spec.labels))
    if encoding is None or labels is None:
        return None
    registers = build.attempt("length", lambda: _registers(spec, at, encoding))
    bits = build.attempt("bits", lambda: _bits(spec, encoding))
    invalid = build.attempt("invalid", lambda: _invalid(spec, encoding, bits))
    scaled = _scaled(spec, build)
    limits = build.attempt("range", lambda: _range(spec))
    if registers is None or invalid is None or scaled is None or (spec.bits is not None and bits is None):
        return None
    affine, selectors = scaled
    return Point(
        key=spec.id,
        at=at,
        encoding=encoding,
        order=Order(spec.order),
        registers=registers,
        bits=bits,
        affine=affine,
        selectors=selectors,
        invalid=invalid,
        range=(0.0, 1.0) if spec.quantity is Quantity.CONTACT and limits is None else limits,
        good_when=tuple(Gate(gate.point, gate.values, gate.otherwise) for gate in spec.good_when),
        is_sensor=spec.quantity is not None,
    )


def _address(read: str, base: int) -> Register | Oid:
    clean = units.plain(read)
    if found := _OID.fullmatch(clean):
        return Oid(found.group(1))
    found = _READ.fullmatch(clean)
    if not found or found.group(1).lower() not in list(Table):
        raise NotAValue(Text(f"`{read}` is no address", f"`{read}` 不是地址"), _better_address(clean, found))
    written = int(found.group(2), 0) if found.group(2)[:2].lower() == "0x" else int(found.group(2))
    address = written - base
    if not 0 <= address <= 0xFFFF:
        raise NotAValue(
            Text(f"address {written} is outside the table", f"地址 {written} 超出范围"),
            Text(f"write {base} to {base + 0xFFFF}", f"应在 {base} 至 {base + 0xFFFF} 之间"),
        )
    return Register(Table(found.group(1).lower()), address)


_MODICON = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}


def _better_address(clean: str, found: "re.Match[str] | None") -> Text:
    if re.fullmatch(r"[0134]\d{4,5}", clean) and int(clean[1:]) > 0:
        better = f"{_MODICON[clean[0]]} {int(clean[1:]) - 1}"
        return Text(f"the document's {clean} is `{better}`", f"文档中的 {clean} 即 `{better}`")
    if found:
        return unknown_key(found.group(1), list(Table))[1]
    example = "`input 1`, `holding 0x7D0`, `coil 3`, `discrete 0`, `1.3.6.1.2.1.33.1.2.4.0`"
    return Text(f"write it like {example}", f"请写成 {example} 的形式")


def _encoding(spec: PointSpec, at: Register | Oid) -> Encoding:
    if isinstance(at, Oid):
        return _one_of(spec.type or Encoding.NUMBER, _SNMP, "an OID", "OID")
    if at.table in (Table.COIL, Table.DISCRETE):
        return _one_of(spec.type or Encoding.BOOL, (Encoding.BOOL,), "a coil or discrete input", "线圈或离散输入")
    if spec.type is None and spec.bits is None:
        raise NotAValue(
            Text("`type` is missing: a register does not say how it is read", "缺少 `type`：寄存器本身不说明数据类型"),
            Text("add `type: int16`, `uint16`, `float32`, ...", "请添加 `type: int16`、`uint16`、`float32` 等"),
        )
    return _one_of(spec.type or Encoding.UINT16, (*_REGISTERS, Encoding.STRING), "a register", "寄存器")


def _one_of(encoding: Encoding, allowed: tuple[Encoding, ...], en: str, zh_cn: str) -> Encoding:
    if encoding in allowed:
        return encoding
    listed = ", ".join(f"`{choice}`" for choice in allowed)
    raise NotAValue(
        Text(f"{en} is never read as {encoding}", f"{zh_cn}不能按 {encoding} 读取"),
        Text(f"write {listed}" + (" (and `bits: 0` for a single bit)" if encoding is Encoding.BOOL else ""), f"可写 {listed}"),
    )


def _labels(labels: Mapping[str, str]) -> Mapping[str, str]:
    if taken := sorted(RESERVED & labels.keys()):
        raise NotAValue(
            Text(f"`{taken[0]}` is a label of roommon's own", f"`{taken[0]}` 是 roommon 自用的标签"),
            Text("call it otherwise, such as `location`", "请改用其他名称，例如 `location`"),
        )
    return labels


def _registers(spec: PointSpec, at: Register | Oid, encoding: Encoding) -> int:
    text = encoding is Encoding.STRING and isinstance(at, Register)
    if text is not (spec.length is not None):
        raise NotAValue(
            Text("a string needs its `length`", "字符串需要 `length`") if text else Text("`length` is for strings alone", "`length` 仅用于字符串"),
            Text("write the number of registers", "请写寄存器个数") if text else Text("remove it", "请删除"),
        )
    count = spec.length if spec.length is not None else _REGISTERS.get(encoding, 1)
    if not 1 <= count <= 125:
        raise NotAValue(Text(f"{count} registers cannot be read at once", f"一次不能读取 {count} 个寄存器"), Text("write 1 to 125", "应为 1 至 125"))
    if isinstance(at, Register) and at.address + count > 0x10000:
        raise NotAValue(
            Text(f"{count} registers from {at.address} on pass the end of the table (65535)", f"从 {at.address} 起的 {count} 个寄存器超出 65535"),
            Text("check the address and the type", "请检查地址与类型"),
        )
    return count


def _bits(spec: PointSpec, encoding: Encoding) -> tuple[int, int] | None:
    if spec.bits is None:
        return None
    found = _BITS.fullmatch(str(spec.bits).strip())
    width = 16 * _REGISTERS.get(encoding, 4)
    whole = encoding in _WHOLE or encoding is Encoding.NUMBER
    low, high = (int(found.group(1)), int(found.group(2) or found.group(1))) if found else (0, -1)
    if whole and low <= high < width:
        return low, high - low + 1
    raise NotAValue(
        Text(f"{encoding} has no bits `{spec.bits}`", f"{encoding} 没有位 `{spec.bits}`"),
        Text(f"write a bit 0 to {width - 1}, or bits like `4..7`", f"请写 0 至 {width - 1} 的位号，或 `4..7` 这样的范围")
        if whole
        else Text("take bits of whole numbers alone, such as uint16", "只有整数类型（如 uint16）可以取位"),
    )


def _invalid(spec: PointSpec, encoding: Encoding, bits: tuple[int, int] | None) -> frozenset[float]:
    """A signed type's sentinel may be written either way: 0x8000 is also -32768."""
    low, high = (0, (1 << bits[1]) - 1) if bits else _WHOLE.get(encoding, (float("-inf"), float("inf")))
    for value in sorted(spec.invalid):
        if not low <= value <= high - min(low, 0):
            raise NotAValue(
                Text(f"{encoding} is never {value:.0f}", f"{encoding} 不会等于 {value:.0f}"),
                Text(f"write {low} to {high}", f"应在 {low} 至 {high} 之间"),
            )
    return spec.invalid


def _scaled(spec: PointSpec, build: _Builder) -> tuple[Affine, tuple[Selector, ...]] | None:
    if spec.quantity is None:
        return Affine(), ()
    canonical = UNITS[spec.quantity].ucum
    if spec.quantity is Quantity.CONTACT or spec.contact is not None:
        return build.attempt("contact", lambda: _contact(spec))
    unit = build.attempt("unit", lambda: units.unit(spec.unit, canonical) if spec.unit is not None else units.Unit(canonical, Fraction(1)))
    selectors = build.attempt("unit_by", lambda: _selectors(spec, canonical, unit or units.Unit(canonical, Fraction(1))))
    text = spec.type is Encoding.STRING and build.attempt("type", _no_text)
    if unit is None or selectors is None or text is None:
        return None
    scale, offset = Fraction(repr(spec.scale)), Fraction(repr(spec.offset))
    if selectors:
        return Affine(float(scale), float(offset)), selectors
    return Affine(float(scale * unit.scale), float(offset * unit.scale + unit.offset)), ()


def _no_text() -> bool:
    raise NotAValue(
        Text("text measures no quantity", "文字不是物理量"),
        Text("read it as `number`, or leave `quantity` out", "请用 `number` 读取，或去掉 `quantity`"),
    )


def _selectors(spec: PointSpec, canonical: str, unit: units.Unit) -> tuple[Selector, ...]:
    """Return the factors that other points tell; the last of them also carries the value into the canonical unit."""
    if spec.unit is not None and spec.unit_by is not None:
        raise NotAValue(Text("`unit` and `unit_by` are both given", "同时给出了 `unit` 与 `unit_by`"), Text("keep one", "请只保留一个"))
    found: list[Selector] = []
    if spec.scale_by is not None:
        last = unit if spec.unit_by is None else units.Unit(canonical, Fraction(1))
        choices = {raw: _affine(Fraction(repr(factor)), last) for raw, factor in spec.scale_by.values.items()}
        found.append(Selector(spec.scale_by.point, choices))
    if spec.unit_by is not None:
        told = {raw: _affine(Fraction(1), units.unit(name, canonical)) for raw, name in spec.unit_by.values.items()}
        found.append(Selector(spec.unit_by.point, told))
    return tuple(found)


def _affine(factor: Fraction, unit: units.Unit) -> Affine:
    return Affine(float(factor * unit.scale), float(unit.offset))


def _contact(spec: PointSpec) -> tuple[Affine, tuple[Selector, ...]]:
    """Return how raw values become 0 (normal) and 1 (abnormal)."""
    if spec.quantity is not Quantity.CONTACT:
        raise NotAValue(Text("`contact` is for contacts alone", "`contact` 仅用于触点"), Text("write `quantity: contact`", "请写 `quantity: contact`"))
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
    told = {**dict.fromkeys(normal, Affine(0.0, 0.0)), **dict.fromkeys(abnormal, Affine(0.0, 1.0))}
    return Affine(), (Selector(spec.id, told),)


def _range(spec: PointSpec) -> tuple[float, float] | None:
    if spec.range is None:
        return None
    if spec.quantity is None:
        raise NotAValue(Text("a point without a quantity has no range", "没有 `quantity` 的点没有范围"), Text("remove it", "请删除"))
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
