"""Which rows an SNMP table has, and where the one stands that a person means. Pure.

A row is found by what stays when the agent numbers its rows anew: its label, its serial number. It is never guessed:
two rows of the same name are none until a person tells them apart.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, assert_never

from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault, FoundRow
from roommon.poll.snmp.agent import Value
from roommon.poll.snmp.values import is_one_of, words
from roommon.profiles.point import By, Row, RowTable

_NAMED = 10
"""How many rows a message names."""

Values = Mapping[str, Value]
"""The values of one column by index, in the agent's order."""


class Found(NamedTuple):
    """One row of a table as it was walked."""

    at: str
    """The whole index, as it is asked for."""
    row: FoundRow
    label_at: str
    """The object with its label; empty if there is none."""
    serial_at: str
    belongs: bool
    """Whether the table's `where` lets it in."""


def columns(table: RowTable) -> list[str]:
    """Return what is walked to know the rows of `table`."""
    named = [table.walked, *table.also, *table.label, table.serial, *(column for column, _ in table.where)]
    return list(dict.fromkeys(column.removeprefix(".") for column in named if column))


def rows(table: RowTable, walked: Mapping[str, Values]) -> list[Found]:
    """Return the rows of `table`, those too that `where` keeps out; `walked` has all its `columns`."""
    lookups = {column: _Lookup(column, walked[column], table.index) for column in columns(table)}

    def lookup(column: str | None) -> _Lookup | None:
        return lookups[column.removeprefix(".")] if column else None

    labels, serial = [lookups[column.removeprefix(".")] for column in table.label], lookup(table.serial)
    conditions = [(lookups[column.removeprefix(".")], told) for column, told in table.where]
    return [
        Found(
            at,
            _row(table, at, _said(_telling(labels, at), at), _said(serial, at)),
            label.object_of(at) if (label := _telling(labels, at)) else "",
            serial.object_of(at) if serial else "",
            all((value := where.value(at)) is not None and is_one_of(value, told) for where, told in conditions),
        )
        for at in _indexes(table, walked)
    ]


def _indexes(table: RowTable, walked: Mapping[str, Values]) -> list[str]:
    """Return the indexes of the rows of `table`; a further column adds those of rows that none before it has."""
    found: list[str] = []
    for column in (table.walked, *table.also):
        own = {_cut(at, table.index) for at in found}
        found += [at for at in walked[column.removeprefix(".")] if _cut(at, table.index) not in own]
    return found


def object_of(column: str, at: str, tail: str, table: RowTable) -> str:
    """Return the object of `column` in the row at `at`: at its whole index, or at `tail` behind the row's own."""
    return f"{column}.{_cut(at, table.index)}.{tail}" if tail else f"{column}.{at}"


def _row(table: RowTable, at: str, label: str, serial: str) -> FoundRow:
    own = _cut(at, table.index)
    return FoundRow(table.id, own, label, serial, at[len(own) + 1 :])


def find(row: Row, found: Sequence[Found]) -> Found | Fault:
    """Return the one that `row` means, or why there is none."""
    meant = [one for one in found if _is_meant(row, one) and row.part in ("", one.row.part)]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        return Fault(Reason.NOT_CONNECTED, _lacking(row, [one.row for one in found if one.belongs]))
    return Fault(Reason.CONFIGURATION_ERROR, _ambiguous(row, [one.row for one in meant]))


def called(row: Row) -> Text:
    """Return `row` in words: `row called 'Rack A'`."""
    whole = _called(row)
    return Text(f"{whole.en}, part {row.part}", f"{whole.zh_cn}（部分 {row.part}）") if row.part else whole


def _called(row: Row) -> Text:
    match row.by:
        case By.LABEL:
            return Text(f"row called {row.is_called!r}", f"名为 {row.is_called!r} 的行")
        case By.SERIAL:
            return Text(f"row with serial number {row.is_called!r}", f"序列号为 {row.is_called!r} 的行")
        case By.INDEX:
            return Text(f"row {row.is_called}", f"行 {row.is_called}")
        case By.ONLY:
            return Text("row", "行")
        case _:
            assert_never(row.by)


def named(found: Sequence[FoundRow]) -> Text:
    """Return `found` in words: `'Rack C' (index 4), index 7`; the first of them, if they are many."""
    few, more = [_named(one) for one in found[:_NAMED]], len(found) - _NAMED
    en, zh_cn = ", ".join(one.en for one in few), "、".join(one.zh_cn for one in few)
    return Text(f"{en} and {more} more", f"{zh_cn} 以及另外 {more} 行") if more > 0 else Text(en, zh_cn)


def is_called(row: Row, value: Value) -> bool:
    """Return whether a label or serial number `value` is the one of `row`."""
    said, meant = words(value), row.is_called.strip()
    return said.casefold() == meant.casefold() if row.by is By.SERIAL else said == meant


def _is_meant(row: Row, one: Found) -> bool:
    match row.by:
        case By.LABEL:
            return one.belongs and one.row.label != "" and one.row.label == row.is_called.strip()
        case By.SERIAL:
            return (
                one.belongs and one.row.serial != "" and one.row.serial.casefold() == row.is_called.strip().casefold()
            )
        case By.INDEX:
            return row.is_called in (one.row.index, one.at)
        case By.ONLY:
            return one.belongs
        case _:
            assert_never(row.by)


def _lacking(row: Row, others: Sequence[FoundRow]) -> Text:
    meant = called(row)
    there = named(others) or Text("no rows", "没有行")
    return Text(
        f"no {meant.en} in table {row.table}; there are: {there.en}",
        f"表 {row.table} 中没有{meant.zh_cn}；现有：{there.zh_cn}",
    )


def _ambiguous(row: Row, rivals: Sequence[FoundRow]) -> Text:
    meant, several = called(row), named(rivals)
    if row.by is By.ONLY:
        return Text(
            f"table {row.table} has several rows: {several.en}; say which is meant",
            f"表 {row.table} 有多行：{several.zh_cn}；请指明是哪一行",
        )
    if len({one.part for one in rivals}) == len(rivals):
        return Text(
            f"table {row.table} has more than one {meant.en}: {several.en}; say by `part` which is meant",
            f"表 {row.table} 中{meant.zh_cn}不止一个：{several.zh_cn}；请用 `part` 指明",
        )
    return Text(
        f"table {row.table} has more than one {meant.en}: {several.en}; say by serial or index which is meant",
        f"表 {row.table} 中{meant.zh_cn}不止一个：{several.zh_cn}；请用 serial 或 index 指明",
    )


def _named(one: FoundRow) -> Text:
    serial = Text(f", serial number {one.serial}", f"，序列号 {one.serial}") if one.serial else Text.same("")
    at = Text(f"index {one.index}{serial.en}", f"索引 {one.index}{serial.zh_cn}")
    if one.part:
        at = Text(f"{at.en}, part {one.part}", f"{at.zh_cn}，部分 {one.part}")
    return Text(f"{one.label!r} ({at.en})", f"{one.label!r}（{at.zh_cn}）") if one.label else at


class _Lookup:
    """The values of a column, found by an index that may have other parts appended than theirs."""

    def __init__(self, column: str, values: Values, parts: int | None) -> None:
        self._column = column
        self._values = values
        self._parts = parts
        self._places: dict[str, str] = {}
        for at in values if parts else ():
            self._places.setdefault(_cut(at, parts), at)

    def place(self, at: str) -> str:
        """Return the index in this column of the row at `at`; empty if there is none."""
        return at if at in self._values else self._places.get(_cut(at, self._parts), "")

    def value(self, at: str) -> Value | None:
        """Return what the column holds in the row at `at`."""
        return self._values.get(self.place(at))

    def object_of(self, at: str) -> str:
        """Return the object of the row at `at`; empty if there is none."""
        place = self.place(at)
        return f"{self._column}.{place}" if place else ""


def _telling(lookups: Sequence[_Lookup], at: str) -> _Lookup | None:
    """Return the first of the columns that says anything of the row at `at`."""
    return next((lookup for lookup in lookups if _said(lookup, at)), None)


def _said(lookup: _Lookup | None, at: str) -> str:
    value = lookup.value(at) if lookup else None
    return "" if value is None else words(value)


def _cut(at: str, parts: int | None) -> str:
    return ".".join(at.split(".")[:parts])
