"""BER as SNMP uses it (X.690, RFC 3417 8): definite lengths, low tag numbers."""

from collections.abc import Iterator

INTEGER, OCTETS, OBJECT_ID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
IP_ADDRESS, COUNTER32, GAUGE32, TIMETICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
NULL_TLV = b"\x05\x00"


class Malformed(ValueError):
    """Bytes that are no BER."""


def tlv(tag: int, *parts: bytes) -> bytes:
    """Tag, length, and the parts as its content."""
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Two's complement in the fewest bytes."""
    size = (value + (value < 0)).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(size, "big", signed=True))


def octets(value: bytes) -> bytes:
    """An OCTET STRING."""
    return tlv(OCTETS, value)


def oid_body(dotted: str) -> bytes:
    """The content of an OBJECT IDENTIFIER, without tag and length."""
    first, second, *rest = (int(part) for part in dotted.strip(".").split("."))
    return b"".join(_base128(arc) for arc in (first * 40 + second, *rest))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER of its dotted form."""
    return tlv(OBJECT_ID, oid_body(dotted))


def dotted(body: bytes) -> str:
    """The OID that `oid_body` made `body` of."""
    arcs, value = [], 0
    for byte in body:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return "0.0"
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - first * 40, *arcs[1:])))


def _base128(arc: int) -> bytes:
    groups = [arc & 0x7F]
    while arc := arc >> 7:
        groups.append(arc & 0x7F | 0x80)
    return bytes(reversed(groups))


def header(data: bytes, at: int, tag: int | None = None) -> tuple[int, int, int]:
    """The tag of the value at `at`, where its content starts and where it ends; raise Malformed."""
    try:
        found, length = data[at], data[at + 1]
        start = at + 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start], "big")
    except IndexError:
        raise Malformed("ends within a header") from None
    if start + length > len(data):
        raise Malformed("a value longer than its message")
    if tag is not None and found != tag:
        raise Malformed(f"tag {found:#x} where {tag:#x} was due")
    return found, start, start + length


def take_integer(data: bytes, at: int) -> tuple[int, int]:
    """The INTEGER at `at`, and where it ends."""
    _, start, end = header(data, at, INTEGER)
    return int.from_bytes(data[start:end], "big", signed=True), end


def take_octets(data: bytes, at: int) -> tuple[bytes, int]:
    """The OCTET STRING at `at`, and where it ends."""
    _, start, end = header(data, at, OCTETS)
    return data[start:end], end


def inside(data: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each value between `start` and `end` begins and ends."""
    while start < end:
        _, _, after = header(data, start)
        yield start, after
        start = after
