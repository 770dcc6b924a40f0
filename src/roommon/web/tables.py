"""Devices and their sensors as rows. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import Quality, Reading, SensorId
from roommon.model.text import Text
from roommon.record.lives import is_true
from roommon.web import mood
from roommon.web.facts import Answering, Building, Heard, Present, Unit, Watched, Wire
from roommon.web.mood import Mood
from roommon.web.protection import Protection

_NEVER = Answering(answered=None, took_s=None, beats=0, good=0)


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One sensor now."""

    watched: Watched
    reading: Reading | None
    mood: Mood
    value: Text
    """`27.3 °C`, or the name of the state; empty where there is none."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device now."""

    unit: Unit
    mood: Mood
    answering: Answering
    seen: int
    sensors: Sequence[SensorRow]
    alarms: int

    @property
    def device(self) -> Device:
        """Which it is."""
        return self.unit.device

    @property
    def share(self) -> str:
        """How many of its beats it answered since the start: `99.8 %`; empty before the first."""
        return f"{100 * self.answering.good / self.answering.beats:.1f} %" if self.answering.beats else ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A gateway, a line or an agent, with what hangs on it."""

    bus: str
    address: str
    devices: Sequence[DeviceRow]


def tree(building: Building, present: Present) -> list[Branch]:
    """Return every device on its bus, in the order of the configuration; what roommon itself makes comes last."""
    branches: dict[tuple[str, str], list[DeviceRow]] = {}
    for id_, unit in building.units.items():
        branches.setdefault((unit.bus, unit.address), []).append(device_row(id_, building, present))
    found = [Branch(bus, address, devices) for (bus, address), devices in branches.items()]
    return sorted(found, key=lambda branch: not branch.bus)


def device_row(id_: DeviceId, building: Building, present: Present) -> DeviceRow:
    """Return one device."""
    unit = building.units[id_]
    rows = [sensor_row(building.watched[sensor.id], present) for sensor in unit.device.sensors]
    alarms = [each.event for each in present.standing if each.event.device == id_ and _counts(each.event)]
    seen = sum(present.is_seen(row.watched) for row in rows)
    return DeviceRow(
        unit,
        mood.of(alarms, seen=seen, watched=len(rows)),
        present.answering.get(id_, _NEVER),
        seen,
        rows,
        len(alarms),
    )


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point of a device at its last beat."""

    heard: Heard
    watched: Watched | None
    """Its sensor; None of a point that is read for others alone."""
    value: Text
    """What was made of it at that beat."""


def of_wire(id_: DeviceId, wire: Wire, building: Building) -> list[PointRow]:
    """Return what the last beat of a device brought, as rows."""
    watched = ((heard, building.watched.get(SensorId(f"{id_}.{heard.key}"))) for heard in wire.points)
    return [
        PointRow(heard, each, Text.same("") if each is None else value_of(heard.reading, each))
        for heard, each in watched
    ]


def of_protection(protection: Protection, building: Building, present: Present) -> list[SensorRow]:
    """Return the sensors of one protection, the worst first."""
    rows = [sensor_row(each, present) for each in building.watched.values() if each.protection is protection]
    return sorted(rows, key=lambda row: list(Mood).index(row.mood))


def sensor_row(watched: Watched, present: Present) -> SensorRow:
    """Return one sensor."""
    reading = present.reading(watched)
    alarms = [each.event for each in present.standing if each.event.sensor == watched.sensor.id and _counts(each.event)]
    state = mood.of(alarms, seen=int(present.is_seen(watched)), watched=1)
    return SensorRow(watched, reading, state, value_of(reading, watched))


def value_of(reading: Reading | None, watched: Watched) -> Text:
    """Return what a sensor says, as a person reads it."""
    return Text.same("") if reading is None or reading.value is None else value_of_number(reading.value, watched)


def value_of_number(value: float, watched: Watched) -> Text:
    """Return `value` as a person reads it: with its unit, or as the name of a state."""
    sensor = watched.sensor
    if sensor.quantity in (Quantity.CONTACT, Quantity.STATE) and value == int(value):
        return sensor.states.get(int(value)) or _CONTACT.get(int(value), Text.same(str(int(value))))
    return Text.same(shown(value, sensor.quantity))


def _counts(event: AlarmEvent) -> bool:
    return is_true(event) and event.suppression is None


_CONTACT = {0: Text("normal", "正常"), 1: Text("abnormal", "异常")}


def is_doubtful(reading: Reading | None) -> bool:
    """Return whether what was said is to be taken with care."""
    return reading is not None and reading.quality is Quality.UNCERTAIN


def newest(rows: Iterable[SensorRow]) -> Instant | None:
    """Return when the last of them was asked."""
    return max((row.reading.taken_at for row in rows if row.reading is not None), default=None)
