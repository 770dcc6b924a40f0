"""A room that runs: its devices behind their servers, its time, and what may be done to it from outside."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic_ns
from typing import Protocol, cast

from simulators import faults, quantities
from simulators.devices import Entry, family
from simulators.faults import Fault
from simulators.modbus import connection
from simulators.modbus.connection import Framing
from simulators.modbus.device import Device
from simulators.modbus.image import Image
from simulators.modbus.serial import SerialServer
from simulators.modbus.tcp import TcpServer, Tls
from simulators.quantities import Value
from simulators.room import Room
from simulators.roomfile import ModbusEntry, RoomFile, ServerEntry, SnmpEntry
from simulators.scenario import Scenario, Step
from simulators.scenario import load as load_scenario
from simulators.snmp import agent, objects
from simulators.snmp.agent import Access, Agent, SnmpServer
from simulators.snmp.objects import Objects

TICK_S = 0.1


class Server(Protocol):
    """What holds a socket or a pty."""

    @property
    def fault(self) -> Fault: ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def suffer(self, fault: Fault) -> None: ...


Show = Callable[[Room, Entry], object]
"""What the module of a device family offers: an image or objects."""


@dataclass(slots=True)
class Running:
    """What runs, by id. Changes go through here: from the control socket, a scenario, or a test."""

    room: Room
    speed: float = 1.0
    servers: dict[str, Server] = field(default_factory=dict)
    devices: dict[str, Device | Agent] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)
    """Which server a device is behind."""
    unit: dict[str, int] = field(default_factory=dict)
    playing: list[tuple[float, Scenario]] = field(default_factory=list)
    """Scenarios and the room's time at which each began."""

    def port(self, server: str) -> int:
        """The TCP or UDP port of a server."""
        found = self.servers[server]
        assert isinstance(found, TcpServer | SnmpServer), f"{server} has no port"  # noqa: S101 - a test's mistake
        return found.port

    def path(self, server: str) -> Path:
        """The pty of a serial server."""
        found = self.servers[server]
        assert isinstance(found, SerialServer), f"{server} is no serial line"  # noqa: S101 - a test's mistake
        return found.path

    async def fault(self, name: str, kind: str, *args: str) -> None:
        """Give the device or server `name` a fault; `ok` takes it away. Raise ValueError."""
        fault = faults.parse(kind, args)
        if name in self.servers:
            await self._fault_server(name, fault)
        elif name not in self.devices:
            raise ValueError(f"no device {name!r}; there are {', '.join([*self.servers, *self.devices])}")
        elif fault.kind in faults.OF_SERVERS or self._stands_alone(name):
            await self._fault_alone(name, fault)
        else:
            self.devices[name].fault = self._checked(self.home[name], fault)

    def set(self, quantity: str, value: Value) -> None:
        """Change a quantity of the room; None lets go of a pinned one. Raise ValueError."""
        quantities.set_quantity(self.room, quantity, value)

    def poke(self, name: str, address: str, value: int | str | None) -> int:
        """Hold a register or an OID at a raw value (None lets it go); return when it stood, CLOCK_MONOTONIC in ns."""
        device = self.devices.get(name)
        if device is None:
            raise ValueError(f"no device {name!r}; there are {', '.join(self.devices)}")
        if isinstance(device, Agent):
            device.poke(address, _encoded(value))
        elif isinstance(value, str):
            raise TypeError(f"{value!r} is no raw register")
        else:
            device.poke(address, value)
        return monotonic_ns()

    def scenario(self, name: str) -> Scenario:
        """Start a scenario now; raise ValueError."""
        found = load_scenario(name)
        self.playing.append((self.room.elapsed_s, found))
        return found

    def state(self) -> dict[str, object]:
        """All that can be known: quantities, faults, how often each device was asked."""
        return {
            "time_s": self.room.elapsed_s,
            "quantities": quantities.read_quantities(self.room),
            "faults": self._faults(),
            "requests": {name: device.requests for name, device in self.devices.items()},
            "writes": sum(device.writes for device in self.devices.values()),
        }

    def description(self) -> dict[str, object]:
        """Where everything listens: the ready line."""
        return {
            "ready": True,
            "servers": {name: describe(server) for name, server in self.servers.items()},
            "devices": {
                name: {"server": self.home[name]} | ({"unit": self.unit[name]} if name in self.unit else {})
                for name in self.devices
            },
        }

    async def advance_to(self, elapsed_s: float) -> None:
        """Let the room's time come to `elapsed_s`, with what the scenarios have due until then."""
        while due := self._next_due(elapsed_s):
            at, began, played = due
            self.room.advance_to(at)
            self.playing.remove((began, played))
            passed, rest = _split(played, at - began)
            if rest.steps:
                self.playing.append((began, rest))
            for step in passed:
                await self._perform(step)
        self.room.advance_to(elapsed_s)

    def _next_due(self, until: float) -> tuple[float, float, Scenario] | None:
        coming = [(began + played.steps[0].at, began, played) for began, played in self.playing if played.steps]
        first = min(coming, key=lambda each: each[0], default=None)
        return first if first and first[0] <= until else None

    async def _perform(self, step: Step) -> None:
        for quantity, value in step.set.items():
            self.set(quantity, cast("Value", value))
        for name, kind, args in step.faults():
            await self.fault(name, kind, *args)

    def _checked(self, server: str, fault: Fault) -> Fault:
        found = self.servers[server]
        if isinstance(found, SnmpServer):
            return agent.checked(fault)
        way = found.framing if isinstance(found, TcpServer) else Framing.SERIAL
        return connection.checked(fault, way)

    def _stands_alone(self, name: str) -> bool:
        return list(self.home.values()).count(self.home[name]) == 1

    async def _fault_alone(self, name: str, fault: Fault) -> None:
        server = self.home[name]
        if not self._stands_alone(name):
            raise ValueError(f"{name} shares {server} with others: name {server}, or use mute")
        await self._fault_server(server, fault)

    async def _fault_server(self, name: str, fault: Fault) -> None:
        await self.servers[name].suffer(self._checked(name, fault))

    def _faults(self) -> dict[str, str]:
        every = [*self.servers.items(), *self.devices.items()]
        return {name: str(each.fault) for name, each in every if each.fault is not faults.OK}


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
        await running.advance_to(began + (loop.time() - started) * running.speed)


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
        return SerialServer(units, at.link), by_id
    tls = Tls(at.tls.certificate, at.tls.key, at.tls.ca_file) if at.tls else None
    return TcpServer(at.host, at.port if port is None else port, at.framing, units, tls), by_id


def _snmp_server(entry: Entry, at: SnmpEntry, room: Room, port: int | None) -> tuple[Server, Mapping[str, Agent]]:
    show: Callable[[Room, Entry], Objects] = family(entry.family).objects
    clock = asyncio.get_running_loop().time
    access = Access(at.community, at.users)
    made = Agent(entry.id, access, room, lambda: show(room, entry), clock, at.largest)
    return SnmpServer(at.host, at.port if port is None else port, made), {entry.id: made}


def _image(entry: Entry, room: Room) -> Callable[[], Image]:
    show: Callable[[Room, Entry], Image] = family(entry.family).image
    return lambda: show(room, entry)


def _split(played: Scenario, until: float) -> tuple[list[Step], Scenario]:
    passed = [step for step in played.steps if step.at <= until]
    return passed, Scenario(played.about, played.steps[len(passed) :])


def _encoded(value: int | str | None) -> bytes | None:
    if value is None:
        return None
    return objects.octets(value) if isinstance(value, str) else objects.integer(value)


def describe(server: Server) -> dict[str, object]:
    """Where a server is found."""
    if isinstance(server, SerialServer):
        return {"protocol": "modbus", "framing": "serial", "path": str(server.path)}
    if isinstance(server, SnmpServer):
        return {"protocol": "snmp", "host": server.host, "port": server.port}
    assert isinstance(server, TcpServer)  # noqa: S101 - there are three kinds
    return {"protocol": "modbus", "framing": str(server.framing), "host": server.host, "port": server.port}
