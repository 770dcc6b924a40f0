"""An agent: one device, versions 1 and 2c by community, version 3 by user. Datagram in, datagram out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulators.faults import OK, Fault, Kind
from simulators.snmp import ber, pdu, usm
from simulators.snmp.keys import User
from simulators.snmp.objects import Objects, integer, octets, timeticks

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
ENGINE = "1.3.6.1.6.3.10.2.1"
ENTERPRISE = 61_999
"""Of nobody: the agents' engine ids are made of it."""


class Versioned(Protocol):
    """Something whose `version` grows with each change: the room."""

    version: int


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask: `community` for versions 1 and 2c, users for version 3."""

    community: str = ""
    users: Sequence[User] = ()


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
        """The values of this moment."""
        if self._seen != self._source.version:
            self._seen = self._source.version
            made = self._make()
            self._objects = made.with_values(self._own() | self._poked)
        if SYS_UPTIME not in self._poked:
            self._objects.values[_UPTIME] = self._uptime()
        if self.engine.users:
            self._objects.values[_ENGINE_TIME] = integer(self.engine.time)
        return self._objects

    def _own(self) -> dict[str, bytes]:
        """What the agent itself knows: its uptime, and for version 3 its engine (SNMP-FRAMEWORK-MIB, RFC 3411)."""
        own = {SYS_UPTIME: self._uptime()}
        if self.engine.users:
            boots, time = integer(self.engine.boots), integer(self.engine.time)
            own |= {f"{ENGINE}.1.0": octets(self.engine.id), f"{ENGINE}.2.0": boots, f"{ENGINE}.3.0": time}
        return own

    def _uptime(self) -> bytes:
        return timeticks(int((self.engine.clock() - self.engine.started) * 100))

    def reboot(self) -> None:
        """Begin anew: sysUpTime from zero, one boot more."""
        self.engine.reboot()
        self._seen = -1

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


_UPTIME, _ENGINE_TIME = ber.oid_body(SYS_UPTIME), ber.oid_body(f"{ENGINE}.3.0")
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
