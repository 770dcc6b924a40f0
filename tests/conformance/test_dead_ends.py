"""Where nobody answers: each driver, store and sink says in bounded time who, where and what."""

import asyncio
import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.alerts.sink import SinkUnavailable
from roommon.config.kinds import Family, addresses
from roommon.config.load import examine
from roommon.config.site import Bus, Named, Site
from roommon.daemon.build import bus_of
from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Reader, Target
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Oid, Point, Register, Table
from roommon.store.outcome import Unavailable
from tests.conformance import shipped
from tests.peers.process import free_address

pytestmark = pytest.mark.integration

NOWHERE = Path("/dev/no-such-line")


def sites() -> Iterator[Site]:
    for name in ("config/roommon.yaml", "config/examples/demo.yaml"):
        site = examine(shipped.ROOT / name, {}, tolerate_missing_secrets=True).site
        assert site is not None
        yield site


BUSES = [bus for site in sites() for bus in site.buses]
SERVERS = [named for site in sites() for named in (*site.stores, *site.alerts)]


def dead_end(config: object) -> tuple[object, str]:
    """`config` with an address where nobody is, and that address."""
    assert dataclasses.is_dataclass(config)
    assert not isinstance(config, type)
    settings = {each.name: getattr(config, each.name) for each in dataclasses.fields(config)}
    if isinstance(settings.get("port"), Path):
        return dataclasses.replace(config, port=NOWHERE), str(NOWHERE)
    udp = "community" in settings
    address = free_address(socket.SOCK_DGRAM if udp else socket.SOCK_STREAM)
    if "url" in settings:
        url = f"http://{address.host}:{address.port}"
        return dataclasses.replace(config, url=url), url
    plain = {"tls": None} if "tls" in settings else {}
    return dataclasses.replace(config, host=address.host, port=address.port, **plain), f"{address.host}:{address.port}"


def a_point(bus: Bus) -> Point:
    if addresses(bus.module) is Oid:
        return Point("p", Oid("1.3.6.1.2.1.1.3.0"), Encoding.NUMBER)
    return Point("p", Register(Table.HOLDING, 0), Encoding.UINT16)


def test_the_shipped_configurations_use_every_driver_store_and_sink() -> None:
    used = {bus.kind for bus in BUSES} | {named.kind for named in SERVERS}
    assert used == {kind.key for kind in shipped.of(Family.DRIVER, Family.STORE, Family.SINK)}


def kind_and_place(each: Bus | Named) -> str:
    return f"{each.kind}-{each.id if isinstance(each, Bus) else each.name}"


@pytest.mark.parametrize("bus", BUSES, ids=kind_and_place)
async def test_a_driver_at_a_dead_end_says_which_device_where_and_what(bus: Bus) -> None:
    endpoint, where = dead_end(bus.endpoint)
    clock = SystemClock()
    opened = bus_of(dataclasses.replace(bus, endpoint=endpoint), clock)
    target = Target(DeviceId("probe-1"), 1, [a_point(bus)], Limits(), Duration(10_000))
    reader: Reader = bus.module.reader(opened, endpoint, target, clock)
    try:
        async with asyncio.timeout(10):
            with pytest.raises(DeviceUnreachable) as caught:
                await reader.read()
    finally:
        await opened.aclose()
    message = str(caught.value)
    assert "probe-1" in message or bus.id in message
    assert where in message
    assert message.rpartition(where)[2].strip(": "), message


@pytest.mark.parametrize("named", SERVERS, ids=kind_and_place)
async def test_a_store_or_sink_at_a_dead_end_says_what(named: Named) -> None:
    config, where = dead_end(named.config)
    async with asyncio.timeout(15):
        with pytest.raises((SinkUnavailable, Unavailable)) as caught:
            await named.module.probe(config)
    assert "refused" in str(caught.value)
    assert str(config) == where
