"""What came over the wire, beside what was made of it: real Modbus TCP and SNMP, told apart as a person asks for it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.config.site import Site
from roommon.daemon.polling import Polling
from roommon.daemon.wire import wire_of
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reason
from roommon.poll.clock import SystemClock
from roommon.web.facts import Heard, Wire
from simulators import single
from simulators.roomfile import ModbusEntry
from simulators.running import Running
from tests.conformance.expectation import SIMULATORS
from tests.peers.snmpd import COMMUNITY, VALUES, Snmpd, snmpd

pytestmark = pytest.mark.integration

METER = "pzem-016"
BITS = "waveshare-modbus-io8"
SAID = {
    "1.0": ("gauge", "4294967295"),
    "2.0": ("string", "23.5"),
    "3.0": ("octet", "00 1B FF FE"),
    "4.0": ("objectid", ".1.3.6.1.4.1.318"),
    "5.0": ("string", "--"),
}


def site_of(folder: Path, *devices: dict[str, object], buses: Sequence[dict[str, object]] = ()) -> Site:
    path = folder / "roommon.yaml"
    journal = {"path": str(folder / "journal.db")}
    written = {"site": "lab", "room": "lab", "journal": journal, "buses": buses, "devices": devices}
    path.write_text(json.dumps(written), "utf-8")
    found = examine(path)
    assert found.site is not None, found.faults
    return found.site


Points = dict[str, Heard]


class Asked:
    """Devices under poll, and what their last beats brought."""

    def __init__(self, polling: Polling) -> None:
        self._polling = polling

    def wire(self, device: str) -> Wire | None:
        asked = self._polling.asked(DeviceId(device))
        return None if asked is None else wire_of(*asked)

    async def until(self, device: str, true: Callable[[Wire, Points], bool]) -> tuple[Wire, Points]:
        """Return the first beat of `device` of which it is true."""
        async with asyncio.timeout(20):
            while True:
                wire = self.wire(device)
                if wire is not None:
                    points = {heard.key: heard for heard in wire.points}
                    if true(wire, points):
                        return wire, points
                await asyncio.sleep(0.05)

    async def once(self, device: str, *, brings: bool) -> tuple[Wire, Points]:
        """Return the first beat that brings something, or nothing."""
        return await self.until(device, lambda wire, _: bool(wire.why) is not brings)


@asynccontextmanager
async def polled(site: Site) -> AsyncIterator[Asked]:
    async with Polling.of(lambda _readings: None, SystemClock()) as polling:
        asked = Asked(polling)
        assert all(asked.wire(each.device.id) is None for each in site.devices)
        await polling.take(site)
        yield asked


@pytest.fixture
async def meter(tmp_path: Path) -> AsyncIterator[tuple[Running, Asked]]:
    """A meter that stores its low words first, and a module of contacts, behind one gateway."""
    units = [single.unit_of(SIMULATORS / "images" / f"{name}.yaml", unit) for unit, name in enumerate((METER, BITS), 1)]
    async with single.units(units, ModbusEntry()) as running:
        at = {"host": "127.0.0.1", "port": running.port(single.SERVER), "timeout": "300 ms"}
        gateway: dict[str, object] = {"id": "gateway", "modbus_tcp": at}
        common = {"bus": "gateway", "every": "1 s"}
        meters = {"id": "meter", "unit": 1, "profile": METER, **common}
        contacts = {"id": "contacts", "unit": 2, "profile": BITS, **common}
        async with polled(site_of(tmp_path, meters, contacts, buses=[gateway])) as asked:
            yield running, asked


def of(heard: Heard) -> tuple[str, str, str, str, str, float | None]:
    value = None if heard.reading is None or heard.reading.value is None else round(heard.reading.value, 6)
    return heard.at, heard.kind.en, heard.words, heard.how.en, heard.raw, value


async def test_registers_stand_beside_their_values_in_the_order_in_which_they_came(
    meter: tuple[Running, Asked],
) -> None:
    running, asked = meter
    wire, points = await asked.once("meter", brings=True)
    assert wire.asked_at > 0
    assert of(points["voltage"]) == ("input 0", "1 register", "08FD", "uint16 × 0.1", "2301 (0x8FD)", 230.1)
    energy = ("input 5", "2 registers", "D687 0012", "uint32 CDAB × 0.001", "1234567 (0x12D687)", 1234.567)
    assert of(points["energy_import"]) == energy
    _, contacts = await asked.once("contacts", brings=True)
    bit = contacts["di1"]
    assert (bit.at, bit.kind.en, bit.kind.zh_cn, bit.how.en) == ("discrete 0", "1 bit", "1 位", "bool")
    for value in ("0", "1"):
        running.poke(BITS, "discrete:0", int(value))
        _, points = await asked.until("contacts", partial(_says, "di1", value))
        assert points["di1"].raw == value


def _says(key: str, words: str, _: Wire, points: Points) -> bool:
    return points[key].words == words


async def test_of_a_beat_that_failed_no_words_of_the_one_before_are_shown(meter: tuple[Running, Asked]) -> None:
    running, asked = meter
    before, _ = await asked.once("meter", brings=True)
    await running.fault(METER, "mute")
    failed, points = await asked.once("meter", brings=False)
    assert failed.asked_at > before.asked_at
    assert "no answer" in failed.why.en
    assert "无应答" in failed.why.zh_cn
    assert {(heard.words, heard.raw) for heard in points.values()} == {("", "")}
    readings = [heard.reading for heard in points.values() if heard.reading is not None]
    assert {(reading.quality, reading.reason) for reading in readings} == {(Quality.BAD, Reason.NO_COMMUNICATION)}
    assert {reading.taken_at for reading in readings} == {failed.asked_at}
    await running.fault(METER, "ok")
    _, points = await asked.once("meter", brings=True)
    assert points["voltage"].words == "08FD"


async def test_a_block_that_is_refused_has_no_words_and_says_why_while_the_others_have_theirs(
    meter: tuple[Running, Asked],
) -> None:
    running, asked = meter
    await asked.once("meter", brings=True)
    await running.fault(METER, "exception", "2", "input:7")
    _, points = await asked.until("meter", lambda _, points: bool(points["frequency"].why))
    frequency = points["frequency"]
    assert (frequency.words, frequency.raw) == ("", "")
    assert "exception 2 (illegal data address)" in frequency.why.en
    assert points["voltage"].words == "08FD"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Snmpd]:
    with snmpd(tmp_path, [], SAID) as running:
        yield running


async def test_objects_stand_beside_their_values_as_the_agent_gave_them(agent: Snmpd, tmp_path: Path) -> None:
    sensors = [
        {"id": "count", "quantity": "count", "read": f"{VALUES}.1.0"},
        {"id": "air", "quantity": "temperature", "read": f"{VALUES}.2.0"},
        {"id": "address", "quantity": "count", "read": f"{VALUES}.3.0"},
        {"id": "name", "quantity": "count", "read": f"{VALUES}.4.0"},
        {"id": "dashes", "quantity": "temperature", "read": f"{VALUES}.5.0"},
        {"id": "gone", "quantity": "temperature", "read": f"{VALUES}.6.0"},
    ]
    at = {"host": agent.address.host, "port": agent.address.port, "version": "2c", "community": COMMUNITY}
    site = site_of(tmp_path, {"id": "card", "snmp": at, "every": "1 s", "sensors": sensors})
    async with polled(site) as asked:
        _, points = await asked.once("card", brings=True)
        number = "whole number"
        assert of(points["count"]) == (f"{VALUES}.1.0", number, "4294967295", "number", "4294967295", 4294967295)
        assert of(points["air"])[1:] == ("OCTET STRING or Opaque", '"23.5" (32 33 2E 35)', "number", "23.5", 23.5)
        assert (points["address"].words, points["address"].raw) == ("00 1B FF FE", "")
        assert points["name"].kind.en == "OBJECT IDENTIFIER or IpAddress"
        assert points["name"].words == "1.3.6.1.4.1.318"
        assert points["dashes"].words == '"--" (2D 2D)'
        assert "the device has no value" in points["dashes"].why.en
        assert points["gone"].words == ""
        assert "no such object" in points["gone"].why.en
        agent.freeze()
        _, points = await asked.once("card", brings=False)
        assert {heard.words for heard in points.values()} == {""}
        agent.thaw()
