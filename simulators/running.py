"""A room that runs: its devices behind their servers, its time, and what may be done to it from outside."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic_ns
from typing import Protocol, cast

from simulators import faults, quantities
from simulators.faults import Fault
from simulators.modbus import connection
from simulators.modbus.connection import Framing
from simulators.modbus.device import Device
from simulators.modbus.serial import SerialServer
from simulators.modbus.tcp import TcpServer
from simulators.quantities import Value
from simulators.room import Room
from simulators.scenario import Scenario, Step
from simulators.scenario import load as load_scenario
from simulators.snmp import objects, udp
from simulators.snmp.agent import Agent
from simulators.snmp.udp import SnmpServer


class Server(Protocol):
    """What holds a socket or a pty."""

    @property
    def fault(self) -> Fault:
        """What is wrong with it."""

    async def open(self) -> None:
        """Begin to listen."""

    async def close(self) -> None:
        """Stop, and leave nothing behind."""

    async def suffer(self, fault: Fault) -> None:
        """Take a fault, and with it lose the one of before."""


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
        self._require(name)
        fault = faults.parse(kind, args)
        if name in self.servers:
            await self._fault_server(name, fault)
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
        """Start a scenario now; raise ValueError, also for what this room has not."""
        found = load_scenario(name)
        for step in found.steps:
            self._check(step)
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

    def _check(self, step: Step) -> None:
        for quantity in step.set:
            quantities.setter_of(self.room, quantity)
        for name, kind, args in step.faults():
            self._require(name)
            faults.parse(kind, args)

    def _require(self, name: str) -> None:
        if name not in self.servers and name not in self.devices:
            raise ValueError(f"no device {name!r}; there are {', '.join([*self.servers, *self.devices])}")

    async def _perform(self, step: Step) -> None:
        for quantity, value in step.set.items():
            self.set(quantity, cast("Value", value))
        for name, kind, args in step.faults():
            await self.fault(name, kind, *args)

    def _checked(self, server: str, fault: Fault) -> Fault:
        found = self.servers[server]
        if isinstance(found, SnmpServer):
            return udp.checked(fault)
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
