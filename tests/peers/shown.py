"""A small building as the status page shows it, and how it is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from roommon.journal.record import NumberedEvent
from roommon.journal.standing import StandingAlarm
from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Language, Text
from roommon.rules.state import Kept, StateId
from roommon.web.facts import Building, Present, Unit, Watched
from roommon.web.protection import Protection
from tests.peers.room import START
from tests.peers.story import Story

EVERY = Duration(10_000)
NOW = Instant(START + 3_600_000)


def sensor(device: str, key: str, quantity: Quantity) -> Sensor:
    return Sensor(DeviceId(device), key, quantity, Text(key, f"{key}值"))


RACK = Device(
    DeviceId("rack-a"), Text("Rack A", "A 列机柜"), "room", (sensor("rack-a", "inlet", Quantity.TEMPERATURE),)
)
ROPE = Device(DeviceId("rope"), Text("Rope", "感应线"), "room", (sensor("rope", "leak", Quantity.CONTACT),))
UPS = Device(
    DeviceId("ups-1"),
    Text("UPS 1", "1 号 UPS"),
    "room",
    (sensor("ups-1", "runtime_remaining", Quantity.DURATION), sensor("ups-1", "voltage", Quantity.VOLTAGE)),
)
PROTECTS = {"rack-a": Protection.TEMPERATURE, "rope": Protection.WATER, "ups-1": Protection.ELECTRICITY}
DEVICES = (RACK, ROPE, UPS)
BUILDING = Building(
    site=SiteId("hospital"),
    room="room",
    language=Language.ENGLISH,
    units={device.id: Unit(device, "gateway", "192.0.2.7:502", 1, None) for device in DEVICES},
    watched={
        each.id: Watched(device, each, PROTECTS[device.id], EVERY) for device in DEVICES for each in device.sensors
    },
    setpoints={},
    causes={},
    journal=Path("journal.db"),
    version="0",
)
VALUES = {"rack-a.inlet": 24.0, "rope.leak": 0.0, "ups-1.runtime_remaining": 1500.0, "ups-1.voltage": 230.0}


def readings(**changed: float | None) -> dict[SensorId, Reading]:
    """Good readings of all sensors, but what is `changed` (`rack_a__inlet`); None: it has said nothing."""
    values = VALUES | {name.replace("__", ".").replace("_a", "-a"): value for name, value in changed.items()}
    return {SensorId(id_): good(SensorId(id_), NOW, value) for id_, value in values.items() if value is not None}


def present(
    newest: Mapping[SensorId, Reading] | None = None,
    standing: Iterable[AlarmEvent] = (),
    states: Mapping[StateId, Kept] | None = None,
) -> Present:
    return Present(
        at=NOW,
        newest=readings() if newest is None else newest,
        standing=[
            StandingAlarm(NumberedEvent(number, event), event, None, None, None)
            for number, event in enumerate(standing, 1)
        ],
        states=states or {},
        reached_at={},
        answering={},
        identities={},
    )


def raised(alarm: str, **changed: object) -> AlarmEvent:
    """An alarm that stands since the start of the day."""
    story = Story()
    story.raised(START, alarm)
    return replace(story.events[-1].event, **changed)  # type: ignore[arg-type]  # fields by name
