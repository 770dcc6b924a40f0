"""Answers as a fault spoils them: which bytes leave instead of the right ones."""

from collections.abc import Callable

from simulators.faults import Fault, Kind
from simulators.modbus import pdu
from simulators.modbus.device import parse_address
from simulators.modbus.framing import Request

Frame = Callable[[int, bytes, int], bytes]
_SWAPPED = {1: 2, 2: 1, 3: 4, 4: 3}


def spoiled(frame: Frame, request: Request, answer: bytes, fault: Fault) -> bytes:
    """The bytes of the `answer` to `request`, wrapped by `frame`, as `fault` spoils them."""
    unit, transaction = request.unit, request.transaction
    match fault.kind:
        case Kind.WRONG_UNIT:
            unit ^= 1
        case Kind.WRONG_TRANSACTION:
            transaction = (transaction + 1) & 0xFFFF
        case Kind.WRONG_FUNCTION:
            answer = bytes((_SWAPPED.get(answer[0], answer[0] ^ 1),)) + answer[1:]
        case Kind.SHORT:
            answer = _shortened(answer)
        case Kind.EXCEPTION if _is_meant(request, fault):
            answer = pdu.exception(request.pdu[0], fault.code)
    return _cut(frame(unit, answer, transaction), fault)


def _cut(good: bytes, fault: Fault) -> bytes:
    match fault.kind:
        case Kind.CRC:
            return good[:-1] + bytes((good[-1] ^ 0xFF,))
        case Kind.TRUNCATED:
            return good[: -fault.count]
        case Kind.RESET:
            return good[: len(good) // 2]
        case _:
            return good


def _is_meant(request: Request, fault: Fault) -> bool:
    return not fault.at or pdu.touches(request.pdu, *parse_address(fault.at))


def _shortened(answer: bytes) -> bytes:
    """A well-formed answer with one register (or one byte of bits) too few."""
    function, data = answer[0], answer[2:]
    less = data[:-2] if function in {3, 4} else data[:-1]
    return bytes((function, len(less))) + less if function in _SWAPPED else answer
