"""The rows of a device: which of its profile's tables it names, and the points that they bring."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from roommon.config.findings import Findings, Spot
from roommon.config.library import Opened
from roommon.config.placing import Standing
from roommon.config.reading import read
from roommon.config.repeats import Numbered, each, numbered
from roommon.config.secret import Surroundings
from roommon.config.tables import OpenedTable, row_points
from roommon.config.units import NotAValue
from roommon.config.wording import no_such
from roommon.config.written import DeviceRowSpec, DeviceSpec
from roommon.config.written_points import Written
from roommon.model.text import Text
from roommon.profiles.point import By, Row
from roommon.profiles.profile import PointKey, RowSpec

_INDEX = re.compile(r"\d+(\.\d+)*")


@dataclass(slots=True)
class Rows:
    """What the rows of one device bring."""

    points: dict[PointKey, Written] = field(default_factory=dict)
    rows: dict[PointKey, Row | Numbered] = field(default_factory=dict)
    """By id."""

    def of(self, key: PointKey) -> Standing:
        """Return the row that the point `key` is a cell of."""
        return self.rows.get(PointKey(key.partition(".")[0])) if key in self.points else None


def rows_of(spec: DeviceSpec, profile: Opened | None, spot: Spot, around: Surroundings, findings: Findings) -> Rows:
    """Return the rows that the device writes, and of tables that it does not name, those that each device has."""
    tables: Mapping[PointKey, OpenedTable] = {} if profile is None else profile.tables
    found = Rows()
    named: set[PointKey] = set()
    for index, raw in enumerate(spec.rows):
        at = spot.below("rows", index)
        row = read(DeviceRowSpec, raw, at, around, findings)
        if row is None:
            continue
        named.add(row.table)
        if row.table in tables:
            _add(tables[row.table], row, at, found, around, findings)
        elif profile is not None or spec.profile is None:
            known = Text("name a profile that has it", "请使用包含该表的模板")
            findings.fault(at.below("table"), *no_such(Text("table", "表"), row.table, tables, known))
    for opened in tables.values():
        if opened.table.id not in named:
            for usual in opened.table.rows:
                _add(opened, usual, opened.entry.spot.below("rows"), found, around, findings)
    return found


def _add(opened: OpenedTable, row: RowSpec, at: Spot, found: Rows, around: Surroundings, findings: Findings) -> None:
    for one in each(row):
        _add_one(opened, one, at, found, around, findings)


def _add_one(
    opened: OpenedTable, row: RowSpec, at: Spot, found: Rows, around: Surroundings, findings: Findings
) -> None:
    if row.id in found.rows:
        findings.fault(
            at.below("id"),
            Text(f"`{row.id}` is already the id of a row", f"`{row.id}` 已是另一行的标识"),
            Text("give each row its own id", "每行须有不同的标识"),
        )
        return
    known = _known_by(opened, row, at, findings)
    if known is None:
        return
    found.rows[row.id] = known
    found.points.update({made.spec.id: made for made in row_points(opened, row, around, findings)})


def _known_by(opened: OpenedTable, row: RowSpec, at: Spot, findings: Findings) -> Row | Numbered | None:
    """Return the row with what it is found by; one of label, serial number and index, or the table's only one."""
    part = _part(opened, row, at, findings)
    if opened.table.repeat and row.label is None and row.serial is None:
        return _block(opened, row, at, findings)
    ways = [
        (By.LABEL, row.label, bool(opened.table.label)),
        (By.SERIAL, row.serial, opened.table.serial is not None),
        (By.INDEX, row.index, True),
    ]
    given = [(by, str(value), possible) for by, value, possible in ways if value is not None]
    if len(given) > 1:
        _several(given, at, findings)
        return None
    if not given:
        return Row(opened.table.id, By.ONLY, part=part)
    by, value, possible = given[0]
    if not possible:
        findings.fault(
            at.below(by),
            Text(f"rows of `{opened.table.id}` have no {by}", f"表 `{opened.table.id}` 的行没有 {by}"),
            Text("write the row's `index`", "请写该行的 `index`"),
        )
        return None
    if by is By.INDEX:
        return _indexed(opened, value.strip(" ."), part, at, findings)
    return Row(opened.table.id, by, value.strip(), part)


def _indexed(opened: OpenedTable, index: str, part: str, at: Spot, findings: Findings) -> Row | None:
    if _INDEX.fullmatch(index):
        return Row(opened.table.id, By.INDEX, index, part)
    findings.fault(
        at.below("index"),
        Text(f"`{index}` is no index", f"`{index}` 不是索引"),
        Text("write numbers with dots between them, or `1..12`", "请写以点分隔的数字，或 `1..12`"),
    )
    return None


def _block(opened: OpenedTable, row: RowSpec, at: Spot, findings: Findings) -> Numbered | None:
    try:
        return numbered(opened.table.id, opened.table.repeat, row.index)
    except NotAValue as error:
        findings.wrong(at.below("index"), error)
        return None


def _part(opened: OpenedTable, row: RowSpec, at: Spot, findings: Findings) -> str:
    """Return the part of its index by which the row is told apart, empty for none."""
    if row.part is not None and opened.table.index is None:
        findings.fault(
            at.below("part").key_place,
            Text(
                f"the whole index makes a row of `{opened.table.id}`: it has no parts",
                f"表 `{opened.table.id}` 的行由整个索引确定，没有部分",
            ),
            Text("remove it", "请删除"),
        )
    return "" if row.part is None else str(row.part).strip(" .")


def _several(given: Sequence[tuple[By, str, bool]], at: Spot, findings: Findings) -> None:
    findings.fault(
        at.below(given[1][0]).key_place,
        Text(f"`{given[0][0]}` and `{given[1][0]}` are both given", f"同时给出了 `{given[0][0]}` 与 `{given[1][0]}`"),
        Text("keep one", "请只保留一个"),
    )
