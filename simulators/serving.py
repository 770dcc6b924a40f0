"""Rooms and servers made of what a room file says, opened, and closed at the end."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from simulators.devices import Entry, family
from simulators.modbus.connection import Framing
from simulators.modbus.device import Device
from simulators.modbus.image import Image
from simulators.modbus.serial import SerialServer
from simulators.modbus.tcp import TcpServer, Tls
from simulators.room import Room
from simulators.roomfile import ModbusEntry, RoomFile, ServerEntry, SnmpEntry
from simulators.running import Running, Server
from simulators.snmp.agent import Access, Agent
from simulators.snmp.objects import Objects
from simulators.snmp.udp import SnmpServer

TICK_S = 0.1


@asynccontextmanager
async def serve(file: RoomFile, *, base_port: int | None = None, speed: float = 1.0) -> AsyncIterator[Running]:
    """Run the room of `file`; `base_port` counts the servers' ports from there, 0 takes free ones."""
    running = Running(Room(file.plan), speed)
    for place, entry in enumerate(file.servers):
        port = None if base_port is None else base_port + place if base_port else 0
        add(running, entry.id, server_of(entry, running.room, port), entry.devices)
    async with opened(running.servers.values()), clockwork(running):
        yield running


def add(
    running: Running, name: str, made: tuple[Server, Mapping[str, Device | Agent]], entries: Iterable[Entry]
) -> None:
    """Put a server and its devices into what runs."""
    server, devices = made
    running.servers[name] = server
    running.devices |= devices
    running.home |= dict.fromkeys(devices, name)
    if not isinstance(server, SnmpServer):
        running.unit |= {entry.id: entry.unit for entry in entries}


@asynccontextmanager
async def opened(servers: Iterable[Server]) -> AsyncIterator[None]:
    """Open all of `servers`, and close them at the end."""
    async with AsyncExitStack() as stack:
        for server in servers:
            await server.open()
            stack.push_async_callback(server.close)
        yield


@asynccontextmanager
async def clockwork(running: Running) -> AsyncIterator[None]:
    """Let the room's time run with ours, `speed` times as fast."""
    ticking = asyncio.create_task(_tick(running), name="clockwork")
    try:
        yield
    finally:
        ticking.cancel()
        await asyncio.wait([ticking])
        if not ticking.cancelled():
            ticking.result()


async def _tick(running: Running) -> None:
    loop = asyncio.get_running_loop()
    started, began = loop.time(), running.room.elapsed_s
    while True:
        await asyncio.sleep(TICK_S)
        try:
            await running.advance_to(began + (loop.time() - started) * running.speed)
        except ValueError as error:  # one step of a scenario that cannot be: the room goes on
            print(f"scenario: {error}", file=sys.stderr)


def server_of(entry: ServerEntry, room: Room, port: int | None) -> tuple[Server, Mapping[str, Device | Agent]]:
    """Make the server that `entry` describes, not yet open, and its devices by id."""
    if entry.snmp:
        return _snmp_server(entry.devices[0], entry.snmp, room, port)
    assert entry.modbus  # noqa: S101 - the room file has either
    return _modbus_server(entry.devices, entry.modbus, room, port)


def _modbus_server(
    entries: Iterable[Entry], at: ModbusEntry, room: Room, port: int | None
) -> tuple[Server, Mapping[str, Device]]:
    units = {each.unit: Device(each.id, room, _image(each, room)) for each in entries}
    by_id = {device.name: device for device in units.values()}
    if at.framing is Framing.SERIAL:
        return SerialServer(units, at.link, at.baud, at.settings), by_id
    tls = Tls(at.tls.certificate, at.tls.key, at.tls.ca_file) if at.tls else None
    return TcpServer(at.host, at.port if port is None else port, at.framing, units, tls, at.baud), by_id


def _snmp_server(entry: Entry, at: SnmpEntry, room: Room, port: int | None) -> tuple[Server, Mapping[str, Agent]]:
    show: Callable[[Room, Entry], Objects] = family(entry.family).objects
    clock = asyncio.get_running_loop().time
    access = Access(at.community, at.users)
    made = Agent(entry.id, access, room, lambda: show(room, entry), clock, at.largest)
    return SnmpServer(at.host, at.port if port is None else port, made), {entry.id: made}


def _image(entry: Entry, room: Room) -> Callable[[], Image]:
    show: Callable[[Room, Entry], Image] = family(entry.family).image
    return lambda: show(room, entry)
