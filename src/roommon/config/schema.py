"""The JSON schemas of both configurations, for editors: made of the same classes that read them.

python -m roommon.config.schema config/roommon.schema.json config/notify.schema.json
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from roommon.config import kinds, shape
from roommon.config.kinds import Family
from roommon.config.written import (
    BusSpec,
    DerivedDeviceSpec,
    DerivedSpec,
    DeviceRowSpec,
    DeviceSpec,
    RuleSpec,
    SelectionSpec,
    SinkSpec,
    StandardSpec,
    Top,
)
from roommon.config.written_plan import HeatSpec, PlanSpec
from roommon.notify.settings import Top as NotifyTop
from roommon.profiles.profile import PointSpec

Schema = dict[str, Any]


def schema() -> Schema:
    """Return the schema of the whole file."""
    definitions: Schema = {}
    top = _object(Top, definitions)
    top["properties"] |= {
        "include": _list_or_one({"type": "string"}, "More files: `devices/*.yaml`; lists are joined."),
        "store": _choices({}, Family.STORE, definitions),
        "alerts": _list(_choices(_object(SinkSpec, definitions), Family.SINK, definitions)),
        "buses": _list(_choices(_object(BusSpec, definitions), Family.DRIVER, definitions)),
        "devices": _list(_device(definitions)),
        "derived": _list(_derived(definitions)),
        "rules": _list(_rule(definitions)),
        "plan": _list_or_one(_plan(definitions), top["properties"]["plan"]["description"]),
        "standards": _list({"anyOf": [{"type": "string"}, _object(StandardSpec, definitions)]}),
    }
    top["required"] = []
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "roommon"}
    return {**head, **top, "$defs": dict(sorted(definitions.items()))}


def notify_schema() -> Schema:
    """Return the schema of the file of `roommon notify`."""
    definitions: Schema = {}
    top = _object(NotifyTop, definitions)
    top["properties"] |= {
        "include": _list_or_one({"type": "string"}, "More files; lists are joined."),
        "channels": _list(_choices(_object(SinkSpec, definitions), Family.CHANNEL, definitions)),
    }
    top["required"] = []
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "roommon notify"}
    return {**head, **top, "$defs": dict(sorted(definitions.items()))}


def _device(definitions: Schema) -> Schema:
    device = _object(DeviceSpec, definitions)
    point = _object(PointSpec, definitions)
    point["required"] = ["id"]
    point["description"] = "A sensor; with a `profile`, an id of its points changes that point."
    device["properties"]["sensors"] = _list(point)
    rows = _object(DeviceRowSpec, definitions)
    rows["description"] = (
        "A row of a table of the profile, by label, serial number or index; `roommon probe` lists them."
    )
    device["properties"]["rows"] = _list_or_one(rows, device["properties"]["rows"]["description"])
    device["properties"] |= {key: _reference(kind.config, definitions) for key, kind in _all(Family.DRIVER).items()}
    return device


def _derived(definitions: Schema) -> Schema:
    device = _object(DerivedDeviceSpec, definitions)
    sensor = _object(DerivedSpec, definitions)
    device["properties"]["sensors"] = _list(_choices(sensor, Family.DERIVATION, definitions))
    return device


def _rule(definitions: Schema) -> Schema:
    rule = _object(RuleSpec, definitions)
    rule["properties"]["sensors"] |= _selection(definitions)
    rule["required"] = ["id", "sensors"]
    return _choices(rule, Family.RULE, definitions)


def _plan(definitions: Schema) -> Schema:
    plan = _object(PlanSpec, definitions)
    heat = definitions[shape.model(HeatSpec).__name__]
    heat["properties"]["sensors"] |= _selection(definitions)
    return plan


def _selection(definitions: Schema) -> Schema:
    selection = _object(SelectionSpec, definitions)
    selection["additionalProperties"] = {"type": "string"}
    return {"anyOf": [selection, {"type": "string"}, _list({"type": "string"})]}


def _choices(common: Schema, family: Family, definitions: Schema) -> Schema:
    """Return `common` with one key for every kind of `family`, of which exactly one is given."""
    found = _all(family)
    keyed = {key: _reference(kind.config, definitions) for key, kind in found.items()}
    return {
        **(common or {"type": "object", "additionalProperties": False}),
        "properties": {**common.get("properties", {}), **keyed},
        "oneOf": [{"required": [key]} for key in found],
    }


def _all(family: Family) -> Mapping[str, kinds.Kind]:
    return kinds.all_of(family)


def _reference(cls: type, definitions: Schema) -> Schema:
    """Return a reference to the schema of `cls`, whose settings may all be left out."""
    name = shape.model(cls).__name__
    definitions[name] = _object(cls, definitions)
    reference = {"$ref": f"#/$defs/{name}"}
    return reference if definitions[name].get("required") else {"anyOf": [reference, {"type": "null"}]}


def _object(cls: type, definitions: Schema) -> Schema:
    made = TypeAdapter(shape.model(cls)).json_schema(ref_template="#/$defs/{model}", by_alias=True)
    definitions.update({name: _plain(each) for name, each in made.pop("$defs", {}).items()})
    return _plain(made)


def _plain(made: Schema) -> Schema:
    """Return `made` without what pydantic says of its own models: titles, and None for settings left out."""
    made.pop("title", None)
    for value in made.get("properties", {}).values():
        value.pop("title", None)
        if value.get("default", ...) is None:
            value.pop("default")
    return made


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _list_or_one(items: Schema, description: str) -> Schema:
    return {"anyOf": [items, _list(items)], "description": description}


def text(of: Schema) -> str:
    """Return a schema as it lies in config/."""
    return json.dumps(of, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(schema()), "utf-8")
    Path(sys.argv[2]).write_text(text(notify_schema()), "utf-8")
