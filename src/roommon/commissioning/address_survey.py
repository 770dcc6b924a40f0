"""What answers at addresses that a person named: SNMP agents, and Modbus TCP servers by what they call themselves.

One port of each protocol, a few addresses at a time, one try and one retry. It only reads; of a Modbus server nothing
but its identification (43/14), of one unit.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from roommon.commissioning.address_ranges import Host
from roommon.commissioning.agent import Met, Place, WalkingAgent, identified
from roommon.commissioning.itself import objects, same
from roommon.commissioning.known import Introduction
from roommon.commissioning.line import Line, Manners, Mute
from roommon.commissioning.shelf import Shelf
from roommon.config.library import Opened
from roommon.config.site import Bus as Endpoint
from roommon.model.clock import Clock
from roommon.poll.bus import Bus
from roommon.poll.driver import DeviceUnreachable

AT_ONCE = 8
"""Addresses that are asked at the same time."""
PACE_S = 0.02
"""Between the first requests to two addresses."""
UNITS = (1, 255, 0)
"""What a Modbus TCP server answers as: a gateway's first unit, or itself (Modbus Messaging on TCP/IP V1.0b, 4.4)."""
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Spoken:
    """An SNMP agent that answers."""

    endpoint: Endpoint
    said: Introduction
    ranking: Sequence[Met]
    """The profiles that it may be of, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Served:
    """A Modbus TCP server that takes a connection."""

    endpoint: Endpoint
    unit: int | None
    """Which of `UNITS` answers, None: none does."""
    said: Mapping[int, str]
    profile: Opened | None
    """The one whose device it says it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one address has."""

    host: Host
    agent: Spoken | None = None
    server: Served | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """How the addresses are asked."""

    agent: Callable[[Host], Endpoint]
    server: Callable[[Host], Endpoint]
    shelf: Shelf
    clock: Clock
    timeout_s: float

    def longest_s(self, count: int) -> float:
        """Return how long it takes if nobody answers."""
        rounds = -(-count // AT_ONCE)
        return rounds * (_TRIES + 1) * self.timeout_s + count * PACE_S

    async def found(self, hosts: Sequence[Host]) -> AsyncIterator[Found]:
        """Yield the addresses that have something, as they answer."""
        turn = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            asked = [
                group.create_task(self._in_turn(host, number * PACE_S, turn), name=f"discover:{host}")
                for number, host in enumerate(hosts)
            ]
            for done in asyncio.as_completed(asked):
                found = await done
                if found.agent is not None or found.server is not None:
                    yield found

    async def _in_turn(self, host: Host, after_s: float, turn: asyncio.Semaphore) -> Found:
        await asyncio.sleep(after_s)
        async with turn:
            return Found(host, await self._agent(self.agent(host)), await self._server(self.server(host)))

    async def _agent(self, endpoint: Endpoint) -> Spoken | None:
        bus: Bus[WalkingAgent] = endpoint.module.bus(endpoint.id, endpoint.endpoint, self.clock)
        async with contextlib.aclosing(bus):
            try:
                said, ranking = await identified(Place(endpoint, bus, self.clock, self.timeout_s), self.shelf)
            except DeviceUnreachable:
                return None
            return Spoken(endpoint, said, ranking)

    async def _server(self, endpoint: Endpoint) -> Served | None:
        async with contextlib.aclosing(Line(endpoint, self.clock, Manners())) as line:
            try:
                return await self._served(endpoint, line)
            except DeviceUnreachable:
                return None

    async def _served(self, endpoint: Endpoint, line: Line) -> Served:
        for unit in UNITS:
            for _ in range(_TRIES):
                answer = await line.identify(unit)
                if not isinstance(answer, Mute):
                    said = objects(answer)
                    return Served(endpoint, unit, said, self._called(said))
        return Served(endpoint, None, {}, None)

    def _called(self, said: Mapping[int, str]) -> Opened | None:
        named = [one for one in self.shelf.of_units() if said and same(one.profile, said) is not None]
        return named[0] if len(named) == 1 else None
