"""A profile for programs: `roommon profiles --json`."""

from roommon.cli import rule_words
from roommon.cli.profile_words import name_of, protocol
from roommon.cli.words import word
from roommon.config.described import Advice, Described
from roommon.model.quantity import UNITS
from roommon.profiles.profile import PointSpec, Table


def summary(one: Described) -> dict[str, object]:
    """Return what the list says of a profile."""
    profile = one.profile
    return {
        "id": profile.id,
        "name": word(profile.name),
        "vendor": profile.vendor,
        "model": profile.model,
        "category": profile.category,
        "protocol": protocol(one),
        "confidence": profile.confidence,
        "shipped": one.is_shipped,
        "file": one.place.file,
        "values": len(one.sensors),
        "rules": len(one.rules),
    }


def whole(one: Described) -> dict[str, object]:
    """Return all that its page says."""
    profile = one.profile
    return {
        **summary(one),
        "sources": list(profile.sources),
        "notes": list(profile.notes),
        "identity": sorted({*one.identity.fixed, *(key.partition(".")[0] for key in one.identity.asked)}),
        "points": [_point(spec) for spec in one.points],
        "tables": [_table(table, specs) for table, specs in one.tables.values()],
        "recommended": [_rule(rule) for rule in one.rules],
    }


def _point(spec: PointSpec) -> dict[str, object]:
    return {
        "id": spec.id,
        "name": word(name_of(spec)),
        "quantity": spec.quantity,
        "unit": None if spec.quantity is None else UNITS[spec.quantity].ucum,
        "read": spec.read,
        "range": spec.range,
        "invalid": sorted(spec.invalid),
        "not_fitted": sorted(spec.not_fitted),
        "other_states": spec.other_states,
        "states": {str(number): word(name) for number, name in sorted(spec.states.items())},
        "good_when": [{"point": gate.point, "is": sorted(gate.values, key=str)} for gate in spec.good_when],
        "object": spec.object,
        "note": spec.note,
    }


def _table(table: Table, specs: tuple[PointSpec, ...]) -> dict[str, object]:
    ways = {"label": table.label, "serial": table.serial}
    return {
        "id": table.id,
        "name": word(table.name),
        "named_by": [way for way, column in ways.items() if column] or ["index"],
        "repeat": [{"first": level.first, "count": level.count, "stride": level.stride} for level in table.repeat],
        "rows": [row.id for row in table.rows],
        "points": [_point(spec) for spec in specs],
    }


def _rule(rule: Advice) -> dict[str, object]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "conditions": {
            condition: [sensor.key for sensor in sensors]
            for condition, sensors in rule_words.conditions(rule.config, rule.sensors).items()
        },
        **rule_words.document(rule.config),
        "text": word(rule.text),
        "response": word(rule.response),
    }
