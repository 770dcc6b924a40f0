"""What a trap or inform says, as far as it matters: which one it is, about whom, and how it is acknowledged."""

import ipaddress
from dataclasses import dataclass
from enum import IntEnum

from roommon.poll.traps import ber

_SNMP_TRAP_OID = ber.oid("1.3.6.1.6.3.1.1.4.1.0")
_SNMP_TRAP_ADDRESS = ber.oid("1.3.6.1.6.3.18.1.3.0")
_STANDARD_TRAPS = "1.3.6.1.6.3.1.1.5"
_ENTERPRISE_SPECIFIC = 6
_MOST_BINDINGS = 128
"""Looked through; what is told apart by comes first, what a proxy adds comes last (RFC 3584, 3.1)."""
_NOBODY = "0.0.0.0"  # noqa: S104  # an address that a message names, none to listen at


class Kind(IntEnum):
    """PDUs that tell something unasked."""

    TRAP_V1 = 0xA4
    INFORM = 0xA6
    TRAP = 0xA7


_RESPONSE = 0xA2


@dataclass(frozen=True, slots=True)
class Notification:
    """One trap or inform."""

    kind: Kind
    trap: str
    """Its OBJECT IDENTIFIER; of a version 1 trap by RFC 3584, 3.1."""
    agent: str | None
    """The address of the device that it is about, where the message names one."""
    answer: bytes
    """The PDU that acknowledges an inform; empty for traps, which nobody acknowledges."""


def parse(data: bytes, at: int, end: int) -> Notification:
    """Return what the PDU at `at` says; raise Malformed for everything that is no trap and no inform."""
    tag, start, stop = ber.header(data, at, end)
    if tag == Kind.TRAP_V1:
        return _version_1(data, start, stop)
    if tag in (Kind.TRAP, Kind.INFORM):
        return _version_2(Kind(tag), data, start, stop)
    raise ber.Malformed(f"a PDU {tag:#04x}, which is neither trap nor inform")


def _version_1(data: bytes, at: int, end: int) -> Notification:
    enterprise, at = ber.octets(data, at, end, ber.OBJECT_ID)
    address, at = ber.octets(data, at, end, ber.IP_ADDRESS)
    generic, at = ber.integer(data, at, end)
    specific, at = ber.integer(data, at, end)
    if generic == _ENTERPRISE_SPECIFIC:
        return Notification(Kind.TRAP_V1, f"{ber.dotted(enterprise)}.0.{specific}", _address(address), b"")
    return Notification(Kind.TRAP_V1, f"{_STANDARD_TRAPS}.{generic + 1}", _address(address), b"")


def _version_2(kind: Kind, data: bytes, at: int, end: int) -> Notification:
    _, after = ber.content(data, at, end, ber.INTEGER)
    _, after_status = ber.integer(data, after, end)
    _, bindings_at = ber.integer(data, after_status, end)
    first, stop = ber.content(data, bindings_at, end, ber.SEQUENCE)
    trap, agent = _told(data, first, stop)
    if kind is Kind.TRAP:
        return Notification(kind, trap, agent, b"")
    id_and_no_error = data[at:after] + ber.number(0) + ber.number(0)
    return Notification(kind, trap, agent, ber.tlv(_RESPONSE, id_and_no_error, data[bindings_at:stop]))


def _told(data: bytes, at: int, end: int) -> tuple[str, str | None]:
    """Return snmpTrapOID and, if a proxy tells it, snmpTrapAddress of the bindings between `at` and `end`."""
    trap, agent = "", None
    for _ in range(_MOST_BINDINGS):
        if at >= end:
            break
        start, at = ber.content(data, at, end, ber.SEQUENCE)
        name, value = ber.octets(data, start, at, ber.OBJECT_ID)
        if name == _SNMP_TRAP_OID:
            trap = ber.dotted(ber.octets(data, value, at, ber.OBJECT_ID)[0])
        elif name == _SNMP_TRAP_ADDRESS:
            agent = _address(ber.octets(data, value, at, ber.IP_ADDRESS)[0])
    if not trap:
        raise ber.Malformed("a notification without snmpTrapOID")
    return trap, agent


def _address(packed: bytes) -> str | None:
    if len(packed) != 4:
        raise ber.Malformed(f"an IpAddress of {len(packed)} bytes")
    address = str(ipaddress.IPv4Address(packed))
    return None if address == _NOBODY else address
