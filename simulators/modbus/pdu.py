"""Request PDU in, answer PDU out (Modbus Application Protocol V1.1b3). Read functions only: 1, 2, 3, 4, 43/14."""

import struct
from collections.abc import Sequence

from simulators.modbus.image import Image, Refusal, Refused, Table

TABLES = {1: Table.COIL, 2: Table.DISCRETE, 3: Table.HOLDING, 4: Table.INPUT}
IDENTIFY = 0x2B
MEI_DEVICE_IDENTIFICATION = 0x0E
MOST_BITS = 2000
_ADDRESS = struct.Struct(">BHH")


def answer(request: bytes, image: Image) -> bytes:
    """The answer of a device that holds `image`; an exception PDU where the device must refuse."""
    try:
        return _answer(request, image)
    except Refused as refused:
        return exception(request[0], refused.code)


def exception(function: int, code: int) -> bytes:
    """The exception answer `code` to `function`."""
    return bytes((function | 0x80, code))


def touches(request: bytes, table: Table | None, address: int | None) -> bool:
    """Whether the request reads `address` of `table`; any if None."""
    if table is None or address is None:
        return True
    if TABLES.get(request[0]) is not table or len(request) != _ADDRESS.size:
        return False
    _, start, count = _ADDRESS.unpack(request)
    return bool(start <= address < start + count)


def _answer(request: bytes, image: Image) -> bytes:
    function = request[0]
    if function in TABLES:
        return _read(request, image)
    if function == IDENTIFY and image.identity:
        return _identify(request, image)
    raise Refused(Refusal.ILLEGAL_FUNCTION)


def _read(request: bytes, image: Image) -> bytes:
    if len(request) != _ADDRESS.size:
        raise Refused(Refusal.ILLEGAL_VALUE)
    function, start, count = _ADDRESS.unpack(request)
    bits = function < 3
    table = TABLES[function]
    image.table(table)
    if not 1 <= count <= (MOST_BITS if bits else image.most):
        raise Refused(Refusal.ILLEGAL_VALUE)
    values = image.read(table, start, count)
    data = _pack_bits(values) if bits else struct.pack(f">{count}H", *values)
    return bytes((function, len(data))) + data


def _pack_bits(values: Sequence[int]) -> bytes:
    packed = sum(1 << place for place, value in enumerate(values) if value)
    return packed.to_bytes((len(values) + 7) // 8, "little")


def _identify(request: bytes, image: Image) -> bytes:
    """Read Device Identification (6.21): streams 1 basic, 2 regular, 3 extended, and 4 one object."""
    if len(request) != 4 or request[1] != MEI_DEVICE_IDENTIFICATION:
        raise Refused(Refusal.ILLEGAL_FUNCTION)
    code, wanted = request[2], request[3]
    if not 1 <= code <= 4:
        raise Refused(Refusal.ILLEGAL_VALUE)
    objects = _objects(image, code, wanted)
    body = b"".join(bytes((number, len(text))) + text.encode() for number, text in objects)
    conformity = 0x81
    return bytes((IDENTIFY, MEI_DEVICE_IDENTIFICATION, code, conformity, 0, 0, len(objects))) + body


def _objects(image: Image, code: int, wanted: int) -> list[tuple[int, str]]:
    if code == 4:
        if wanted not in image.identity:
            raise Refused(Refusal.ILLEGAL_ADDRESS)
        return [(wanted, image.identity[wanted])]
    first = wanted if wanted in image.identity else 0
    return [(number, text) for number, text in sorted(image.identity.items()) if number >= first]
