"""One line of a register sheet as points of a profile, or why it is left out. Pure."""

import re
from collections.abc import Mapping

from roommon.commissioning.sheet_addresses import Address, Numbering, block, within_block
from roommon.commissioning.sheet_draft import At, Drafted, Left, NoPoint, head, in_order, switch, text
from roommon.commissioning.sheet_functions import access, is_command, is_reserved, is_setting
from roommon.commissioning.sheet_headings import Column
from roommon.commissioning.sheet_lines import Line
from roommon.commissioning.sheet_register import register
from roommon.commissioning.sheet_states import bits, states
from roommon.commissioning.sheet_terms import key
from roommon.model.text import Text
from roommon.profiles.point import BIT_TABLES, Table

_NO_ADDRESS = Text("no address", "缺少地址")
_IS_COMMAND = Text("a command: never read, not even over it", "命令寄存器：禁止读取，也不跨越读取")


def drafted(line: Line, address: Address | None, counts: Numbering) -> list[Drafted] | Left:
    """Return the points of `line`: one, or one for each bit that it names; else why there is none."""
    try:
        return _drafted(line, address, counts)
    except NoPoint as none:
        return Left(line, none.why, none.is_meant, none.forbidden)


def _drafted(line: Line, address: Address | None, counts: Numbering) -> list[Drafted]:
    name = line.cell(Column.NAME)
    if is_reserved(name):
        raise NoPoint(Text("reserved", "保留"), is_meant=True)
    if address is None:
        words = line.address
        raise NoPoint(Text(f"no address in `{words}`", f"`{words}` 不是地址") if words else _NO_ADDRESS)
    may = access(line.cell(Column.FUNCTION), line.cell(Column.ACCESS))
    named = block(address) if counts.is_modicon else address.block
    at = _at(line, address, named or may.table or line.section or Table.HOLDING, counts)
    if not 0 <= at.number - at.base <= 0xFFFF:
        raise NoPoint(Text(f"{address.number} is outside the table", f"地址 {address.number} 超出范围"))
    if not may.reads or (is_command(name) and (may.writes or not line.cell(Column.ACCESS))):
        raise NoPoint(_IS_COMMAND, is_meant=True, forbidden=at.stretch(at.count or 1))
    if is_setting(name):
        raise NoPoint(Text("a setting, no measured value", "参数设置，不是测量值"), is_meant=True)
    return _points(line, at, _told(may.table, line, named))


def _told(table: Table | None, line: Line, named: Table | None) -> tuple[Text, ...]:
    if named is not None and table not in (None, named):
        doubt = Text(f"the function says {table}, the address {named}", f"功能码为 {table}，地址却属 {named}")
        return (doubt,)
    if (named or table or line.section) is None:
        return (Text("no function code: taken for a holding register (03)", "无功能码：按保持寄存器（03）处理"),)
    return ()


def _at(line: Line, address: Address, table: Table, counts: Numbering) -> At:
    number = within_block(address.number) if counts.is_modicon else address.number
    return At(table, number, _count(line, address), address, counts.base)


def _count(line: Line, address: Address) -> int | None:
    if address.count > 1:
        return address.count
    found = re.fullmatch(r"(\d{1,3})(?:\.0)?\s*(?:word|words|字|个|reg\w*)?", line.cell(Column.COUNT).casefold())
    number = int(found[1]) if found else 0
    if re.search("字节|byte", line.layout.headings.get(Column.COUNT, "")):
        number = (number + 1) // 2
    return number or None


def _points(line: Line, at: At, doubts: tuple[Text, ...]) -> list[Drafted]:
    chosen = _bits(line, at.address)
    said = "\n".join(line.cell(one) for one in (Column.STATES, Column.REMARK, Column.RANGE, Column.NAME))
    named = states(said)
    if at.table in BIT_TABLES:
        return [Drafted(line, in_order({**head(line, at), **switch(named)}), at.stretch(1), doubts)]
    if chosen is not None:
        low, high = chosen
        bit: object = low if low == high else f"{low}..{high}"
        kind = switch(named) if low == high or named else {"quantity": "state"}
        return [Drafted(line, in_order({**head(line, at), "bits": bit, **kind}), at.stretch(1), doubts)]
    if each := bits(said):
        return [_of_bit(line, at, number, words, doubts) for number, words in each.items()]
    return register(line, at, named, doubts)


def _bits(line: Line, address: Address) -> tuple[int, int] | None:
    if address.bits is not None:
        return address.bits
    found = re.fullmatch(
        r"(?:bit|b|d)?\s*(\d{1,2})(?:\s*[-~]\s*(?:bit|b|d)?\s*(\d{1,2}))?", line.cell(Column.BIT).casefold()
    )
    if not found:
        return None
    low, high = sorted((int(found[1]), int(found[2] or found[1])))
    return (low, high) if high < 16 else None


def _of_bit(line: Line, at: At, number: int, words: str, doubts: tuple[Text, ...]) -> Drafted:
    spec = head(line, at)
    name = f"{line.cell(Column.NAME)} {words}".strip()
    normal: Mapping[int, str] = {0: "正常", 1: words} if not words.isascii() else {0: "normal", 1: words}
    kind = {"quantity": "contact", "states": {value: text(one) for value, one in normal.items()}}
    made = key(words) or f"bit_{number}"
    spec |= {"id": f"{spec['id']}_{made}", "name": text(name)}
    return Drafted(line, in_order({**spec, "bits": number, **kind}), at.stretch(1), doubts)
