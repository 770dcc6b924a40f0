"""The tables of a profile: how their rows are found, and the points that each row brings."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from roommon.config.addresses import address
from roommon.config.findings import Findings, Spot
from roommon.config.reading import read
from roommon.config.repeats import stride
from roommon.config.secret import Surroundings
from roommon.config.sheet import Entry
from roommon.config.tree import Step, Value
from roommon.config.units import NotAValue
from roommon.config.wording import no_such
from roommon.config.written_points import Written, written
from roommon.model.text import Text
from roommon.profiles.point import Oid, RowTable, Tailed, Told
from roommon.profiles.profile import PointKey, PointSpec, RowSpec, Table

_REFERRING = ("good_when", "scale_by", "unit_by")


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """A table that was read."""

    table: Table
    rows: RowTable | None
    """How its rows are found in an SNMP agent; None for registers that repeat."""
    entry: Entry
    specs: Mapping[PointKey, PointSpec]
    """Its points by id, as they stand for any row."""


def opened_table(entry: Entry, around: Surroundings, findings: Findings) -> OpenedTable | None:
    """Return the table that `entry` writes, or None after noting its faults."""
    raw = {key: value for key, value in entry.raw.items() if key != "points"} if isinstance(entry.raw, dict) else {}
    table = read(Table, raw if isinstance(entry.raw, dict) else entry.raw, entry.spot, around, findings)
    specs = {each.spec.id: each.spec for point in entry.points.values() for each in written(point, around, findings)}
    if table is None:
        return None
    if table.repeat and specs:
        _check_repeats(table, entry.spot, findings)
        return OpenedTable(table, None, entry, specs)
    walked = table.walk or tuple(spec.read for spec in specs.values())[:1]
    where = [_condition(gate.point, gate.values, specs, entry.spot, findings) for gate in table.where]
    if not walked:
        findings.fault(
            entry.spot,
            Text("the table has no points", "该表没有点位"),
            Text("add `points: [...]`", "请添加 `points: [...]`"),
        )
        return None
    first, *also = (_column(each, entry.spot.below("walk"), findings) for each in walked)
    rows = RowTable(
        table.id,
        first,
        tuple(_column(each, entry.spot.below("label"), findings) for each in table.label),
        None if table.serial is None else _column(table.serial, entry.spot.below("serial"), findings),
        table.index,
        tuple(condition for condition in where if condition is not None),
        tuple(also),
    )
    return OpenedTable(table, rows, entry, specs)


def _check_repeats(table: Table, spot: Spot, findings: Findings) -> None:
    """Note what a table of registers cannot have."""
    given = {"walk": table.walk, "label": table.label, "serial": table.serial, "index": table.index}
    for key in (key for key, value in given.items() if value not in (None, ())):
        findings.fault(
            spot.below(key).key_place,
            Text(
                f"`{key}` is for tables of OIDs, and this one repeats registers",
                f"`{key}` 仅用于 OID 表，而该表重复寄存器",
            ),
            Text("remove it", "请删除"),
        )
    for number, level in enumerate(table.repeat):
        try:
            stride(level.stride)
        except NotAValue as error:
            findings.wrong(spot.below("repeat", number, "stride"), error)
        if level.count < 1 or level.first < 0:
            findings.fault(
                spot.below("repeat", number),
                Text("there is no such number of blocks", "不存在这样的块数"),
                Text("write `count: 1` or more, and `first: 0` or more", "`count` 应不小于 1，`first` 应不小于 0"),
            )


def _condition(
    key: PointKey, values: frozenset[Told], specs: Mapping[PointKey, PointSpec], spot: Spot, findings: Findings
) -> tuple[str, frozenset[Told]] | None:
    """Return the column that the point `key` reads, with what it holds in the rows of the table."""
    at = spot.below("where")
    if key in specs:
        return _column(specs[key].read, at, findings), values
    findings.fault(at, *no_such(Text("point", "点"), key, specs, Text("add it to the table", "请在该表中添加该点位")))
    return None


def _column(written_as: str, at: Spot, findings: Findings) -> str:
    try:
        place = address(written_as, 0)
    except NotAValue as error:
        findings.wrong(at, error)
        return "0.0"
    if isinstance(place, Oid):
        return place.dotted
    better = Text("write its OID without an index", "请写不带索引的 OID")
    if isinstance(place, Tailed):
        better = Text("add `walk:`, a column with one object for each row", "请添加 `walk:`，写每行只有一个对象的列")
    findings.fault(
        at, Text(f"`{written_as}` is no column of an SNMP table", f"`{written_as}` 不是 SNMP 表的列"), better
    )
    return "0.0"


def row_points(opened: OpenedTable, row: RowSpec, around: Surroundings, findings: Findings) -> list[Written]:
    """Return the points that `row` has; their ids begin with the row's."""
    found: list[Written] = []
    for entry in opened.entry.points.values():
        if isinstance(entry.raw, dict):
            raw = _of_row(entry.raw, opened, row)
            found += written(replace(entry, raw=raw), around, findings)
    return found


def _of_row(raw: Mapping[Step, Value], opened: OpenedTable, row: RowSpec) -> dict[Step, Value]:
    """Return the point `raw` of a table as it is for one row: named after it, and referring to its own cells."""
    own = {**_referring(raw, opened.specs.keys(), row.id), "id": f"{row.id}.{raw.get('id')}"}
    if raw.get("quantity") is None:
        return own
    own["name"] = _named(row, raw.get("name"))
    if row.labels:
        labels = raw.get("labels")
        own["labels"] = {**(labels if isinstance(labels, dict) else {}), **row.labels}
    if opened.table.where:
        gates = own.get("good_when")
        own["good_when"] = [
            *(gates if isinstance(gates, list) else [] if gates is None else [gates]),
            *(
                {"point": f"{row.id}.{gate.point}", "is": list(gate.values), "otherwise": "configuration_error"}
                for gate in opened.table.where
            ),
        ]
    return own


def _referring(raw: Mapping[Step, Value], of_table: Collection[object], row: PointKey) -> dict[Step, Value]:
    """Return `raw` with its references to points of the table turned into references to the row's."""
    own = dict(raw)
    for key in (key for key in _REFERRING if key in raw):
        value = raw[key]
        several = value if isinstance(value, list) else [value]
        changed = [_renamed(each, of_table, row) for each in several]
        own[key] = changed if isinstance(value, list) else changed[0]
    if isinstance(instead := raw.get("else"), dict):
        own["else"] = _referring(instead, of_table, row)
    return own


def _renamed(gate: Value, of_table: Collection[object], row: PointKey) -> Value:
    if isinstance(gate, dict) and gate.get("point") in of_table:
        return {**gate, "point": f"{row}.{gate['point']}"}
    return gate


def _named(row: RowSpec, name: Value) -> dict[Step, Value]:
    """Return the name of a sensor: what the row is called, and which of its values this is."""
    called = row.name or Text.same(row.label or row.id)
    en, zh_cn = (name.get("en", ""), name.get("zh-CN", "")) if isinstance(name, dict) else (name or "", name or "")
    return {"en": f"{called.en} {en}".strip(), "zh-CN": f"{called.zh_cn} {zh_cn}".strip()}
