"""Stores and sinks: where readings go and who is told."""

from collections.abc import Mapping, Sequence

from roommon.config import kinds
from roommon.config.choice import split
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.reading import read
from roommon.config.secret import Surroundings
from roommon.config.site import Named
from roommon.config.tree import Value
from roommon.config.wording import shown, unknown_key
from roommon.config.written import SinkSpec
from roommon.model.text import Text


def named_stores(raw: Value, spot: Spot, around: Surroundings, findings: Findings) -> tuple[Named, ...]:
    """Return the stores of `store: { influxdb: {...} }`."""
    made: list[Named] = []
    for key, value in (raw if isinstance(raw, Mapping) else {}).items():
        kind = kinds.find(Family.STORE, str(key))
        at = spot.below(key)
        if kind is None:
            findings.fault(at.key_place, *unknown_key(str(key), kinds.all_of(Family.STORE)))
            continue
        config = read(kind.config, value, at, around, findings)
        if config is not None:
            made.append(Named(kind.key, kind.key, kind.module, config))
    return tuple(made)


def named_sinks(raw: Sequence[tuple[Value, Spot]], around: Surroundings, findings: Findings) -> tuple[Named, ...]:
    """Return the sinks of `alerts: [ { mqtt: {...} }, ... ]`; the second of a kind without a name is `mqtt-2`."""
    made: dict[str, Named] = {}
    counts: dict[str, int] = {}
    for value, at in raw:
        parts = split(value, SinkSpec, Family.SINK, at, findings)
        if parts is None or parts.kind is None:
            continue
        kind = parts.kind
        spec = read(SinkSpec, parts.rest, at, around, findings)
        config = read(kind.config, parts.config, at.below(kind.key), around, findings)
        counts[kind.key] = counts.get(kind.key, 0) + 1
        own = kind.key if counts[kind.key] == 1 else f"{kind.key}-{counts[kind.key]}"
        if spec is None or config is None:
            continue
        name = spec.name or own
        if name in made:
            findings.fault(
                at.below("name"),
                Text(f"`{shown(name)}` is already the name of another sink", f"`{shown(name)}` 已是另一通知渠道的名称"),
                Text("give each its own name", "请使用不同的名称"),
            )
            continue
        made[name] = Named(name, kind.key, kind.module, config)
    return tuple(made.values())
