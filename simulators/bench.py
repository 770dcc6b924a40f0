"""Many small devices for measuring a poller: each holds registers or OIDs that do not change unless they are poked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from simulators.devices import Entry
from simulators.faults import Fault, Kind
from simulators.modbus.connection import Framing
from simulators.modbus.device import Device
from simulators.modbus.image import Image
from simulators.modbus.tcp import TcpServer
from simulators.room import Plan, Room
from simulators.running import Running
from simulators.serving import add, opened
from simulators.snmp.agent import Access, Agent
from simulators.snmp.objects import Objects, gauge32, octets
from simulators.snmp.udp import SnmpServer
from simulators.still import Still

ENTERPRISE = "1.3.6.1.4.1.61999.1"
COMMUNITY = "public"
MOST_UNITS = 247
ADDRESSES_PORT = 15_020


class Layout(StrEnum):
    """How the Modbus devices are told apart."""

    PORTS = "ports"
    """127.0.0.1, a port for each."""
    ADDRESSES = "addresses"
    """A loopback address of 127.0.0.0/8 for each, all on one port."""
    UNITS = "units"
    """Up to 247 units behind each port: a gateway."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many devices of which size."""

    modbus: int = 500
    registers: int = 10
    snmp: int = 0
    oids: int = 10
    silent: int = 0
    """How many of the Modbus devices never answer, spread evenly over all."""

    def __post_init__(self) -> None:
        if not 0 <= self.silent <= self.modbus:
            raise ValueError(f"{self.silent} silent devices of {self.modbus}")

    def is_silent(self, number: int) -> bool:
        """Whether the Modbus device `number` (from 0) is one of the silent ones."""
        return (number + 1) * self.silent // self.modbus > number * self.silent // self.modbus


@asynccontextmanager
async def serve(sizes: Sizes, layout: Layout = Layout.PORTS, base_port: int = 0) -> AsyncIterator[Running]:
    """Serve `sizes` devices; `base_port` 0 takes free ports."""
    running = _Bench(Room(Plan()))
    ports = iter(range(base_port, 65_536)) if base_port else None
    for number in range(sizes.snmp):
        _add_agent(running, number, sizes.oids)
    _add_modbus(running, sizes, layout)
    for server in running.servers.values():
        assert isinstance(server, TcpServer | SnmpServer)  # noqa: S101 - nothing else was added
        server.port = server.port or (next(ports) if ports else 0)
    async with opened(running.servers.values()):
        yield running


class _Bench(Running):
    """Its description says which devices are silent."""

    __slots__ = ()

    def description(self) -> dict[str, object]:
        said = Running.description(self)
        devices = said["devices"]
        assert isinstance(devices, dict)  # noqa: S101 - made one line above
        for name, device in self.devices.items():
            if device.fault.kind is Kind.MUTE:
                devices[name]["silent"] = True
        return said


def _add_modbus(running: Running, sizes: Sizes, layout: Layout) -> None:
    together = MOST_UNITS if layout is Layout.UNITS else 1
    numbers = range(sizes.modbus)
    for place, first in enumerate(numbers[::together]):
        units = {unit: _device(number, sizes) for unit, number in enumerate(numbers[first : first + together], 1)}
        entries = [Entry(device.name, "bench", unit) for unit, device in units.items()]
        host = f"127.1.{place // 250}.{place % 250 + 1}" if layout is Layout.ADDRESSES else "127.0.0.1"
        port = ADDRESSES_PORT if layout is Layout.ADDRESSES else 0
        name = f"gateway-{place + 1:03}" if together > 1 else f"{entries[0].id}-server"
        server = TcpServer(host, port, Framing.TCP, units)
        add(running, name, (server, {device.name: device for device in units.values()}), entries)


def _device(number: int, sizes: Sizes) -> Device:
    words = [(number * 7 + register) % 1000 for register in range(sizes.registers)]
    device = Device(f"m-{number + 1:03}", Still(), lambda: Image(holding={0: words}))
    if sizes.is_silent(number):
        device.fault = Fault(Kind.MUTE)
    return device


def _add_agent(running: Running, number: int, oids: int) -> None:
    name = f"s-{number + 1:03}"
    rows = {f"{ENTERPRISE}.{each}.0": gauge32(number * 7 + each) for each in range(1, oids + 1)}
    rows["1.3.6.1.2.1.1.1.0"] = octets("simulated agent")
    clock = asyncio.get_running_loop().time
    agent = Agent(name, Access(COMMUNITY), Still(), lambda: Objects(rows), clock)
    add(running, f"{name}-server", (SnmpServer("127.0.0.1", 0, agent), {name: agent}), ())
