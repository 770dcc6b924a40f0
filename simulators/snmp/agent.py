"""A UDP agent: one address, one device, versions 1 and 2c by community, version 3 by user."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulators.faults import OK, Fault, Kind
from simulators.snmp import ber, pdu, usm
from simulators.snmp.keys import User
from simulators.snmp.objects import Objects, timeticks

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
ENTERPRISE = 61_999
"""Of nobody: the agents' engine ids are made of it."""
Peer = tuple[str | Any, int]


class Versioned(Protocol):
    """Something whose `version` grows with each change: the room."""

    version: int


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask: `community` for versions 1 and 2c, users for version 3."""

    community: str = ""
    users: Sequence[User] = ()
    versions: frozenset[int] = field(default_factory=lambda: frozenset({0, 1, 3}))


class Agent:
    """`objects` gives the values anew whenever `source` has another version; sysUpTime is the agent's own."""

    def __init__(
        self,
        name: str,
        access: Access,
        source: Versioned,
        objects: Callable[[], Objects],
        clock: Callable[[], float],
        largest: int = 1472,
    ) -> None:
        self.name = name
        self.fault: Fault = OK
        self.requests = 0
        self.writes = 0
        self.largest = largest
        identity = b"\x05" + name.encode()[:27]
        users = {user.name.encode(): user for user in access.users}
        engine_id = (0x8000_0000 | ENTERPRISE).to_bytes(4, "big") + identity
        self.engine = usm.Engine(engine_id, clock, users, started=clock())
        self._community = access.community.encode()
        self._source = source
        self._make = objects
        self._poked: dict[str, bytes] = {}
        self._seen = -1
        self._objects = objects()

    def objects(self) -> Objects:
        if self._seen != self._source.version:
            self._seen = self._source.version
            made = self._make()
            self._objects = made.with_values({SYS_UPTIME: timeticks(0)} | self._poked)
        if SYS_UPTIME not in self._poked:
            self._objects.values[_UPTIME] = timeticks(int((self.engine.clock() - self.engine.started) * 100))
        return self._objects

    def poke(self, oid: str, value: bytes | None) -> None:
        """Hold `oid` at the encoded `value`, or let it go (None)."""
        if value is None:
            self._poked.pop(oid, None)
        else:
            self._poked[oid] = value
        self._seen = -1

    def answer(self, data: bytes) -> bytes | None:
        """The answer to the datagram `data`; None where an agent stays silent."""
        try:
            version, after = ber.take_integer(data, ber.header(data, 0, ber.SEQUENCE)[1])
            if version == pdu.VERSION_3:
                return self._answer_v3(data) if self.engine.users else None
            return self._answer_community(data, version, after)
        except (ber.Malformed, UnicodeDecodeError):
            return None

    def _answer_community(self, data: bytes, version: int, at: int) -> bytes | None:
        community, at = ber.take_octets(data, at)
        if not self._community or community != self._community or version not in {pdu.VERSION_1, pdu.VERSION_2C}:
            return None
        head = ber.integer(version) + ber.octets(community)
        answer = self._respond(pdu.parse(data, at), version, self.largest - len(head) - 4)
        return ber.tlv(ber.SEQUENCE, head, answer)

    def _answer_v3(self, data: bytes) -> bytes | None:
        try:
            opened = usm.open_message(data, self.engine)
        except usm.Reported as reported:
            return reported.message
        room = min(self.largest, opened.header.largest) - _V3_OVERHEAD
        return usm.close_message(opened, self.engine, self._respond(opened.request, pdu.VERSION_3, room))

    def _respond(self, request: pdu.Request, version: int, room: int) -> bytes:
        self.requests += 1
        self.writes += request.kind == pdu.SET
        if self.fault.kind is Kind.EXCEPTION and (place := _place(request, self.fault.at)) is not None:
            return pdu.error(request, self.fault.code, place)
        return pdu.respond(_with_wrong_id(request, self.fault), self.objects(), version, room)


_UPTIME = ber.oid_body(SYS_UPTIME)
_V3_OVERHEAD = 160


def _place(request: pdu.Request, oid: str) -> int | None:
    """The 1-based place of `oid` in the request; 1 if any is meant; None if it is not asked for."""
    if not oid:
        return 1
    name = ber.oid_body(oid)
    return request.names.index(name) + 1 if name in request.names else None


def _with_wrong_id(request: pdu.Request, fault: Fault) -> pdu.Request:
    if fault.kind is not Kind.WRONG_TRANSACTION:
        return request
    number, _ = ber.take_integer(request.id, 0)
    wrong = ber.integer((number + 1) & 0x7FFF_FFFF)
    return pdu.Request(request.kind, wrong, request.first, request.second, request.names, request.bindings)


class SnmpServer(asyncio.DatagramProtocol):
    """The agent's socket, which can go silent, go away and come back."""

    def __init__(self, host: str, port: int, agent: Agent) -> None:
        self.host = host
        self.port = port
        self.agent = agent
        self._transport: asyncio.DatagramTransport | None = None
        self._returning: asyncio.Task[None] | None = None
        self._free_at = 0.0

    @property
    def fault(self) -> Fault:
        return self.agent.fault

    async def open(self) -> None:
        """Listen; port 0 takes a free one and keeps it."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        if self._returning:
            self._returning.cancel()
            self._returning = None
        self._stop()

    async def suffer(self, fault: Fault) -> None:
        """Take the fault `fault`, and with it lose the one of before."""
        self.agent.fault = fault
        if self._returning:
            self._returning.cancel()
            self._returning = None
        if fault.kind in {Kind.DEAD, Kind.REBOOT}:
            self._stop()
            await asyncio.sleep(0)  # the transport closes its socket in the loop's next turn
        elif self._transport is None:
            await self.open()
        if fault.kind is Kind.REBOOT:
            self._returning = asyncio.create_task(self._reboot(fault.seconds), name=f"reboot:{self.agent.name}")

    async def _reboot(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.agent.engine.reboot()
        await self.open()
        self.agent.fault = OK

    def _stop(self) -> None:
        if self._transport:
            self._transport.abort()
            self._transport = None

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        fault = self.agent.fault
        if fault.kind in {Kind.MUTE, Kind.BLACK_HOLE}:
            return
        answer = self.agent.answer(data)
        if answer is None:
            return
        if fault.kind is Kind.TRUNCATED:
            answer = answer[: -fault.count]
        if fault.kind is Kind.LATE:
            self._send_late(answer, addr, fault.seconds)
        else:
            self._send(answer, addr)

    def _send_late(self, answer: bytes, peer: Peer, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time()) + seconds
        loop.call_at(self._free_at, self._send, answer, peer)

    def _send(self, answer: bytes, peer: Peer) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(answer, peer)


IMPOSSIBLE = frozenset(
    {
        Kind.HALF_OPEN,
        Kind.ONE_CLIENT,
        Kind.SHORT,
        Kind.RESET,
        Kind.BYTE_BY_BYTE,
        Kind.WRONG_UNIT,
        Kind.WRONG_FUNCTION,
        Kind.CRC,
    }
)


def checked(fault: Fault) -> Fault:
    """Return `fault` if an agent can have it; raise ValueError."""
    if fault.kind in IMPOSSIBLE:
        raise ValueError(f"{fault.kind} cannot happen to an SNMP agent")
    if fault.kind is Kind.EXCEPTION and fault.at:
        ber.oid_body(fault.at)
    return fault
