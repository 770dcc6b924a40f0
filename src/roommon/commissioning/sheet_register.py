"""One register of a sheet, or several that make a number: type, factor, unit and range, or its names. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from roommon.commissioning.sheet_draft import At, Drafted, NoPoint, Spec, head, in_order, switch
from roommon.commissioning.sheet_headings import Column
from roommon.commissioning.sheet_lines import Line
from roommon.commissioning.sheet_measures import Ends, Measure, limits, measure, span
from roommon.commissioning.sheet_scales import UNCLEAR, Factor, factor, in_remark
from roommon.commissioning.sheet_states import invalid
from roommon.commissioning.sheet_types import Typed, ordered, typed
from roommon.config.unit_table import SPELLINGS
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Text
from roommon.profiles.point import WIDTHS, Encoding, Order

_IDENTITY = (
    ("serial", re.compile(r"序列号|serial (no|num)|^serial$|\bs/?n\b")),
    ("model", re.compile(r"型号|^model|product (code|name)|设备类型码")),
    ("firmware", re.compile(r"(固件|软件|程序).{0,2}版本|^版本号?$|firmware|software (version|rev)")),
)
_MOST = 4
_SIGNED_BY_REMARK = re.compile(r"补码|complement|有符号|负数|\bsigned")
_RANGES = {
    Encoding.INT16: (-(1 << 15), (1 << 16) - 1),
    Encoding.UINT16: (0, (1 << 16) - 1),
    Encoding.INT32: (-(1 << 31), (1 << 32) - 1),
    Encoding.UINT32: (0, (1 << 32) - 1),
}


def register(line: Line, at: At, named: Mapping[int, str], doubts: tuple[Text, ...]) -> list[Drafted]:
    """Return the point of `line`; `named` are the names of its values.

    Raises:
        NoPoint: it cannot be understood, or measures nothing.
    """
    given, scaled = span(line.cell(Column.RANGE)), _factor(line)
    read = _typed(line, at, scaled, negative=_may_be_negative(line, given, named))
    doubts = (*doubts, *read.doubts)
    if found := _identity(line, at, read, doubts):
        return [found]
    if read.encoding is Encoding.STRING:
        raise NoPoint(Text("a text, which measures nothing", "文本，不是测量值"), is_meant=True)
    encoding = Encoding.UINT16 if read.encoding is Encoding.BOOL else read.encoding
    if at.count is not None and at.count > _MOST:
        raise NoPoint(Text(f"{at.count} registers in one row", f"一行含 {at.count} 个寄存器"))
    spec = {**head(line, at), "type": encoding.value, **_order(line, encoding)}
    draft = Drafted(line, spec, at.whole(WIDTHS[encoding]), doubts)
    if named and not line.cell(Column.UNIT).strip("-/无\\ "):
        return [replace(draft, spec=in_order({**spec, **switch(named)}))]
    return [_measured(draft, encoding, scaled, given)]


def _may_be_negative(line: Line, given: Ends | None, named: Mapping[int, str]) -> bool:
    if given is not None:
        return given.low < 0
    if _SIGNED_BY_REMARK.search(line.cell(Column.REMARK).casefold()):
        return True
    return not named and re.search("温度|temp", line.cell(Column.NAME).casefold()) is not None


def _typed(line: Line, at: At, scaled: Factor, *, negative: bool) -> Typed:
    words = line.cell(Column.TYPE)
    read = typed(words, at.count, negative=negative, fraction=scaled.scale != 1)
    if read is None:
        shown = words or str(at.count)
        raise NoPoint(Text(f"the type `{shown}` is not known", f"数据类型 `{shown}` 含义不明"))
    return _complement(read, line.cell(Column.REMARK).casefold())


def _complement(read: Typed, remark: str) -> Typed:
    if read.encoding is Encoding.UINT16 and re.search("补码|complement", remark):
        doubt = Text("the type is unsigned, the remark says two's complement", "类型为无符号，备注却为补码")
        return Typed(Encoding.INT16, (*read.doubts, doubt))
    return read


def _identity(line: Line, at: At, read: Typed, doubts: tuple[Text, ...]) -> Drafted | None:
    name = line.cell(Column.NAME).casefold()
    kind = next((kind for kind, pattern in _IDENTITY if pattern.search(name)), None)
    if kind is None or read.encoding is Encoding.BOOL:
        return None
    length = at.count or (1 if read.encoding is not Encoding.STRING else None)
    if length is None:
        return None
    shape: Spec = {"type": read.encoding.value}
    if read.encoding is Encoding.STRING:
        shape["length"] = length
    width = length if read.encoding is Encoding.STRING else WIDTHS[read.encoding]
    return Drafted(line, {"read": at.read, **shape}, at.whole(width), doubts, identity=kind)


def _order(line: Line, encoding: Encoding) -> Spec:
    if WIDTHS[encoding] == 1:
        return {}
    words = (line.cell(Column.ORDER), line.cell(Column.TYPE), line.cell(Column.REMARK))
    found = next((one for one in map(ordered, words) if one is not None), None)
    return {} if found is None or found.order is Order.ABCD else {"order": found.order.value}


def _factor(line: Line) -> Factor:
    if digits := re.fullmatch(r"(\d)(?:\s*位)?", line.cell(Column.DECIMALS)):
        return Factor(float(f"{10.0 ** -int(digits[1]):.12g}"))
    told = factor(line.cell(Column.SCALE), divides=line.layout.divides)
    if told is None:
        shown = line.cell(Column.SCALE)
        raise NoPoint(Text(f"the factor `{shown}` cannot be read", f"系数 `{shown}` 含义不明"))
    if told.scale != 1:
        return told
    words = (line.cell(one) for one in (Column.REMARK, Column.TYPE, Column.NAME))
    found = next((one for one in map(in_remark, words) if one is not None), None)
    return told if found is None else replace(found, rest=told.rest)


def _measured(draft: Drafted, encoding: Encoding, scaled: Factor, given: Ends | None) -> Drafted:
    line = draft.line
    unit = line.cell(Column.UNIT) or scaled.rest
    found = measure(unit, line.cell(Column.NAME))
    if found is None:
        raise NoPoint(Text(f"roommon has no quantity for `{unit}`", f"roommon 没有以 `{unit}` 为单位的量"))
    doubts = [*draft.doubts, *found.doubts, *([UNCLEAR] if scaled.is_unclear else [])]
    scale = found.scale if scaled.scale == 1 else scaled.scale
    spec: Spec = {"quantity": found.quantity.value, **draft.spec}
    spec |= {"scale": scale} if scale != 1 else {}
    spec |= {"offset": offset} if (offset := _offset(line)) else {}
    spec |= {"unit": found.unit} if found.unit is not None else {}
    spec |= {"invalid": none} if (none := _invalid(line, encoding)) else {}
    if given is not None and (ends := limits(given, found, replace(scaled, scale=scale))):
        spec |= _range(ends, found)
    elif given is not None:
        doubts.append(Text("the range is left out: it fits neither way", "范围未采用：与系数不符"))
    return replace(draft, spec=in_order(spec), doubts=tuple(doubts))


def _range(ends: Sequence[float], found: Measure) -> Spec:
    symbol = found.unit or UNITS[found.quantity].symbol
    behind = f" {symbol}" if symbol in SPELLINGS and found.quantity is not Quantity.COUNT else ""
    return {"range": f"{ends[0]:.12g}{behind} .. {ends[1]:.12g}{behind}"}


def _offset(line: Line) -> float:
    found = re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", line.cell(Column.OFFSET))
    return float(found[0]) if found else 0.0


def _invalid(line: Line, encoding: Encoding) -> list[int]:
    low, high = _RANGES.get(encoding, (0, -1))
    return [value for value in dict.fromkeys(invalid(line.cell(Column.REMARK))) if low <= value <= high]
