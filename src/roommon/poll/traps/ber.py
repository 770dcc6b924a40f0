"""As much of BER as traps and their acknowledgements need (X.690; RFC 3417, 8): definite lengths, tags of one byte."""

from functools import lru_cache

INTEGER, OCTETS, OBJECT_ID, SEQUENCE, IP_ADDRESS, COUNTER32 = 0x02, 0x04, 0x06, 0x30, 0x40, 0x41
_LONG = 0x80
_INDEFINITE = 0x80


class Malformed(Exception):
    """These bytes are no message of SNMP."""


def header(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Return the tag of the value at `at`, and where its content begins and ends: not beyond `end`."""
    if at + 2 > end:
        raise Malformed("ends within a header")
    length, start = data[at + 1], at + 2
    if length & _LONG:
        if length == _INDEFINITE:
            raise Malformed("of indefinite length")
        start += length & ~_LONG
        length = int.from_bytes(data[at + 2 : start], "big")
    if start + length > end:
        raise Malformed("longer than its message")
    return data[at], start, start + length


def content(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Return where the content of the value at `at`, which has this `tag`, begins and ends."""
    found, start, stop = header(data, at, end)
    if found != tag:
        raise Malformed(f"tag {found:#04x} instead of {tag:#04x}")
    return start, stop


def octets(data: bytes, at: int, end: int, tag: int = OCTETS) -> tuple[bytes, int]:
    """Return the content of the value at `at`, and where it ends."""
    start, stop = content(data, at, end, tag)
    return data[start:stop], stop


def integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the INTEGER at `at`, and where it ends."""
    start, stop = content(data, at, end, INTEGER)
    return int.from_bytes(data[start:stop], "big", signed=True), stop


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return a value whose content is `parts`, one after the other."""
    body = b"".join(parts)
    size = len(body)
    if size < _LONG:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + body


def number(value: int, tag: int = INTEGER) -> bytes:
    """Return the INTEGER `value`, which is not negative."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def oid(dotted: str) -> bytes:
    """Return the content of the OBJECT IDENTIFIER `dotted`."""
    first, second, *rest = map(int, dotted.split("."))
    return b"".join(map(_arc, (first * 40 + second, *rest)))


@lru_cache(maxsize=1024)
def dotted(body: bytes) -> str:
    """Return the OBJECT IDENTIFIER whose content is `body`."""
    arcs, arc = [], 0
    for byte in body:
        arc = arc << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs:
        raise Malformed("an OBJECT IDENTIFIER without arcs")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _arc(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))
