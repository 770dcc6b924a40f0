"""Where a point stands, as it is written: `input 1`, `holding 0x7D0`, or an OID with its instance."""

import re
from functools import lru_cache

from roommon.config import units
from roommon.config.units import NotAValue
from roommon.config.wording import meant
from roommon.model.text import Text
from roommon.profiles.point import First, Listed, Oid, Register, Table, Tailed

_READ = re.compile(r"(\w+)\s+(0[xX][0-9a-fA-F]+|\d+)")
_OID = re.compile(r"(?:oid\s+)?\.?(\d+(?:\.\d+)+)")
_TAILED = re.compile(r"(?:oid\s+)?\.?(\d+(?:\.\d+)+)\.\*\.(\d+(?:\.\d+)*)")
_LISTED = re.compile(r"listed\s+\.?(\d+(?:\.\d+)+)\s+\.?(\d+(?:\.\d+)+)(\.\*)?(?:\s+beside\s+\.?(\d+(?:\.\d+)+))?")
_FIRST = re.compile(r"first\s+\.?(\d+(?:\.\d+)+)")


@lru_cache(1000)
def address(read: str, base: int) -> Register | Oid | Tailed | Listed | First:
    """Return the place that `read` names; registers count from `base`.

    Raises:
        NotAValue: it names none.
    """
    clean = units.plain(read)
    if found := _OID.fullmatch(clean):
        return Oid(found.group(1))
    if found := _TAILED.fullmatch(clean):
        return Tailed(found.group(1), found.group(2))
    if found := _LISTED.fullmatch(clean):
        column, oid, subtree, beside = found.groups()
        return Listed(column, oid, is_subtree=subtree is not None, beside=beside or "")
    if found := _FIRST.fullmatch(clean):
        return First(found.group(1))
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


def written(read: object) -> object:
    """Return `read` if it is text; a bare number names no place.

    Raises:
        NotAValue: it is a whole number.
    """
    if type(read) is int:
        raise NotAValue(Text(f"`{read}` is no address", f"`{read}` 不是地址"), _better_address(str(read), None))
    return read


_MODICON = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}


def _better_address(clean: str, found: "re.Match[str] | None") -> Text:
    if re.fullmatch(r"[0134]\d{4,5}", clean) and int(clean[1:]) > 0:
        better = f"{_MODICON[clean[0]]} {int(clean[1:]) - 1}"
        return Text(f"the document's {clean} is `{better}`", f"文档中的 {clean} 即 `{better}`")
    if found and (near := meant(clean, [f"{table} {found.group(2)}" for table in Table])):
        return near
    if clean.isdigit():
        return Text(
            f"say of which table: `holding {clean}`, `input {clean}`, `coil {clean}` or `discrete {clean}`",
            f"请写明寄存器类型：`holding {clean}`、`input {clean}`、`coil {clean}` 或 `discrete {clean}`",
        )
    example = "`input 1`, `holding 0x7D0`, `coil 3`, `discrete 0`, `1.3.6.1.2.1.33.1.2.4.0`"
    return Text(f"write it like {example}", f"请写成 {example} 的形式")
