"""A mapping in which one key names a kind, such as `limit:` in a rule: the kind, its settings, and the rest."""

from dataclasses import dataclass

from roommon.config import kinds, shape
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family, Kind
from roommon.config.tree import Step, Value
from roommon.config.wording import listed, shown, unknown_key
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Parts:
    """A mapping taken apart."""

    kind: Kind | None
    config: Value
    rest: dict[Step, Value]
    """The keys that do not name a kind."""
    strange: bool
    """Whether there were keys that nobody knows; one of them may have been meant to be the kind."""


def split(
    raw: Value, cls: type, family: Family, spot: Spot, findings: Findings, *, needed: bool = True
) -> Parts | None:
    """Return `raw` taken apart into the keys of `cls` and one kind of `family`, or None when it is no mapping.

    Every key that is neither is noted, and so is a kind that is missing (if `needed`) or given twice.
    """
    if not isinstance(raw, dict):
        findings.fault(
            spot,
            Text(f"keys and values are expected here, not `{shown(raw)}`", f"此处应为键值对，而不是 `{shown(raw)}`"),
            Text("write one `key: value` a line, indented", "请缩进后每行写一个 `键: 值`"),
        )
        return None
    known = shape.keys(cls)
    rest = {key: value for key, value in raw.items() if key in known}
    named: list[Kind] = []
    strange = []
    for key in (key for key in raw if key not in known):
        kind = kinds.find(family, str(key))
        if kind is None:
            strange.append(key)
        else:
            named.append(kind)
    for key in strange:
        findings.fault(spot.below(key).key_place, *unknown_key(str(key), [*known, *kinds.all_of(family)]))
    if len(named) > 1:
        _several(named, spot, findings)
    if named:
        config = raw[named[0].key]
        return Parts(named[0], {} if config is None else config, rest, bool(strange))
    if needed and not strange:
        _none(family, spot, findings)
    return Parts(None, None, rest, bool(strange))


def _several(named: list[Kind], spot: Spot, findings: Findings) -> None:
    first, second = named[0].key, named[1].key
    findings.fault(
        spot.below(second).key_place,
        Text(f"`{first}` and `{second}` are both given", f"同时给出了 `{first}` 与 `{second}`"),
        Text("keep one, and write a second entry for the other", "请只保留一个，另一个另写一条"),
    )


def _none(family: Family, spot: Spot, findings: Findings) -> None:
    words = listed([f"{key}:" for key in sorted(kinds.all_of(family))])
    findings.fault(
        spot,
        Text("nothing says of what kind it is", "没有给出类型"),
        Text(f"add one of {words}", f"请添加 {words} 之一"),
    )
