"""A building and its present, made by hand: what pages, metrics and the API are given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from roommon.journal.depth import Depth, Owed
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Language, Text
from roommon.web.facts import Answering, Building, Present, Unit, Watched
from roommon.web.vitals import Lateness, Polls, Vitals
from tests.peers.room import START

ONE_OF_EACH = DeviceId("one-of-each")


def device_of_everything() -> Device:
    """One sensor of each quantity."""
    sensors = [Sensor(ONE_OF_EACH, each.value, each, Text(each.value, "值")) for each in Quantity]
    return Device(ONE_OF_EACH, Text("One of each", "各一"), "server-room", tuple(sensors))


def building(*devices: Device, language: Language = Language.ENGLISH) -> Building:
    watched = {
        sensor.id: Watched(device, sensor, None, Duration(1_000)) for device in devices for sensor in device.sensors
    }
    units = {device.id: Unit(device, "gateway-1", "192.0.2.7:502", 1, "xy-md02") for device in devices}
    return Building(
        site=SiteId("hospital-a"),
        room="server-room",
        language=language,
        units=units,
        watched=watched,
        setpoints={},
        causes={},
        journal=Path("journal.db"),
        version="1.2.3",
    )


def present(readings: Sequence[Reading], at: Instant = START) -> Present:
    return Present(
        at=at,
        newest={reading.sensor: reading for reading in readings},
        standing=[],
        states={},
        reached_at={},
        answering={ONE_OF_EACH: Answering(answered=True, took_s=0.02, beats=10, good=9)},
        identities={},
    )


class Shown:
    """A source that is always the same."""

    def __init__(self, building: Building, present: Present) -> None:
        self._building = building
        self._present = present

    def building(self) -> Building:
        return self._building

    async def present(self) -> Present:
        return self._present


def all_good(devices: Sequence[Device], value: float = 1.0, **values: float) -> list[Reading]:
    """Every sensor good, with `value` or what `values` says by its key."""
    return [
        good(SensorId(sensor.id), START, values.get(sensor.key, value))
        for device in devices
        for sensor in device.sensors
    ]


def vitals(owed: Mapping[str, Instant | None] | None = None, **changes: object) -> Vitals:
    """A quiet start; `owed` is whose oldest waits since when."""
    waiting = [Owed(name, 2, 3, oldest) for name, oldest in (owed or {}).items()]
    quiet = Vitals(
        beats=10,
        between=0,
        missed=1,
        restarts=0,
        lost_readings=0,
        lateness=Lateness((0.001, 0.01), (5, 3, 1), 0.5),
        polls={ONE_OF_EACH: Polls(10, 1, 1, answers=True, took_s=0.02)},
        queue=1,
        queue_room=256,
        depth=Depth(100, 7, 3, waiting),
        journal_bytes=8192,
    )
    return replace(quiet, **changes)  # type: ignore[arg-type]  # named as the fields are
