"""`roommon probe` knows every recorded or documented device, and what it writes of it is accepted and reads well."""

import asyncio
from pathlib import Path

import pytest

from roommon.commissioning.agent import Met, Place, identified
from roommon.commissioning.drafting import agent_entry, agent_id
from roommon.commissioning.drops import lacking, unfitted
from roommon.commissioning.known import Introduction
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.writing import Draft, document
from roommon.config import kinds
from roommon.config.kinds import Family
from roommon.config.load import examine
from roommon.config.site import Bus as Endpoint
from roommon.config.site import Site
from roommon.daemon.build import bus_of, reader_of
from roommon.poll.clock import SystemClock
from roommon.poll.snmp.endpoint import Config
from roommon.profiles.profile import BusId
from simulators import single
from simulators.roomfile import SnmpEntry
from tests.conformance.expectation import SIMULATORS, Expectation, all_expected, load

pytestmark = pytest.mark.integration

FACTS = [name for name in all_expected() if (SIMULATORS / "facts" / f"{name}.yaml").is_file()]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf(Path("/nonexistent"))


def endpoint(port: int) -> Endpoint:
    kind = kinds.find(Family.DRIVER, "snmp")
    assert kind is not None
    return Endpoint(BusId("agent"), "snmp", kind.module, Config(host="127.0.0.1", port=port, community="public"))


async def met_at(port: int, shelf: Shelf) -> tuple[Introduction, list[Met]]:
    place = endpoint(port)
    bus = place.module.bus("agent", place.endpoint, SystemClock())
    try:
        return await identified(Place(place, bus, SystemClock(), 1.0), shelf)
    finally:
        await bus.aclose()


async def test_a_row_whose_every_object_is_missing_is_named_and_not_written(shelf: Shelf) -> None:
    async with single.agent(load("entity-sensor-mib").evidence(), SnmpEntry(community="public")) as running:
        port = running.port(single.SERVER)
        said, [best, *_] = await met_at(port, shelf)
    entry = str(agent_entry(agent_id(said, best), _config(endpoint(port)), best, None))
    assert "bare" in [row.id for row in best.idle]
    assert "Bare" not in entry
    assert "bare.temperature" not in entry


@pytest.mark.parametrize("name", FACTS)
async def test_an_agent_is_known_and_what_is_written_about_it_reads_well(
    name: str, shelf: Shelf, tmp_path: Path
) -> None:
    expected = load(name)
    async with single.agent(expected.evidence(), SnmpEntry(community="public")) as running:
        place = endpoint(running.port(single.SERVER))
        began = asyncio.get_running_loop().time()
        said, found = await met_at(running.port(single.SERVER), shelf)
        took_s = asyncio.get_running_loop().time() - began
        assert [one.candidate.name for one in found][:1] == [expected.profile]
        assert took_s < 3
        assert rows_with_values(expected) <= {(row.found.table, row.found.index) for row in found[0].rows.every}
        site = written(agent_entry(agent_id(said, found[0]), _config(place), found[0], None), tmp_path)
        await reads_well(site, found[0])


def rows_with_values(expected: Expectation) -> set[tuple[str, str]]:
    """Table and index of the rows that a user would list by their index, and that say anything."""
    speaking = {key.partition(".")[0] for key, value in expected.values.items() if isinstance(value, int | float)}
    return {(str(row["table"]), str(row["index"])) for row in expected.rows if "index" in row and row["id"] in speaking}


def _config(place: Endpoint) -> Config:
    assert isinstance(place.endpoint, Config)
    return place.endpoint


def written(entry: dict[str, object], folder: Path) -> Site:
    """The site of a file with one device, which `roommon check` accepts."""
    path = folder / "roommon.yaml"
    path.write_text(document(Draft([entry]), whole=True), "utf-8")
    checked = examine(path, {})
    assert checked.site is not None, [str(fault) for fault in checked.faults]
    return checked.site


async def reads_well(site: Site, met: Met) -> None:
    """Poll the one device of `site`: every point that it has answers, as it did when it was met."""
    [device], [bus_config] = site.devices, site.buses
    clock = SystemClock()
    bus = bus_of(bus_config, clock)
    reader = reader_of(device, bus_config, bus, clock)
    try:
        for _ in range(3):
            raws = await reader.read()
            await reader.learn()
    finally:
        await bus.aclose()
    sensors = seen(device, raws)
    assert lacking(sensors) == unfitted(sensors) == ()
    idle = {row.id for row in met.idle}
    answering = {one.point.key for one in met.candidate.every if one.value is not None}
    expected = {key for key in answering if key.partition(".")[0] not in idle}
    assert {one.point.key for one in sensors if one.value is not None} == expected
