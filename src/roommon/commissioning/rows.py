"""The rows that a device has, as its configuration lists them: ids made of labels, known by what stays. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from roommon.config.library import Opened
from roommon.config.tables import OpenedTable
from roommon.poll.driver import FoundRow
from roommon.profiles.profile import RowSpec

_LONGEST = 40
Name = TypeVar("Name", str, tuple[str, str])


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, and how a configuration lists it."""

    found: FoundRow
    id: str
    by: Mapping[str, str | int]
    """`label: ...`, `serial: ...` or `index: ...`, one of them, and `part: ...` where several share it."""

    @property
    def entry(self) -> dict[str, object]:
        """The row under `rows:`."""
        return {"table": self.found.table, "id": self.id, **self.by}


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one device."""

    every: tuple[Row, ...]
    unnamed: frozenset[str]
    """Tables whose rows are just those that every device of the family has: nothing need be listed."""
    lacking: tuple[str, ...]
    """Ids of rows that every device of the family has, and this one has not, of tables without any."""

    @property
    def entries(self) -> list[dict[str, object]]:
        """What to write under `rows:`."""
        return [row.entry for row in self.every if row.found.table not in self.unnamed]


def rows_of(profile: Opened, found: Sequence[FoundRow]) -> Rows:
    """Return the rows `found` of the tables of `profile`, each with an id of its own."""
    taken: set[str] = set()
    every: list[Row] = []
    unnamed: set[str] = set()
    lacking: list[str] = []
    for key, opened in profile.tables.items():
        own = [one for one in found if one.table == key]
        made = list(_table(opened, own, taken))
        every += made
        usual = {row.id for row in opened.table.rows}
        if usual and not own:
            lacking += sorted(usual)
        elif usual == {row.id for row in made}:
            unnamed.add(key)
    return Rows(tuple(every), frozenset(unnamed), tuple(lacking))


def slug(words: str) -> str:
    """Return `words` as an id: `Rack A (inlet)` is `rack-a-inlet`; empty when nothing of them can stand in one."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-")


def _table(opened: OpenedTable, own: Sequence[FoundRow], taken: set[str]) -> Iterator[Row]:
    names = _Names(own)
    usual = {str(row.index): row for row in opened.table.rows}
    for one in own:
        by = names.index(one) if usual else names.of(opened, one)
        name = _free(_usual_id(usual, one.index) if usual else _id(opened, one), taken)
        taken.add(name)
        yield Row(one, name, by)


class _Names:
    """By what the rows of one table are known, so that no two are known by the same."""

    def __init__(self, own: Sequence[FoundRow]) -> None:
        self._labels = _unique(one.label for one in own)
        self._serials = _unique(one.serial.casefold() for one in own)
        self._modules = _unique((one.label, one.part) for one in own if one.label and one.part)
        self._indexes = _unique(one.index for one in own)

    def of(self, opened: OpenedTable, one: FoundRow) -> Mapping[str, str | int]:
        """Return the label that a person gave the row, else its serial number, else its index."""
        if opened.table.label and one.label in self._labels:
            return {"label": one.label}
        if opened.table.serial is not None and one.serial.casefold() in self._serials:
            return {"serial": one.serial}
        if opened.table.label and (one.label, one.part) in self._modules:
            return {"label": one.label, "part": _number(one.part)}
        return self.index(one)

    def index(self, one: FoundRow) -> Mapping[str, str | int]:
        """Return the row's index, with its part where others have the same."""
        is_alone = one.index in self._indexes or not one.part
        return {"index": _number(one.index), **({} if is_alone else {"part": _number(one.part)})}


def _unique(names: Iterable[Name]) -> set[Name]:
    return {name for name, times in Counter(names).items() if name and times == 1}


def _number(index: str) -> str | int:
    return int(index) if index.isdigit() else index


def _id(opened: OpenedTable, one: FoundRow) -> str:
    base = slug(opened.table.id)
    return slug(one.label) or f"{base}-{one.index.replace('.', '-')}"


def _usual_id(usual: Mapping[str, RowSpec], index: str) -> str:
    """Return the id that the family's rows have, or one like theirs: after `line-1` comes `line-2`."""
    if index in usual:
        return usual[index].id
    stem = next((_stem(row.id, key) for key, row in usual.items()), "row")
    return f"{stem}-{index.replace('.', '-')}"


def _stem(name: str, index: str) -> str:
    """Return `name` without the number that it ends in: `line-1` with index 1, `inlet-1` with index 1.1."""
    return name.removesuffix(f"-{index.replace('.', '-')}").removesuffix(f"-{index.rpartition('.')[2]}")


def _free(name: str, taken: set[str]) -> str:
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
