"""Sensors and alarms as Home Assistant's entities: units, classes, templates. Pure.

Device classes and their units: https://www.home-assistant.io/integrations/sensor/#device-class, as of 2024.12. A class
that a later release brought is left out, for an older one refuses the entity for it.
"""

import json
from collections.abc import Mapping
from typing import Final

from roommon.model.alarm import AlarmId
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Language

Document = dict[str, object]

CLASSES: Final[Mapping[Quantity, str]] = {
    Quantity.TEMPERATURE: "temperature",
    Quantity.RELATIVE_HUMIDITY: "humidity",
    Quantity.DEW_POINT: "temperature",
    Quantity.VOLTAGE: "voltage",
    Quantity.CURRENT: "current",
    Quantity.ACTIVE_POWER: "power",
    Quantity.REACTIVE_POWER: "reactive_power",
    Quantity.APPARENT_POWER: "apparent_power",
    Quantity.ENERGY: "energy",
    Quantity.FREQUENCY: "frequency",
    Quantity.DURATION: "duration",
    Quantity.DISTANCE: "distance",
    Quantity.LEAKAGE_CURRENT: "current",
    Quantity.AIR_SPEED: "wind_speed",
    Quantity.VOLUME_FLOW: "volume_flow_rate",
    Quantity.PRESSURE: "pressure",
    Quantity.ILLUMINANCE: "illuminance",
}
"""A difference of temperatures has none: as a `temperature` in K it would be converted into °C."""
_GROWS: Final = frozenset({Quantity.ENERGY, Quantity.REACTIVE_ENERGY})


def of_sensor(sensor: Sensor, language: Language) -> Document:
    """Return what kind of entity `sensor` is and how its state is read from a reading."""
    name = {"name": sensor.name.in_language(language)}
    match sensor.quantity:
        case Quantity.CONTACT:
            return {**name, **_contact()}
        case Quantity.STATE if sensor.states:
            return {**name, **_enumerated(sensor, language)}
        case _:
            return {**name, **_measured(sensor)}


def _contact() -> Document:
    return {
        "platform": "binary_sensor",
        "device_class": "problem",
        "value_template": _unless_bad("'OFF' if value_json.value == 0 else 'ON'"),
    }


def _enumerated(sensor: Sensor, language: Language) -> Document:
    """Return a state with its names; a number that has none is told as it is."""
    names = {number: name.in_language(language) for number, name in sensor.states.items()}
    table = ", ".join(f"{number}: {_quoted(name)}" for number, name in names.items())
    return {
        "platform": "sensor",
        "value_template": _unless_bad(f"{{{table}}}.get(value_json.value | int, value_json.value | int)"),
    }


def _measured(sensor: Sensor) -> Document:
    unit = UNITS[sensor.quantity]
    document: Document = {
        "platform": "sensor",
        "state_class": "total_increasing" if sensor.quantity in _GROWS else "measurement",
        "suggested_display_precision": unit.decimals,
        "value_template": _unless_bad("value_json.value"),
    }
    if unit.symbol:
        document["unit_of_measurement"] = unit.symbol
    if sensor.quantity in CLASSES:
        document["device_class"] = CLASSES[sensor.quantity]
    return document


def of_alarm(alarm: AlarmId, sensor: Sensor, language: Language) -> Document:
    """Return the entity of an alarm: on while it stands, with the members of its newest event as attributes."""
    rule = alarm.removesuffix(f".{sensor.id}")
    return {
        "platform": "binary_sensor",
        "device_class": "problem",
        "name": f"{sensor.name.in_language(language)}: {rule}",
        "value_template": f"{{{{ 'ON' if {_quoted(alarm)} in value_json.alarms else 'OFF' }}}}",
        "json_attributes_template": f"{{{{ value_json.alarms.get({_quoted(alarm)}, {{}}) | tojson }}}}",
    }


def _unless_bad(expression: str) -> str:
    """Return a template of `expression`; `None` is Home Assistant's word for an unknown state."""
    return f"{{{{ None if value_json.value is none else ({expression}) }}}}"


def _quoted(text: str) -> str:
    """Return `text` as a string of Jinja, whose escapes are JSON's."""
    return json.dumps(text)
