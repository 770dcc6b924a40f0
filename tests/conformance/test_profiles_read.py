"""The profiles of the families that stand in the simulated room read them; each was written from the vendor's document.

A profile and a register image are two readings of one document: what the room holds must come out of the real driver.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import simulators
from roommon.config.load import examine
from roommon.config.site import Polled, Site
from roommon.daemon.build import bus_of, reader_of
from roommon.model.clock import Instant
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, Reason
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault
from roommon.profiles.profile import shipped
from simulators.devices import families, family
from simulators.quantities import Value
from simulators.roomfile import parse
from simulators.running import Running
from tests.conformance.truth import COARSE, INPUTS, PLACES, TRUTH

pytestmark = pytest.mark.integration

ROOM = """
room: {{ air_c: 23.4, humidity: 41, outdoor_c: 31 }}
air_conditioners: {{ ac-1: {{ capacity_kw: 9 }} }}
racks: {{ rack-a: {{ load_kw: 6, cooled_by: ac-1, fed_by: [ups-1] }} }}
upses: {{ ups-1: {{ rated_kva: 10, battery_kwh: 4 }} }}
servers:
  - id: server
    {protocol}
    devices: [{{ id: device, family: {family}, place: "{place}", inputs: [{inputs}] }}]
"""
SITE = """
site: conformance
room: room
devices: [{{ id: device, profile: {profile}, {endpoint} }}]
alerts: [{{ mqtt: {{ host: 127.0.0.1 }} }}]
rules: [{{ id: silence, bad_quality: {{ priority: low }}, sensors: {{ device: device }} }}]
"""

STATES: Mapping[str, tuple[Mapping[str, Value], float]] = {
    "at ease": ({}, 90),
    "on battery, hot, wet": ({"mains": False, "leak": 12.3, "smoke": True, "surge": 40, "ac-1.running": False}, 100),
    "battery low": ({"mains": False, "ups-1.charge": 0.03}, 10),
    "battery empty": ({"mains": False, "ups-1.charge": 0}, 10),
    "charging": ({"ups-1.charge": 0.5}, 10),
    "cold": ({"rack-a.inlet": -12.3, "rack-a.humidity": 97.5, "air": -5.2}, 0),
    "dirty rope, open door": ({"rope.dirt_ua": 60, "door": True, "protector.wear": 1.5}, 1),
    "low voltage": ({"mains.voltage": 187.4}, 10),
}
"""What happens in the room, and how many seconds pass before it is read."""


@asynccontextmanager
async def room_with(profile: str, tmp_path: Path) -> AsyncIterator[tuple[Running, Site]]:
    """A room whose time stands still, with one device of the family `profile`; and the site that watches it."""
    speaks_snmp = hasattr(family(profile), "objects")
    protocol = "snmp: { community: conformance }" if speaks_snmp else "modbus: {}"
    room = ROOM.format(
        protocol=protocol,
        family=profile,
        place=PLACES.get(profile, ""),
        inputs=", ".join(INPUTS) if "io8" in profile else "",
    )
    async with simulators.serve(parse(room, profile), base_port=0, speed=0) as running:
        port = running.port("server")
        endpoint = (
            f"snmp: {{ host: 127.0.0.1, port: {port}, version: 2c, community: conformance }}"
            if speaks_snmp
            else f"unit: 1, modbus_tcp: {{ host: 127.0.0.1, port: {port} }}"
        )
        path = tmp_path / "roommon.yaml"
        path.write_text(SITE.format(profile=profile, endpoint=endpoint), "utf-8")
        checked = examine(path, {})
        assert checked.site is not None, checked.faults
        assert checked.warnings == ()
        yield running, checked.site


async def read(site: Site) -> tuple[list[Fault], dict[str, Reading]]:
    """What the site's one device answers through its real driver: the sensors that gave no value, and all readings."""
    [polled], [endpoint] = site.devices, site.buses
    clock = SystemClock()
    bus = bus_of(endpoint, clock)
    try:
        raws = await reader_of(polled, endpoint, bus, clock).read()
    finally:
        await bus.aclose()
    readings = Decoder(polled.device.id, polled.points).readings(raws, Instant(0))
    answers = zip(polled.points, raws, strict=True)
    silent = [raw for point, raw in answers if point.is_sensor and isinstance(raw, Fault)]
    return silent, {key_of(polled, each): each for each in readings}


def key_of(polled: Polled, reading: Reading) -> str:
    return reading.sensor.removeprefix(f"{polled.device.id}.")


def quantities(site: Site) -> dict[str, Quantity]:
    return {sensor.key: sensor.quantity for sensor in site.devices[0].device.sensors}


def test_every_device_of_the_room_has_a_profile() -> None:
    assert set(families()) == set(TRUTH)
    assert set(families()) <= set(shipped())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("profile", families())
async def test_a_profile_reads_what_the_room_holds(profile: str, state: str, tmp_path: Path) -> None:
    async with room_with(profile, tmp_path) as (running, site):
        happens, seconds = STATES[state]
        for quantity, value in happens.items():
            running.set(quantity, value)
        await running.advance_to(seconds)
        silent, readings = await read(site)
        truth = TRUTH[profile](running.room)
        assert silent == []
        assert {key: reading.reason for key, reading in readings.items() if reading.reason} == {}
        assert readings.keys() == truth.keys()
        far = {
            key: (readings[key].value, float(true))
            for key, true in truth.items()
            if readings[key].value != pytest.approx(float(true), rel=1e-6, abs=COARSE.get(quantities(site)[key], 0))
        }
        assert far == {}, "read and true"


async def test_a_torn_probe_gives_no_value(tmp_path: Path) -> None:
    async with room_with("renke-rs-ws-n01", tmp_path) as (running, site):
        running.set("rack-a.probe_broken", True)
        _, readings = await read(site)
        assert {key: (each.value, each.reason) for key, each in readings.items()} == {
            "temperature": (None, Reason.OUT_OF_RANGE),
            "humidity": (None, Reason.OUT_OF_RANGE),
        }


async def test_a_broken_rope_is_told_and_is_no_leak(tmp_path: Path) -> None:
    async with room_with("rle-seahawk-10k", tmp_path) as (running, site):
        running.set("rope.broken", True)
        _, readings = await read(site)
        told = {key: readings[key].value for key in ("leak", "cable_break", "contamination", "summary_alarm")}
        assert told == {"leak": 0, "cable_break": 1, "contamination": 0, "summary_alarm": 1}
