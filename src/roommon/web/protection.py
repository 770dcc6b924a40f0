"""The six protections of a machine room, and which of them a sensor serves."""

from collections.abc import Mapping
from enum import StrEnum

from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.profile import Category

LABEL = "protection"
"""The label by which a user says it: `labels: { protection: fire }`."""


class Protection(StrEnum):
    """What a room is protected from."""

    LIGHTNING = "lightning"
    FIRE = "fire"
    WATER = "water"
    ELECTRICITY = "electricity"
    QUAKE = "quake"
    TEMPERATURE = "temperature"


NAMES: Mapping[Protection, Text] = {
    Protection.LIGHTNING: Text("Lightning", "防雷"),
    Protection.FIRE: Text("Fire", "消防"),
    Protection.WATER: Text("Water", "漏水"),
    Protection.ELECTRICITY: Text("Electricity", "电力"),
    Protection.QUAKE: Text("Shaking", "振动"),
    Protection.TEMPERATURE: Text("High temperature", "高温"),
}

_BY_CATEGORY = {
    Category.SPD: Protection.LIGHTNING,
    Category.SMOKE: Protection.FIRE,
    Category.LEAK: Protection.WATER,
    Category.UPS: Protection.ELECTRICITY,
    Category.POWER: Protection.ELECTRICITY,
    Category.PDU: Protection.ELECTRICITY,
    Category.VIBRATION: Protection.QUAKE,
    Category.CRAC: Protection.TEMPERATURE,
}
_BY_QUANTITY = {
    **dict.fromkeys(
        (
            Quantity.TEMPERATURE,
            Quantity.TEMPERATURE_RATE,
            Quantity.TEMPERATURE_DIFFERENCE,
            Quantity.RELATIVE_HUMIDITY,
            Quantity.DEW_POINT,
        ),
        Protection.TEMPERATURE,
    ),
    **dict.fromkeys(
        (
            Quantity.VOLTAGE,
            Quantity.CURRENT,
            Quantity.FREQUENCY,
            Quantity.ACTIVE_POWER,
            Quantity.APPARENT_POWER,
            Quantity.ENERGY,
        ),
        Protection.ELECTRICITY,
    ),
    **dict.fromkeys((Quantity.ACCELERATION, Quantity.VELOCITY, Quantity.DISPLACEMENT), Protection.QUAKE),
    Quantity.LEAKAGE_CURRENT: Protection.LIGHTNING,
}


def of(sensor: Sensor, category: Category | None) -> Protection | None:
    """Return what `sensor` protects from: as its label says, else its device's family, else its quantity.

    None for what nothing tells: a contact of a module that has contacts of everything.
    """
    said = sensor.labels.get(LABEL)
    if said in list(Protection):
        return Protection(said)
    return _BY_CATEGORY.get(category) if category in _BY_CATEGORY else _BY_QUANTITY.get(sensor.quantity)
