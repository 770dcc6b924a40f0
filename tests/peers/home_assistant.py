"""What Home Assistant makes of discovery: its documented schema, and its templates as it renders them."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
from jinja2 import Environment

CLASSES: Mapping[str, set[str]] = {
    "apparent_power": {"VA"},
    "current": {"A", "mA"},
    "distance": {"km", "m", "cm", "mm", "mi", "nmi", "yd", "in"},
    "duration": {"d", "h", "min", "s", "ms"},
    "energy": {"Wh", "kWh", "MWh", "GWh", "MJ", "J"},
    "frequency": {"Hz", "kHz", "MHz", "GHz"},
    "humidity": {"%"},
    "illuminance": {"lx"},
    "power": {"W", "kW", "MW", "GW"},
    "pressure": {"Pa", "kPa", "hPa", "bar", "mbar", "mmHg", "psi"},
    "reactive_power": {"var"},
    "temperature": {"°C", "°F", "K"},
    "voltage": {"V", "mV"},
    "volume_flow_rate": {"m³/h", "L/min"},
    "wind_speed": {"m/s", "km/h", "kn", "mph", "ft/s"},
}
"""Device classes of sensors and their units, out of https://www.home-assistant.io/integrations/sensor/ (2024.12)."""

_TOPIC = {"type": "string", "pattern": "^[^+#]+$"}
_AVAILABILITY = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["topic"],
        "properties": {"topic": _TOPIC, "value_template": {"type": "string"}},
    },
}
_DEVICE = ("name", "suggested_area", "manufacturer", "model", "sw_version", "serial_number")
_SHARED = {
    "platform": {"type": "string"},
    "name": {"type": "string", "minLength": 1},
    "unique_id": {"type": "string", "minLength": 1},
    "state_topic": _TOPIC,
    "value_template": {"type": "string"},
    "availability": _AVAILABILITY,
    "availability_mode": {"enum": ["all", "any", "latest"]},
    "expire_after": {"type": "integer", "minimum": 1},
    "json_attributes_topic": _TOPIC,
    "json_attributes_template": {"type": "string"},
}
_NEEDED = ["platform", "name", "unique_id", "state_topic", "availability"]
_SENSOR = {
    "type": "object",
    "additionalProperties": False,
    "required": _NEEDED,
    "properties": {
        **_SHARED,
        "platform": {"const": "sensor"},
        "device_class": {"enum": sorted(CLASSES)},
        "state_class": {"enum": ["measurement", "total", "total_increasing"]},
        "unit_of_measurement": {"type": "string", "minLength": 1},
        "suggested_display_precision": {"type": "integer", "minimum": 0},
    },
}
_BINARY = {
    "type": "object",
    "additionalProperties": False,
    "required": _NEEDED,
    "properties": {**_SHARED, "platform": {"const": "binary_sensor"}, "device_class": {"const": "problem"}},
}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["device", "origin", "components"],
    "properties": {
        "device": {
            "type": "object",
            "additionalProperties": False,
            "required": ["identifiers", "name"],
            "properties": {
                "identifiers": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                **{name: {"type": "string", "minLength": 1} for name in _DEVICE},
            },
        },
        "origin": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "sw_version": {"type": "string"}},
        },
        "components": {"type": "object", "additionalProperties": {"oneOf": [_SENSOR, _BINARY]}},
    },
}
"""Device discovery with what we use of it, out of https://www.home-assistant.io/integrations/mqtt/ (2024.12)."""

_ENVIRONMENT = Environment(autoescape=False)  # Home Assistant's own is a sandboxed one, and escapes nothing either


def faults(document: object) -> list[str]:
    """What is wrong with a discovery document."""
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(document)
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors] or list(_units(document))


def _units(document: Any) -> list[str]:
    return [
        f"{name}: {one['device_class']} in {one.get('unit_of_measurement')}"
        for name, one in document["components"].items()
        if one["platform"] == "sensor"
        and "device_class" in one
        and one.get("unit_of_measurement") not in CLASSES[one["device_class"]]
    ]


def rendered(template: str, payload: str) -> str:
    """What a template makes of a payload."""
    return _ENVIRONMENT.from_string(template).render(value=payload, value_json=json.loads(payload))
