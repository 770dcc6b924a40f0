"""Single devices from files: one agent with the facts of a recording, or units with the registers of a document."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.devices import Entry
from simulators.modbus import imagefile
from simulators.modbus.connection import Framing
from simulators.modbus.device import Device
from simulators.modbus.image import Image
from simulators.modbus.serial import SerialServer
from simulators.modbus.tcp import TcpServer
from simulators.room import Plan, Room
from simulators.roomfile import ModbusEntry, SnmpEntry
from simulators.running import Running
from simulators.serving import add, opened
from simulators.snmp import facts
from simulators.snmp.agent import Access, Agent
from simulators.snmp.udp import SnmpServer
from simulators.still import Still

SERVER = "server"
"""The id of the one server."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One image as one unit."""

    name: str
    id: int
    image: Image


def unit_of(path: Path, unit: int | None = None, case: str = imagefile.NORMAL) -> Unit:
    """Return the image at `path` as the unit that it names itself, or as `unit`; raise ValueError."""
    file = imagefile.load(path)
    return Unit(path.stem, file.unit if unit is None else unit, file.image(case))


@asynccontextmanager
async def agent(path: Path, at: SnmpEntry) -> AsyncIterator[Running]:
    """Serve the facts at `path` over SNMP; raise ValueError if they cannot be read."""
    objects = facts.load(path).objects()
    clock = asyncio.get_running_loop().time
    made = Agent(path.stem, Access(at.community, at.users), Still(), lambda: objects, clock, at.largest)
    running = Running(Room(Plan()))
    add(running, SERVER, (SnmpServer(at.host, at.port, made), {made.name: made}), ())
    async with opened(running.servers.values()):
        yield running


@asynccontextmanager
async def units(every: Sequence[Unit], at: ModbusEntry) -> AsyncIterator[Running]:
    """Serve images as units behind one port or line; raise ValueError if two have the same unit id."""
    names = Counter(each.name for each in every)
    devices = {each.id: _device(each, alone=names[each.name] == 1) for each in every}
    if len(devices) < len(every):
        raise ValueError("two images with the same unit id; give each its own: --also IMAGE=UNIT")
    if at.framing is Framing.SERIAL:
        server: SerialServer | TcpServer = SerialServer(devices, at.link, at.baud, at.settings)
    else:
        server = TcpServer(at.host, at.port, at.framing, devices, baud=at.baud)
    running = Running(Room(Plan()))
    entries = [Entry(device.name, "image", unit) for unit, device in devices.items()]
    add(running, SERVER, (server, {device.name: device for device in devices.values()}), entries)
    async with opened(running.servers.values()):
        yield running


def _device(unit: Unit, *, alone: bool) -> Device:
    """A device named after its file, and after its unit id too where the file stands for several."""
    return Device(unit.name if alone else f"{unit.name}-{unit.id}", Still(), lambda: unit.image)
