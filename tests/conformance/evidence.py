"""Evidence served by the simulator and read through the whole driver, as a device of a configuration."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.config.site import Site
from roommon.daemon.build import bus_of, reader_of
from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from simulators import single
from simulators.modbus.imagefile import load as load_image
from simulators.roomfile import ModbusEntry, SnmpEntry
from simulators.running import Running
from simulators.snmp.facts import load as load_facts
from tests.conformance.expectation import BAD, NORMAL, Expectation, Value, Values

BEATS, MOST_BEATS = 2, 6
"""Rows of tables are looked for between the beats, and who the device is; that may take some."""
COMMUNITY = "conformance"
DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Read:
    """What one device gave: readings by sensor, why a point gave none, and who it says it is."""

    readings: Mapping[str, Reading]
    details: Mapping[str, str]
    identity: Mapping[str, str]


async def read(expected: Expectation, case: str, folder: Path) -> Read:
    """What the profile of `expected` makes of its evidence in `case`."""
    async with served(expected, case) as (endpoint, _):
        return await polled(expected, endpoint, folder)


def differences(expected: Values, found: Read) -> list[str]:
    """What was read and not expected, expected and not read, or read otherwise; a sentence of each."""
    told = {key: _said(reading) for key, reading in found.readings.items()}
    missing = [f"{key}: {expected[key]} expected, and no such sensor" for key in expected.keys() - told.keys()]
    strange = [f"{key}: {told[key]} read, and nothing expected" for key in told.keys() - expected.keys()]
    wrong = [
        f"{key}: {expected[key]} expected, {told[key]} read{_why(found.details, key)}"
        for key in expected.keys() & told.keys()
        if not _same(expected[key], told[key])
    ]
    return sorted([*missing, *strange, *wrong])


def images_cases(expected: Expectation) -> set[str]:
    """The cases that the evidence of `expected` has besides the normal one."""
    path = expected.evidence()
    return set(load_image(path).cases) - {NORMAL} if path.parent.name == "images" else set()


def objects(expected: Expectation) -> set[str]:
    """The OIDs that the facts of `expected` hold."""
    return set(load_facts(expected.evidence()).values)


@asynccontextmanager
async def served(expected: Expectation, case: str = NORMAL) -> AsyncIterator[tuple[str, Running]]:
    """How a device of a configuration reaches the evidence of `expected`, and what serves it."""
    path = expected.evidence()
    if path.parent.name == "facts":
        async with single.agent(path, SnmpEntry(community=COMMUNITY)) as running:
            at = f"host: 127.0.0.1, port: {running.port(single.SERVER)}"
            yield f"snmp: {{ {at}, version: 2c, community: {COMMUNITY} }}", running
    else:
        unit = single.unit_of(path, case=case)
        async with single.units([unit], ModbusEntry()) as running:
            at = f"host: 127.0.0.1, port: {running.port(single.SERVER)}"
            yield f"unit: {unit.id}, modbus_tcp: {{ {at} }}", running


def _site(expected: Expectation, endpoint: str, folder: Path) -> Site:
    """A site with one device: rows as listed, without the points that it has not."""
    rows, absent = json.dumps(expected.rows), json.dumps(expected.absent)
    path = folder / "roommon.yaml"
    path.write_text(
        f"""
site: conformance
room: room
devices: [{{ id: {DEVICE}, profile: {expected.profile}, {endpoint}, rows: {rows}, drop: {absent} }}]
alerts: [{{ mqtt: {{ host: 127.0.0.1 }} }}]
rules: [{{ id: silence, bad_quality: {{ priority: low }}, sensors: {{ device: {DEVICE} }} }}]
""",
        "utf-8",
    )
    checked = examine(path, {})
    assert checked.site is not None, [str(fault) for fault in checked.faults]
    return checked.site


async def polled(expected: Expectation, endpoint: str, folder: Path) -> Read:
    """What the profile of `expected` reads at `endpoint`, through the whole driver."""
    site = _site(expected, endpoint, folder)
    [device], [bus_config] = site.devices, site.buses
    clock = SystemClock()
    bus = bus_of(bus_config, clock)
    reader = reader_of(device, bus_config, bus, clock)
    raws: Sequence[Raw | Fault] = ()
    try:
        for beat in range(MOST_BEATS):
            if beat >= BEATS and reader.about is not None:
                break
            raws = await reader.read()
            await reader.learn()
    finally:
        await bus.aclose()
    about = reader.about
    readings = Decoder(device.device.id, device.points).readings(raws, Instant(0))
    return Read(
        {reading.sensor.removeprefix(f"{DEVICE}."): reading for reading in readings},
        {point.key: raw.detail.en for point, raw in zip(device.points, raws, strict=True) if isinstance(raw, Fault)},
        {**device.said, **(about.identity if about else {})},
    )


def _said(reading: Reading) -> Value:
    """A reading as an expectation would write it."""
    if reading.value is None:
        return f"{BAD}{reading.reason}"
    return reading.value if reading.quality is Quality.GOOD else f"{reading.value} ({reading.quality})"


def _same(expected: Value, told: Value) -> bool:
    if isinstance(expected, str) or isinstance(told, str):
        return expected == told
    return told == pytest.approx(expected, rel=1e-6, abs=1e-9)


def _why(details: Mapping[str, str], key: str) -> str:
    return f" ({details[key]})" if key in details else ""
