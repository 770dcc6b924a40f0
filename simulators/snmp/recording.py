"""Recordings in the line format of snmpsim: `OID|type|value`, the type being the tag of BER in decimal.

`x` after the type means that the value is in hexadecimal, `e` that it is escaped as in Python.
"""

from collections.abc import Mapping
from pathlib import Path

from simulators.shape import Misshapen
from simulators.snmp import ber
from simulators.snmp.syntax import TYPES, dotted

NUMBERS: Mapping[str, str] = {
    "2": "integer",
    "4": "string",
    "5": "null",
    "6": "oid",
    "64": "ipaddress",
    "65": "counter32",
    "66": "gauge32",
    "67": "timeticks",
    "68": "opaque",
    "70": "counter64",
}
_OF_BYTES = {"4": ber.OCTETS, "64": ber.IP_ADDRESS, "68": ber.OPAQUE}
"""Types whose values are bytes, and their tags."""


def lines(path: Path) -> dict[str, bytes]:
    """Return the values by OID; of an OID that was recorded twice, the last. Raise Misshapen or OSError."""
    values: dict[str, bytes] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip() or line.startswith(b"#"):
            continue
        try:
            oid, kind, value = _split(line)
            values[dotted(oid)] = _value(kind, value)
        except ValueError as error:
            raise Misshapen(f"{path.name}:{number}: {error}") from error
    if not values:
        raise Misshapen(f"{path.name}: no objects; write OID|type|value, a line for each")
    return values


def _split(line: bytes) -> tuple[str, str, bytes]:
    oid, first, rest = line.partition(b"|")
    kind, second, value = rest.partition(b"|")
    if not (first and second):
        raise ValueError("write OID|type|value")
    return oid.decode("ascii", "replace"), kind.decode("ascii", "replace"), value


def _value(kind: str, value: bytes) -> bytes:
    number, way = kind.rstrip("xe"), kind.lstrip("0123456789")
    if number not in NUMBERS or way not in {"", "x", "e"}:
        known = ", ".join(f"{each} {name}" for each, name in NUMBERS.items())
        raise ValueError(f"{kind!r} is no type; there are {known}, and 4x in hexadecimal")
    if way == "x":
        return ber.tlv(_tag(number, kind), _bytes(value))
    if way == "e":
        return ber.tlv(_tag(number, kind), value.decode("unicode_escape").encode("latin-1"))
    if number in {"4", "68"}:
        return ber.tlv(_OF_BYTES[number], value)
    return TYPES[NUMBERS[number]](value.decode("latin-1"))


def _tag(number: str, kind: str) -> int:
    if number not in _OF_BYTES:
        raise ValueError(f"{kind!r} is no type: {NUMBERS[number]} is written as a number; write {number}")
    return _OF_BYTES[number]


def _bytes(digits: bytes) -> bytes:
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise ValueError(f"{digits!r} is not hexadecimal; write two digits a byte") from None
