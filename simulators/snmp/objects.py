"""What an agent holds at an instant: values by OID, ready to be sent, in the order of a walk."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from functools import lru_cache

from simulators.snmp import ber


def integer(value: int) -> bytes:
    """An INTEGER."""
    return ber.integer(value)


def octets(value: str | bytes) -> bytes:
    """An OCTET STRING; text goes as UTF-8."""
    return ber.octets(value.encode() if isinstance(value, str) else value)


def object_id(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    return ber.oid(dotted)


def counter32(value: int) -> bytes:
    """A Counter32, wrapped."""
    return ber.integer(value & 0xFFFF_FFFF, ber.COUNTER32)


def gauge32(value: int) -> bytes:
    """A Gauge32, which stays at its ends."""
    return ber.integer(max(0, min(value, 0xFFFF_FFFF)), ber.GAUGE32)


def timeticks(value: int) -> bytes:
    """TimeTicks in hundredths of a second, wrapped."""
    return ber.integer(value & 0xFFFF_FFFF, ber.TIMETICKS)


def counter64(value: int) -> bytes:
    """A Counter64, wrapped."""
    return ber.integer(value & 0xFFFF_FFFF_FFFF_FFFF, ber.COUNTER64)


@lru_cache(maxsize=65536)
def _key(dotted: str) -> tuple[tuple[int, ...], bytes, bytes]:
    """The OID as numbers, its BER content, and that of its object (the OID without the index)."""
    numbers = tuple(int(part) for part in dotted.split("."))
    return numbers, ber.oid_body(dotted), ber.oid_body(dotted.rpartition(".")[0])


class Objects:
    """`values` maps dotted OIDs to encoded values; `columns` are objects that exist without a row."""

    def __init__(self, values: Mapping[str, bytes], columns: Collection[str] = ()) -> None:
        rows = sorted((*_key(dotted), value) for dotted, value in values.items())
        self.values = {body: value for _, body, _, value in rows}
        self._numbers = [numbers for numbers, _, _, _ in rows]
        self._bodies = list(self.values)
        self._known = {parent for _, _, parent, _ in rows} | {ber.oid_body(column) for column in columns}

    def after(self, body: bytes) -> bytes | None:
        """The first OID after `body`, or None at the end of what there is."""
        numbers = tuple(int(part) for part in ber.dotted(body).split("."))
        place = bisect_right(self._numbers, numbers)
        return self._bodies[place] if place < len(self._bodies) else None

    def has_object_of(self, body: bytes) -> bool:
        """Whether the object exists, so that only its instance is missing."""
        return any(body.startswith(known) for known in self._known)

    def with_values(self, changed: Mapping[str, bytes]) -> "Objects":
        """The same with some values put in."""
        if not changed:
            return self
        rows = {ber.dotted(body): value for body, value in self.values.items()}
        return Objects(rows | dict(changed), [ber.dotted(known) for known in self._known])
