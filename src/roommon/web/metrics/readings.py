"""What the sensors say, as metric families in Prometheus' base units; what is not read now has no sample. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from prometheus_client.metrics_core import Metric

from roommon.model.quantity import Quantity
from roommon.model.text import Language
from roommon.web.facts import Building, Present, Watched
from roommon.web.metrics.family import Sample, gauge


class Base(NamedTuple):
    """A quantity as Prometheus names and carries it."""

    name: str
    factor: float = 1.0
    """From our canonical unit to the base unit."""


BASES: Mapping[Quantity, Base] = {
    Quantity.TEMPERATURE: Base("temperature_celsius"),
    Quantity.ABSOLUTE_HUMIDITY: Base("absolute_humidity_grams_per_cubic_meter"),
    Quantity.RELATIVE_HUMIDITY: Base("relative_humidity_ratio", 0.01),
    Quantity.DEW_POINT: Base("dew_point_celsius"),
    Quantity.TEMPERATURE_DIFFERENCE: Base("temperature_difference_kelvin"),
    Quantity.TEMPERATURE_RATE: Base("temperature_rate_kelvin_per_second", 1 / 3600),
    Quantity.VOLTAGE: Base("voltage_volts"),
    Quantity.CURRENT: Base("current_amperes"),
    Quantity.ACTIVE_POWER: Base("active_power_watts"),
    Quantity.REACTIVE_POWER: Base("reactive_power_vars"),
    Quantity.APPARENT_POWER: Base("apparent_power_voltamperes"),
    Quantity.ENERGY: Base("energy_joules", 3.6e6),
    Quantity.REACTIVE_ENERGY: Base("reactive_energy_var_seconds", 3.6e6),
    Quantity.ELECTRIC_CHARGE: Base("electric_charge_coulombs", 3600),
    Quantity.FREQUENCY: Base("frequency_hertz"),
    Quantity.RATIO: Base("share_ratio", 0.01),
    Quantity.RATIO_RATE: Base("share_rate_ratio_per_second", 0.01 / 3600),
    Quantity.RESISTANCE: Base("resistance_ohms"),
    Quantity.DURATION: Base("time_seconds"),
    Quantity.DISTANCE: Base("distance_meters"),
    Quantity.DISPLACEMENT: Base("displacement_meters", 1e-6),
    Quantity.ANGLE: Base("angle_degrees"),
    Quantity.VELOCITY: Base("vibration_velocity_meters_per_second", 1e-3),
    Quantity.ACCELERATION: Base("acceleration_meters_per_second_squared"),
    Quantity.LEAKAGE_CURRENT: Base("leakage_current_amperes", 1e-3),
    Quantity.ROTATION: Base("rotation_hertz", 1 / 60),
    Quantity.AIR_SPEED: Base("air_speed_meters_per_second"),
    Quantity.VOLUME_FLOW: Base("air_flow_cubic_meters_per_second", 1 / 3600),
    Quantity.PRESSURE: Base("pressure_pascals"),
    Quantity.ILLUMINANCE: Base("illuminance_lux"),
    Quantity.COUNT: Base("counted"),
    Quantity.CONTACT: Base("contact_abnormal"),
    Quantity.STATE: Base("state_number"),
}
_LABELS = ("device", "sensor")


def readings(building: Building, present: Present) -> Iterator[Metric]:
    """Yield what is read now, whether each sensor can be read, when it was, and what it is called."""
    yield from _values(building, present)
    yield gauge(
        "roommon_sensor_up",
        "Whether the sensor has a reading now that is not bad.",
        _LABELS,
        [(_labels(each), float(present.reads(each) is not None)) for each in building.watched.values()],
    )
    yield gauge(
        "roommon_sensor_timestamp_seconds",
        "When the sensor was asked last, good or bad.",
        _LABELS,
        [
            (_labels(each), reading.taken_at / 1000)
            for each in building.watched.values()
            if (reading := present.newest.get(each.sensor.id)) is not None
        ],
    )
    yield _names(building)


def _values(building: Building, present: Present) -> Iterator[Metric]:
    found: dict[Quantity, list[Sample]] = defaultdict(list)
    for each in building.watched.values():
        value = present.reads(each)
        if value is not None:
            found[each.sensor.quantity].append((_labels(each), value * BASES[each.sensor.quantity].factor))
    for quantity, samples in found.items():
        name = quantity.value.replace("_", " ")
        yield gauge(f"roommon_{BASES[quantity].name}", f"What the sensors of {name} say now.", _LABELS, samples)


def _names(building: Building) -> Metric:
    watched = building.watched.values()
    own = sorted({_label(label) for each in watched for label in each.sensor.labels})
    return gauge(
        "roommon_sensor_info",
        "What a sensor is called and the user's labels, to be joined by device and sensor.",
        (*_LABELS, "room", "quantity", "name", *own),
        [(_called(each, building.language, own), 1) for each in watched],
    )


def _called(watched: Watched, language: Language, own: Sequence[str]) -> tuple[str, ...]:
    said = {_label(label): value for label, value in watched.sensor.labels.items()}
    name = watched.name.in_language(language)
    facts = (watched.device.room, watched.sensor.quantity.value, name)
    return *_labels(watched), *facts, *(said.get(label, "") for label in own)


def _label(name: str) -> str:
    """Return a user's label as Prometheus takes it: letters, digits and underscores, and never one of ours."""
    return "label_" + "".join(mark if mark.isascii() and mark.isalnum() else "_" for mark in name)


def _labels(watched: Watched) -> tuple[str, str]:
    return watched.device.id, watched.sensor.id
