"""Where a point stands, once it is known of which row it is: a cell of an SNMP table, or a block of registers."""

from roommon.config.repeats import Numbered, moved
from roommon.config.units import NotAValue
from roommon.model.text import Text
from roommon.profiles.point import Cell, First, Listed, Oid, Place, Register, Row, Tailed
from roommon.profiles.profile import Stride

Standing = Row | Numbered | None
"""The row of which a point is; None: the device itself."""


def placed(at: Register | Oid | Tailed | Listed | First, row: Standing) -> Place:
    """Return the place `at` of a point of `row`; registers are moved to their block by `in_block`.

    Raises:
        NotAValue: no such place can be in such a row.
    """
    if isinstance(row, Row):
        return _cell(at, row)
    if isinstance(at, Tailed):
        raise NotAValue(
            Text(f"`{at}` is in no table, and `*` stands for a row", f"`{at}` 不在表中，而 `*` 代表行"),
            Text("write the whole OID", "请写完整的 OID"),
        )
    if row is not None and not isinstance(at, Register):
        raise NotAValue(
            Text(f"`{at}` is no register, and the table repeats registers", f"`{at}` 不是寄存器，而该表为重复的寄存器"),
            Text("remove `repeat`, or read registers", "请删除 `repeat`，或读取寄存器"),
        )
    return at


def in_block(
    at: Place, bits: tuple[int, int] | None, row: Standing, own: Stride | None
) -> tuple[Place, tuple[int, int] | None]:
    """Return `at` and `bits` as they are for the block of registers that `row` is; raises as `moved` does."""
    if isinstance(row, Numbered) and isinstance(at, Register):
        return moved(at, bits, row, own)
    if own is not None:
        raise NotAValue(
            Text("`stride` is for tables with `repeat`", "`stride` 仅用于带 `repeat` 的表"),
            Text("remove it", "请删除"),
        )
    return at, bits


def _cell(at: Register | Oid | Tailed | Listed | First, row: Row) -> Place:
    match at:
        case Oid(dotted):
            return Cell(row, dotted)
        case Tailed(column, tail):
            return Cell(row, column, tail)
        case Register():
            raise NotAValue(
                Text(f"`{at}` is a register, and the table is one of OIDs", f"`{at}` 是寄存器，而该表由 OID 组成"),
                Text("add `repeat` to the table, or read a column", "请为该表添加 `repeat`，或读取列"),
            )
        case _:
            return at
