"""A profile as it is written: its points, tables and rules by id, laid over those of the profile that it extends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from roommon.config.findings import Findings, Spot
from roommon.config.tree import Step, Value
from roommon.config.wording import meant
from roommon.model.text import Text

_LISTS = ("points", "tables", "rules")
_OWN = ("id", "extends", "drop")
"""Keys that a profile does not take over from the one that it extends."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, with its place."""

    raw: Value
    spot: Spot
    points: Mapping[str, "Entry"] = field(default_factory=dict)
    """Of a table: its own points."""


Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One profile's file."""

    top: Mapping[Step, Value]
    """Everything but the three lists."""
    spot: Spot
    points: Entries
    tables: Entries
    rules: Entries


def sheet(raw: Mapping[Step, Value], spot: Spot, findings: Findings) -> Sheet:
    """Return the sheet that a file says."""
    top = {key: value for key, value in raw.items() if key not in _LISTS}
    points, tables, rules = (entries(raw.get(key), spot.below(key), findings) for key in _LISTS)
    return Sheet(top, spot, points, {key: _with_points(table, findings) for key, table in tables.items()}, rules)


def entries(raw: Value, spot: Spot, findings: Findings) -> dict[str, Entry]:
    """Return what a list holds by id; what has none goes by its place, and is blamed when it is read."""
    found: dict[str, Entry] = {}
    for index, each in enumerate(raw if isinstance(raw, list) else [] if raw is None else [raw]):
        key = str(each.get("id", f"#{index}")) if isinstance(each, dict) else f"#{index}"
        at = spot.below(index)
        if key in found:
            findings.fault(
                at.below("id"),
                Text(
                    f"`{key}` already stands at {found[key].spot.place}", f"`{key}` 已在 {found[key].spot.place} 定义"
                ),
                Text("give each its own id", "请使用不同的标识"),
            )
        else:
            found[key] = Entry(each, at)
    return found


def _with_points(table: Entry, findings: Findings) -> Entry:
    raw = table.raw.get("points") if isinstance(table.raw, dict) else None
    return replace(table, points=entries(raw, table.spot.below("points"), findings))


def extended(own: Sheet, base: Sheet, findings: Findings) -> Sheet:
    """Return `base` with everything that `own` changes, adds and drops."""
    dropped = own.top.get("drop")
    drops = [str(each) for each in dropped] if isinstance(dropped, list) else [str(dropped)] if dropped else []
    known = {*base.points, *base.tables, *base.rules}
    for index, each in enumerate(drops):
        if each not in known:
            findings.fault(
                own.spot.below("drop", index),
                Text(f"there is no `{each}` to drop", f"没有可删除的 `{each}`"),
                meant(each, known) or Text("remove it", "请删除"),
            )
    inherited = {key: value for key, value in base.top.items() if key not in _OWN}
    return Sheet(
        {**inherited, **own.top, "identity": _joined(base.top.get("identity"), own.top.get("identity"))},
        own.spot,
        _laid(base.points, own.points, drops),
        _laid(base.tables, own.tables, drops),
        _laid(base.rules, own.rules, drops),
    )


def _joined(below: Value, above: Value) -> Value:
    return {**below, **above} if isinstance(below, dict) and isinstance(above, dict) else above or below


def _laid(below: Entries, above: Entries, drops: list[str]) -> Entries:
    kept = {key: entry for key, entry in below.items() if key not in drops}
    return {**kept, **{key: _over(kept.get(key), entry) for key, entry in above.items()}}


def _over(below: Entry | None, above: Entry) -> Entry:
    if below is None or not isinstance(below.raw, dict) or not isinstance(above.raw, dict):
        return above
    return Entry(laid_over(below.raw, above.raw), above.spot, _laid(below.points, above.points, []))


def laid_over(below: Mapping[Step, Value], above: Mapping[Step, Value]) -> dict[Step, Value]:
    """Return `below` with everything that `above` says instead; labels are laid over one by one."""
    merged = {**below, **above}
    under, over = below.get("labels"), above.get("labels")
    if isinstance(under, dict) and isinstance(over, dict):
        merged["labels"] = {**under, **over}
    return merged
