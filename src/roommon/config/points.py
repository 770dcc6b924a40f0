"""A point as it is written, made into the point that drivers read; everything that cannot be is noted."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from roommon.config.addresses import address
from roommon.config.placing import Standing, in_block, placed
from roommon.config.scaling import bounds, scaling
from roommon.config.texts import check, states
from roommon.config.units import NotAValue
from roommon.config.written_points import ELSE
from roommon.model.text import Text
from roommon.profiles.point import WIDTHS, Encoding, First, Gate, Order, Place, Point, Register, Table
from roommon.profiles.profile import PointSpec
from roommon.store import line_protocol

T = TypeVar("T")
Note = Callable[[str, NotAValue], None]
"""Takes the key that is wrong, and how."""

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
_BITS = re.compile(r"(\d+)(?:\s*(?:\.\.|-)\s*(\d+))?")
RESERVED = line_protocol.RESERVED | {"id", "quantity"}
"""Tags that roommon writes itself, and words of a rule's selection: no label may be called so."""


def point(spec: PointSpec, base: int, note: Note, row: Standing = None) -> Point | None:
    """Return the point that `spec` means, or None after noting why there is none.

    Addresses count from `base`; `row` is the row of which it is.
    """
    failed = False

    def attempt(key: str, make: Callable[[], T]) -> T | None:
        nonlocal failed
        try:
            return make()
        except NotAValue as error:
            failed = True
            note(key, error)
            return None

    at = attempt("read", lambda: placed(address(spec.read, base), row))
    attempt("labels", lambda: _check_labels(spec.labels))
    scaled = attempt(_scaling_key(spec), lambda: scaling(spec))
    limits = attempt("range", lambda: bounds(spec))
    encoding = None if at is None else attempt("type", lambda: _encoding(spec, at))
    if at is None or encoding is None:
        return None
    bits = attempt("bits", lambda: _bits(spec, encoding))
    moved = attempt("stride", lambda: in_block(at, bits, row, spec.stride))
    where, bits = moved or (at, bits)
    registers = attempt("length", lambda: _registers(spec, where, encoding))
    attempt("flag", lambda: _check_flag(spec, encoding))
    attempt("texts", lambda: check(spec, encoding))
    named = attempt("other_states", lambda: states(spec))
    attempt("invalid", lambda: _check_sentinels(spec.invalid, encoding, bits))
    attempt("not_fitted", lambda: _check_sentinels(spec.not_fitted, encoding, bits))
    attempt("type", lambda: _check_measures(spec, encoding))
    if failed or registers is None or scaled is None or named is None:
        return None
    affine, selectors = scaled
    return Point(
        key=spec.id,
        at=where,
        encoding=encoding,
        order=Order(spec.order),
        registers=registers,
        bits=bits,
        flag=spec.flag,
        texts=tuple(spec.texts.items()),
        affine=affine,
        selectors=selectors,
        invalid=spec.invalid | spec.not_fitted,
        not_fitted=spec.not_fitted,
        range=limits,
        states=named,
        good_when=tuple(Gate(gate.point, gate.values, gate.otherwise, gate.may_lack) for gate in spec.good_when),
        fallback=None if spec.fallback is None else f"{spec.id}{ELSE}",
        of_table="" if row is None else row.table,
        is_sensor=spec.quantity is not None and not spec.id.endswith(ELSE),
    )


def _scaling_key(spec: PointSpec) -> str:
    """Return the setting to blame when the scaling cannot be."""
    given = {"contact": spec.contact, "unit_by": spec.unit_by, "unit": spec.unit}
    return next((key for key, value in given.items() if value is not None), "quantity")


def _encoding(spec: PointSpec, at: Place) -> Encoding:
    if isinstance(at, First):
        return _one_of(spec.type or Encoding.STRING, (Encoding.STRING,), "the first of a column", "列的首个对象")
    if not isinstance(at, Register):
        usual = Encoding.STRING if spec.texts else Encoding.NUMBER
        return _one_of(spec.type or usual, _SNMP, "an OID", "OID ")
    if at.table in (Table.COIL, Table.DISCRETE):
        return _one_of(spec.type or Encoding.BOOL, (Encoding.BOOL,), "a coil or discrete input", "线圈或离散输入")
    if spec.type is None and spec.bits is None:
        raise NotAValue(
            Text("`type` is missing: a register does not say how it is read", "缺少 `type`：寄存器本身不说明数据类型"),
            Text("add `type: int16`, `uint16`, `float32`, ...", "请添加 `type: int16`、`uint16`、`float32` 等"),
        )
    return _one_of(spec.type or Encoding.UINT16, (*WIDTHS, Encoding.STRING), "a register", "寄存器")


def _one_of(encoding: Encoding, allowed: tuple[Encoding, ...], en: str, zh_cn: str) -> Encoding:
    if encoding in allowed:
        return encoding
    listed = ", ".join(f"`{choice}`" for choice in allowed)
    single_bit = Text(" (and `bits: 0` for a single bit)", "（取单个位时加 `bits: 0`）")
    if encoding is not Encoding.BOOL:
        single_bit = Text.same("")
    raise NotAValue(
        Text(f"{en} is never read as {encoding}", f"{zh_cn}不能按 {encoding} 读取"),
        Text(f"write {listed}{single_bit.en}", f"可写 {listed}{single_bit.zh_cn}"),
    )


def _check_labels(labels: Mapping[str, str]) -> None:
    if taken := sorted(RESERVED & labels.keys()):
        raise NotAValue(
            Text(f"`{taken[0]}` is a label of roommon's own", f"`{taken[0]}` 是 roommon 自用的标签"),
            Text("call it otherwise, such as `location`", "请改用其他名称，例如 `location`"),
        )


def _registers(spec: PointSpec, at: Place, encoding: Encoding) -> int:
    text = encoding is Encoding.STRING and isinstance(at, Register)
    if text is not (spec.length is not None):
        raise NotAValue(
            Text("a string needs its `length`", "字符串需要 `length`")
            if text
            else Text("`length` is for strings alone", "`length` 仅用于字符串"),
            Text("write the number of registers", "请写寄存器个数") if text else Text("remove it", "请删除"),
        )
    count = spec.length if spec.length is not None else WIDTHS.get(encoding, 1)
    if not 1 <= count <= 125:
        raise NotAValue(
            Text(f"{count} registers cannot be read at once", f"一次不能读取 {count} 个寄存器"),
            Text("write 1 to 125", "应为 1 至 125"),
        )
    if isinstance(at, Register) and at.address + count > 0x10000:
        raise NotAValue(
            Text(
                f"{count} registers from {at.address} on pass the end of the table (65535)",
                f"从 {at.address} 起的 {count} 个寄存器超出地址范围（65535）",
            ),
            Text("check the address and the type", "请检查地址与类型"),
        )
    return count


def _bits(spec: PointSpec, encoding: Encoding) -> tuple[int, int] | None:
    if spec.bits is None:
        return None
    found = _BITS.fullmatch(str(spec.bits).strip())
    width = 32 if encoding is Encoding.NUMBER else 16 * WIDTHS.get(encoding, 0)
    whole = encoding in _WHOLE or encoding is Encoding.NUMBER
    low, high = (int(found.group(1)), int(found.group(2) or found.group(1))) if found else (0, -1)
    if whole and low <= high < width:
        return low, high - low + 1
    raise NotAValue(
        Text(f"{encoding} has no bits `{spec.bits}`", f"{encoding} 没有位 `{spec.bits}`"),
        Text(
            f"write a bit 0 to {width - 1}, or bits like `4..7`", f"请写 0 至 {width - 1} 的位号，或 `4..7` 这样的范围"
        )
        if whole
        else Text("take bits of whole numbers alone, such as uint16", "只有整数类型（如 uint16）可以取位"),
    )


def _check_flag(spec: PointSpec, encoding: Encoding) -> None:
    if spec.flag is None:
        return
    if encoding is not Encoding.STRING:
        raise NotAValue(
            Text("`flag` is for texts of 0s and 1s", "`flag` 仅用于由 0 和 1 组成的文字"),
            Text("add `type: string`, or take `bits`", "请添加 `type: string`，或改用 `bits`"),
        )
    if spec.flag < 1:
        raise NotAValue(
            Text(f"there is no character {spec.flag}", f"没有第 {spec.flag} 个字符"),
            Text("count from 1 at the left", "请从左起由 1 计数"),
        )


def _check_sentinels(values: frozenset[float], encoding: Encoding, bits: tuple[int, int] | None) -> None:
    """A signed type's sentinel may be written either way: 0x8000 is also -32768."""
    low, high = (0, (1 << bits[1]) - 1) if bits else _WHOLE.get(encoding, (float("-inf"), float("inf")))
    for value in sorted(values):
        if not low <= value <= high - min(low, 0):
            raise NotAValue(
                Text(f"{encoding} is never {value:.0f}", f"{encoding} 不会等于 {value:.0f}"),
                Text(f"write {low} to {high}", f"应在 {low} 至 {high} 之间"),
            )


def _check_measures(spec: PointSpec, encoding: Encoding) -> None:
    if encoding is Encoding.STRING and spec.quantity is not None and spec.flag is None and not spec.texts:
        raise NotAValue(
            Text("text measures no quantity", "文字不是物理量"),
            Text(
                "read it as `number`, say by `texts` what it means, or leave `quantity` out",
                "请用 `number` 读取、用 `texts` 说明其含义，或去掉 `quantity`",
            ),
        )
