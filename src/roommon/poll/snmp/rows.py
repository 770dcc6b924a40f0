"""Where the rows stand that a device's points mean, and whether they still do.

A row that is known by its label or serial number is proven at each beat: the object that names it is asked along. So
when the agent numbers its rows anew, no value of another row is ever taken for its own; the table is walked again, and
the row is followed. A row that has gone keeps its place, and is there again in the beat in which its name comes back.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.driver import Fault, FoundRow
from roommon.poll.snmp.agent import ABSENT, Absent, Value
from roommon.poll.snmp.tables import Found, called, find, is_called, named, object_of
from roommon.profiles.point import By, Cell, Point, Row, RowTable

_log = logging.getLogger(__name__)

Tables = Mapping[str, Sequence[Found] | Fault]
"""The rows of each table as they were walked, or why they are not known."""
Values = Mapping[str, Value | Absent]


@dataclass(slots=True, eq=False)
class _Place:
    """One row that points mean, and where it stands."""

    row: Row
    table: RowTable
    at: str = ""
    """Its index; empty while it is not known."""
    trouble: Fault | None = None
    """Why it gives no values, as far as is known."""
    proof: str = ""
    """The object that names it; empty where it has no name."""
    proven: Value | None = None
    """What stood there when it was last seen to be this row."""
    is_said: bool = False
    """Whether the log has its trouble."""
    cells: list[tuple[int, Cell]] = field(default_factory=list)
    """With the index of the point."""

    def objects(self) -> Iterator[tuple[int, str]]:
        """Yield the points with their objects; `at` is known."""
        for index, cell in self.cells:
            yield index, object_of(cell.column.removeprefix("."), self.at, cell.tail, self.table)


class Rows:
    """The rows that the points of one device mean."""

    def __init__(self, who: str, points: Sequence[Point], tables: Sequence[RowTable]) -> None:
        """`points` may stand elsewhere too; `who` is for the log."""
        self._who = who
        self._tables = {table.id: table for table in tables}
        places: dict[Row, _Place] = {}
        for index, point in enumerate(points):
            if isinstance(point.at, Cell):
                row = point.at.row
                place = places.setdefault(row, self._unwalked(row, point))
                place.cells.append((index, point.at))
        self._places = list(places.values())
        self._unwalkable: dict[str, str] = {}
        self._offered: dict[str, Sequence[FoundRow]] = {}
        self.doubted: AbstractSet[str] = frozenset()
        """Objects of rows that are gone and had values."""
        self.suspect = False
        """Whether a row is not any more where it was: the tables should be walked again."""

    def __bool__(self) -> bool:
        return bool(self._places)

    @property
    def incomplete(self) -> bool:
        """Whether some row gives no values."""
        return any(place.trouble for place in self._places)

    def objects(self) -> Iterator[tuple[int, str, str]]:
        """Yield the points whose rows are known, each with its object and the one that names its row, or none."""
        for place in self._places:
            if place.at:
                for index, oid in place.objects():
                    yield index, oid, place.proof

    def doubt(self, gone: AbstractSet[str]) -> AbstractSet[str]:
        """Suspect the rows whose objects are among `gone`, which had values; return those until they were walked.

        The first beat without them may mean that the row is elsewhere; after a walk the agent simply has them not.
        """
        gone &= {oid for _, oid, _ in self.objects()}
        self.suspect = self.suspect or bool(gone - self.doubted)
        self.doubted = gone
        return gone if self.suspect else frozenset()

    def faults(self, values: Values, unheard: Text) -> dict[int, Fault]:
        """Return the points that give no values in this beat because their rows are not there."""
        faults: dict[int, Fault] = {}
        for place in self._places:
            fault = self._judged(place, values, unheard)
            if fault is not None:
                faults.update((index, fault) for index, _ in place.cells)
        return faults

    def absent(self, values: Values) -> dict[int, Fault]:
        """Return the points of nameless rows whose object is not there because the row is not.

        A row that was not found by its index, and yet has an object there, is there.
        """
        faults: dict[int, Fault] = {}
        for place in self._places:
            if place.trouble and place.at and not place.proof:
                faults.update(self._missed(place, place.trouble, values))
        return faults

    def bind(self, tables: Tables) -> None:
        """Take the rows where `tables` has them."""
        self.suspect = False
        for place in self._places:
            found = tables[place.table.id]
            where = found if isinstance(found, Fault) else find(place.row, found)
            if isinstance(where, Fault):
                self._lose(place, where, is_walked=not isinstance(found, Fault))
            else:
                self._stand(place, where)
        self._say_unwalkable(tables)
        self._say_lost()

    def unlisted(self, tables: Tables) -> tuple[FoundRow, ...]:
        """Return the rows of `tables` that no point means; said when they change."""
        found: list[FoundRow] = []
        for id_, rows in tables.items():
            if isinstance(rows, Fault):
                continue
            taken = {place.at for place in self._places if place.table.id == id_}
            others = [one.row for one in rows if one.belongs and one.at not in taken]
            self._say_unlisted(id_, others)
            found.extend(others)
        return tuple(found)

    def _unwalked(self, row: Row, point: Point) -> _Place:
        if row.table not in self._tables:
            raise TypeError(f"point {point.key} stands in a table {row.table}, which its profile has not")
        meant = called(row)
        words = Text(
            f"table {row.table} is being walked, and where the {meant.en} is, is not known yet",
            f"正在遍历表 {row.table}，尚不知{meant.zh_cn}的位置",
        )
        unknown = Fault(Reason.NO_COMMUNICATION, words)
        return _Place(row, self._tables[row.table], _index(row), unknown)

    def _judged(self, place: _Place, values: Values, unheard: Text) -> Fault | None:
        if not place.at:
            return place.trouble
        if not place.proof:
            return None
        name = values.get(place.proof)
        if name is None:
            return Fault(Reason.NO_COMMUNICATION, about(place.proof, unheard))
        if name == place.proven or (not isinstance(name, Absent) and is_called(place.row, name)):
            self._prove(place, name)
            return None
        if place.trouble is None:
            self.suspect = True
            place.trouble = _gone(place, name)
        return place.trouble

    def _prove(self, place: _Place, name: Value) -> None:
        place.proven = name
        if place.trouble is not None:
            self._stands_again(place)

    def _missed(self, place: _Place, trouble: Fault, values: Values) -> dict[int, Fault]:
        heard = {index: values.get(oid) for index, oid in place.objects()}
        gone = {index: trouble for index, value in heard.items() if isinstance(value, Absent)}
        if len(gone) < sum(value is not None for value in heard.values()):
            self._stands_again(place)
            return {}
        if gone:
            self._say(place)
        return gone

    def _stand(self, place: _Place, found: Found) -> None:
        """Note where the row is."""
        if place.at and place.at != found.at and place.row.by is not By.INDEX:
            words = called(place.row).en, place.table.id, place.at, found.at
            _log.info("%s: %s of table %s moved from index %s to %s", self._who, *words)
            place.trouble, place.is_said = None, False
        place.at, place.proven = found.at, None
        place.proof = {By.LABEL: found.label_at, By.SERIAL: found.serial_at}.get(place.row.by, "")
        if place.trouble is not None:
            self._stands_again(place)

    def _stands_again(self, place: _Place) -> None:
        place.trouble = None
        if place.is_said:
            place.is_said = False
            words = called(place.row).en, place.table.id, place.at
            _log.info("%s: %s of table %s is there again, at index %s", self._who, *words)

    def _lose(self, place: _Place, why: Fault, *, is_walked: bool) -> None:
        """Note that the row was not found. Where it stood is still asked for, as long as a name can prove it."""
        if not is_walked and place.at:
            place.trouble = why if place.trouble else None
            return
        if place.trouble is None or place.trouble.reason is not why.reason:
            place.is_said = False
        place.trouble = why
        if why.reason is Reason.CONFIGURATION_ERROR:
            place.at = ""

    def _say_unwalkable(self, tables: Tables) -> None:
        for id_, rows in tables.items():
            why = rows.detail.en if isinstance(rows, Fault) else ""
            if why and id_ not in self._unwalkable:
                _log.warning("%s: table %s cannot be walked: %s", self._who, id_, why)
            elif not why and id_ in self._unwalkable:
                _log.info("%s: table %s can be walked again", self._who, id_)
            self._unwalkable.pop(id_, None)
            if why:
                self._unwalkable[id_] = why

    def _say_lost(self) -> None:
        """Say which rows were not found; of those whose place is known without a name, their objects decide."""
        for place in self._places:
            if place.trouble and (place.proof or not place.at):
                self._say(place)

    def _say(self, place: _Place) -> None:
        """Say once why a row gives no values; those of a table that cannot be walked are said with it."""
        if place.trouble and not place.is_said and place.table.id not in self._unwalkable:
            place.is_said = True
            _log.warning("%s: cannot read a row: %s", self._who, place.trouble.detail.en)

    def _say_unlisted(self, table: str, others: Sequence[FoundRow]) -> None:
        if others and self._offered.get(table) != others:
            words = len(others), table, named(others).en
            _log.info("%s: %d rows of table %s are not in the configuration: %s", self._who, *words)
        self._offered[table] = others


def _index(row: Row) -> str:
    """Return where `row` stands as its configuration says; empty if only a walk can tell."""
    if row.by is not By.INDEX:
        return ""
    return f"{row.is_called}.{row.part}" if row.part else row.is_called


def _gone(place: _Place, name: Value | Absent) -> Fault:
    if name is Absent.NO_VALUE or name is Absent.UNREADABLE:
        return Fault(Reason.DEVICE_FAILURE, about(place.proof, ABSENT[name]))
    meant, id_ = called(place.row), place.table.id
    if name is Absent.CHANGED:
        words = Text(
            f"the rows of table {id_} were numbered anew within the beat: {meant.en} was at index {place.at}",
            f"表 {id_} 的行在本次轮询中被重新编号：{meant.zh_cn}原在索引 {place.at} 处",
        )
        return Fault(Reason.NOT_CONNECTED, words)
    words = Text(
        f"no {meant.en} any more at index {place.at} of table {id_}",
        f"表 {id_} 的索引 {place.at} 处已不是{meant.zh_cn}",
    )
    return Fault(Reason.NOT_CONNECTED, words)
