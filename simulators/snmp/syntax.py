"""Values of objects from what a person writes: a type and a text, into BER."""

from collections.abc import Callable, Mapping
from ipaddress import IPv4Address

from simulators.snmp import ber, objects


def _integer(written: str) -> bytes:
    return objects.integer(_number(written, -(1 << 63), (1 << 63) - 1))


def _hex(written: str) -> bytes:
    return objects.octets(_bytes(written))


def _null(written: str) -> bytes:
    if written.strip().casefold() not in {"", "null", "~"}:
        raise ValueError(f"{written!r} after null; write null alone")
    return ber.NULL_TLV


def _object_id(written: str) -> bytes:
    return objects.object_id(dotted(written))


def _ip_address(written: str) -> bytes:
    return ber.tlv(ber.IP_ADDRESS, IPv4Address(written.strip()).packed)


def _opaque(written: str) -> bytes:
    return ber.tlv(ber.OPAQUE, _bytes(written))


def _unsigned(bits: int, made: Callable[[int], bytes]) -> Callable[[str], bytes]:
    return lambda written: made(_number(written, 0, (1 << bits) - 1))


TYPES: Mapping[str, Callable[[str], bytes]] = {
    "integer": _integer,
    "string": objects.octets,
    "hex": _hex,
    "null": _null,
    "oid": _object_id,
    "ipaddress": _ip_address,
    "counter32": _unsigned(32, objects.counter32),
    "gauge32": _unsigned(32, objects.gauge32),
    "timeticks": _unsigned(32, objects.timeticks),
    "opaque": _opaque,
    "counter64": _unsigned(64, objects.counter64),
}
"""How each type is written: `integer` with up to 64 bits, as some agents send; `hex` is a string by its bytes."""


def encoder(kind: str) -> Callable[[str], bytes]:
    """Return what makes a written value ready to be sent, as the type `kind`; both raise ValueError."""
    if kind not in TYPES:
        raise ValueError(f"{kind!r} is no type; there are {', '.join(TYPES)}")
    return TYPES[kind]


def dotted(written: str) -> str:
    """Return an OID without a leading dot; raise ValueError if it is none."""
    parts = written.strip().removeprefix(".").split(".")
    arcs = [int(part) for part in parts if part.isascii() and part.isdecimal()]
    if len(arcs) != len(parts) or len(arcs) < 2 or arcs[0] > 2 or max(arcs) >= 1 << 32:
        raise ValueError(f"{written!r} is no OID; write numbers with dots between: 1.3.6.1.2.1.1.1.0")
    return ".".join(map(str, arcs))


def _number(written: str, least: int, most: int) -> int:
    try:
        number = int(written, 0)
    except ValueError:
        raise ValueError(f"{written!r} is no whole number; write {least} to {most}") from None
    if not least <= number <= most:
        raise ValueError(f"{written} does not fit; write {least} to {most}")
    return number


def _bytes(written: str) -> bytes:
    digits = written.removeprefix("0x")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise ValueError(f"{written!r} is not hexadecimal; write two digits a byte: 9f780441a00000") from None
