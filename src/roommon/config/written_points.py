"""Points as they are written: each with its place, and with the points that stand in for it (`else`)."""

from dataclasses import dataclass

from roommon.config.findings import Findings, Spot
from roommon.config.reading import read
from roommon.config.secret import Surroundings
from roommon.config.sheet import Entry
from roommon.config.tree import Value
from roommon.config.wording import shown
from roommon.model.text import Text
from roommon.profiles.profile import PointSpec

ELSE = ".else"
"""What the id of a point that stands in ends with."""
_INHERITED = ("quantity", "range", "states", "other_states", "contact", "good_when")


@dataclass(frozen=True, slots=True)
class Written:
    """A point as a file writes it."""

    raw: Value
    spot: Spot
    spec: PointSpec


def written(entry: Entry, around: Surroundings, findings: Findings) -> list[Written]:
    """Return the point of `entry` and those that stand in for it; nothing after noting its faults."""
    spec = read(PointSpec, entry.raw, entry.spot, around, findings)
    if spec is None:
        return []
    own = Written(entry.raw, entry.spot, spec)
    if spec.fallback is None or not isinstance(entry.raw, dict):
        return [own]
    at = entry.spot.below("else")
    if not isinstance(spec.fallback, dict):
        findings.fault(
            at,
            Text(
                f"keys and values are expected here, not `{shown(spec.fallback)}`",
                f"此处应为键值对，而不是 `{shown(spec.fallback)}`",
            ),
            Text("write `else: { read: ... }`", "请写 `else: { read: ... }`"),
        )
        return []
    inherited = {key: entry.raw[key] for key in _INHERITED if key in entry.raw}
    merged = {**inherited, **spec.fallback, "id": f"{spec.id}{ELSE}"}
    return [own, *written(Entry(merged, at), around, findings)]
