"""Request PDU in, Response PDU out (RFC 3416; RFC 1157 for version 1). SET is refused and counted."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulators.snmp import ber
from simulators.snmp.objects import Objects

GET, GET_NEXT, RESPONSE, SET, GET_BULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA3, 0xA5, 0xA8
TOO_BIG, NO_SUCH_NAME, GENERAL_ERROR, NOT_WRITABLE = 1, 2, 5, 17
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW = b"\x80\x00", b"\x81\x00", b"\x82\x00"
VERSION_1, VERSION_2C, VERSION_3 = 0, 1, 3
_HEADER_ROOM = 16
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came."""

    kind: int
    id: bytes
    """The request-id, encoded."""
    first: int
    """Error status, or the non-repeaters of a GETBULK."""
    second: int
    """Error index, or the max-repetitions of a GETBULK."""
    names: list[bytes]
    """The OIDs asked for: BER content."""
    bindings: bytes
    """All of it as it came, for answers that repeat it."""


class Refusal(Exception):
    """The answer is an error: its status, and the 1-based place of the binding."""

    def __init__(self, status: int, index: int) -> None:
        super().__init__(status, index)
        self.status = status
        self.index = index


def parse(data: bytes, at: int) -> Request:
    """The PDU at `at`; raise Malformed."""
    kind, at, _ = ber.header(data, at)
    _, _, id_end = ber.header(data, at, ber.INTEGER)
    first, after = ber.take_integer(data, id_end)
    second, after = ber.take_integer(data, after)
    _, start, end = ber.header(data, after, ber.SEQUENCE)
    names = []
    for binding, _ in ber.inside(data, start, end):
        _, content, _ = ber.header(data, binding, ber.SEQUENCE)
        _, name, name_end = ber.header(data, content, ber.OBJECT_ID)
        names.append(data[name:name_end])
    return Request(kind, data[at:id_end], first, second, names, data[after:end])


def respond(request: Request, objects: Objects, version: int, room: int) -> bytes:
    """The Response PDU, no longer than `room` bytes: tooBig instead."""
    try:
        bindings = ber.tlv(ber.SEQUENCE, *_bindings(request, objects, version, room - _HEADER_ROOM))
        if len(bindings) + _HEADER_ROOM > room:
            raise Refusal(TOO_BIG, 0)  # noqa: TRY301 - the error's answer is made in one place
    except Refusal as refusal:
        repeats = version == VERSION_1 or refusal.status != TOO_BIG
        return error(request, refusal.status, refusal.index, request.bindings if repeats else ber.tlv(ber.SEQUENCE))
    return ber.tlv(RESPONSE, request.id, _NO_ERROR, bindings)


def error(request: Request, status: int, index: int, bindings: bytes | None = None) -> bytes:
    """A Response PDU with an error; it repeats the request's bindings unless others are given."""
    repeated = request.bindings if bindings is None else bindings
    return ber.tlv(RESPONSE, request.id, ber.integer(status), ber.integer(index), repeated)


_NO_ERROR = ber.integer(0) + ber.integer(0)


def _bindings(request: Request, objects: Objects, version: int, room: int) -> list[bytes]:
    if request.kind == GET:
        return [_get(name, objects, version, place) for place, name in enumerate(request.names, 1)]
    if request.kind == GET_NEXT:
        return [_next(name, objects, version, place) for place, name in enumerate(request.names, 1)]
    if request.kind == GET_BULK and version != VERSION_1:
        return _fitting(_bulk(request, objects), room)
    if request.kind == SET:
        raise Refusal(NO_SUCH_NAME if version == VERSION_1 else NOT_WRITABLE, 1)
    raise Refusal(GENERAL_ERROR, 0)


def _binding(name: bytes, value: bytes) -> bytes:
    return ber.tlv(ber.SEQUENCE, ber.tlv(ber.OBJECT_ID, name), value)


def _get(name: bytes, objects: Objects, version: int, place: int) -> bytes:
    value = objects.values.get(name)
    if value is None:
        if version == VERSION_1:
            raise Refusal(NO_SUCH_NAME, place)
        value = NO_SUCH_INSTANCE if objects.has_object_of(name) else NO_SUCH_OBJECT
    elif version == VERSION_1 and value[0] == ber.COUNTER64:
        raise Refusal(NO_SUCH_NAME, place)
    return _binding(name, value)


def _next(name: bytes, objects: Objects, version: int, place: int) -> bytes:
    found = objects.after(name)
    while version == VERSION_1 and found is not None and objects.values[found][0] == ber.COUNTER64:
        found = objects.after(found)
    if found is None:
        if version == VERSION_1:
            raise Refusal(NO_SUCH_NAME, place)
        return _binding(name, END_OF_VIEW)
    return _binding(found, objects.values[found])


def _bulk(request: Request, objects: Objects) -> Iterator[bytes]:
    """The non-repeaters once, then the rest row by row until every column has ended (RFC 3416, 4.2.3)."""
    once = max(0, request.first)
    for name in request.names[:once]:
        yield _next(name, objects, VERSION_2C, 0)
    row = request.names[once:]
    for _ in range(min(max(0, request.second), MOST_ROWS)):
        following = [objects.after(name) for name in row]
        for name, found in zip(row, following, strict=True):
            yield _binding(name, END_OF_VIEW) if found is None else _binding(found, objects.values[found])
        if not any(following):
            return
        row = [found or name for name, found in zip(row, following, strict=True)]


def _fitting(bindings: Iterator[bytes], room: int) -> list[bytes]:
    """As many as fit; a GETBULK may be answered in part."""
    taken: list[bytes] = []
    for binding in bindings:
        room -= len(binding)
        if room < 0:
            break
        taken.append(binding)
    return taken
