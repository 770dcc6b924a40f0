"""`roommon probe --units` knows every documented Modbus device, and what it writes of it reads well."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from roommon.commissioning.drafting import bus_entry, unit_entry
from roommon.commissioning.drops import lacking
from roommon.commissioning.line import Line, Manners
from roommon.commissioning.ranking import rivals
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.units import Answering, answering, present
from roommon.commissioning.writing import Draft, document
from roommon.config import kinds
from roommon.config.kinds import Family
from roommon.config.load import examine
from roommon.config.site import Bus as Endpoint
from roommon.daemon.build import bus_of, reader_of
from roommon.poll.clock import SystemClock
from roommon.poll.modbus.endpoint import TcpConfig
from roommon.profiles.profile import BusId
from simulators import single
from simulators.roomfile import ModbusEntry
from tests.conformance.expectation import SIMULATORS, all_expected, load

pytestmark = pytest.mark.integration

IMAGES = [name for name in all_expected() if (SIMULATORS / "images" / f"{name}.yaml").is_file()]
ALIKE = {
    "rle-seahawk-10k": "the LD series of the same maker has the same registers",
    "rle-ld-series": "the SeaHawk of the same maker has the same registers",
}
"""Devices that nothing in their registers tells from another, and why: both must be said."""


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(Path("/nonexistent"))


@asynccontextmanager
async def served(name: str) -> AsyncIterator[tuple[Endpoint, int]]:
    """The image `name` as a unit behind a gateway."""
    unit = single.unit_of(load(name).evidence())
    kind = kinds.find(Family.DRIVER, "modbus_tcp")
    assert kind is not None
    async with single.units([unit], ModbusEntry()) as running:
        config = TcpConfig(host="127.0.0.1", port=running.port(single.SERVER))
        yield Endpoint(BusId("gateway-1"), "modbus_tcp", kind.module, config), unit.id


async def looked(endpoint: Endpoint, number: int, shelf: Shelf) -> Answering:
    line = Line(endpoint, SystemClock(), Manners(pause_s=0))
    try:
        [unit] = [unit async for unit, how in present(line, [number]) if how is not None]
        return await answering(unit, shelf, None)
    finally:
        await line.aclose()


@pytest.mark.parametrize("name", IMAGES)
async def test_a_unit_is_known_and_what_is_written_about_it_reads_well(name: str, shelf: Shelf, tmp_path: Path) -> None:
    async with served(name) as (endpoint, number):
        found = await looked(endpoint, number, shelf)
        names = [one.name for one in found.ranking]
        alike = [one.name for one in rivals(found.ranking)]
        best = next(one for one in found.ranking if one.name == load(name).profile)
        if name in ALIKE:
            assert best.name in (names[0], *alike)
            assert alike
        else:
            assert (names[0], alike) == (best.name, []), json.dumps([one.why.en for one in found.ranking])
        assert isinstance(endpoint.endpoint, TcpConfig)
        entry = unit_entry("device", "gateway-1", number, best.profile, lacking(best.every))
        path = tmp_path / "roommon.yaml"
        path.write_text(document(Draft([entry], [bus_entry("gateway-1", endpoint.endpoint)]), whole=True), "utf-8")
        checked = examine(path, {})
        assert checked.site is not None, [str(fault) for fault in checked.faults]
        [device], [bus_config] = checked.site.devices, checked.site.buses
        bus = bus_of(bus_config, SystemClock())
        try:
            again = seen(device, await reader_of(device, bus_config, bus, SystemClock()).read())
        finally:
            await bus.aclose()
        assert {one.point.key: one.value for one in again if one.sensor is not None} == {
            one.point.key: one.value for one in best.every if one.sensor is not None
        }
