"""Requests out of a byte stream, and answers into frames: MBAP (TCP, TLS) and RTU (serial lines, and over TCP)."""

import struct
from dataclasses import dataclass

_MBAP = struct.Struct(">HHHB")
LONGEST_ADU = 260
SHORTEST_RTU = 4
_FIXED = {1: 8, 2: 8, 3: 8, 4: 8, 5: 8, 6: 8, 7: 4, 8: 8, 11: 4, 12: 4, 17: 4, 22: 10, 24: 6, 0x2B: 7}
_COUNTED = {15: 6, 16: 6, 20: 2, 21: 2, 23: 10}


@dataclass(frozen=True, slots=True)
class Request:
    """One request, unwrapped."""

    unit: int
    pdu: bytes
    transaction: int = 0


class NotModbus(ValueError):
    """The stream lost its step: a server closes such a connection."""


def crc(data: bytes) -> bytes:
    """CRC-16/MODBUS, low byte first as on the wire (Modbus over Serial Line V1.02, 6.2.2)."""
    value = 0xFFFF
    for byte in data:
        value = (value >> 8) ^ _CRC[(value ^ byte) & 0xFF]
    return value.to_bytes(2, "little")


def _crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xA001 if byte & 1 else byte >> 1
    return byte


_CRC = tuple(_crc_of(byte) for byte in range(256))


def mbap_frame(unit: int, pdu: bytes, transaction: int) -> bytes:
    """Wrap `pdu` for TCP (Modbus Messaging on TCP/IP V1.0b, 3.1.3)."""
    return _MBAP.pack(transaction, 0, len(pdu) + 1, unit) + pdu


def rtu_frame(unit: int, pdu: bytes, transaction: int = 0) -> bytes:
    """An RTU frame; it carries no transaction."""
    del transaction
    frame = bytes((unit,)) + pdu
    return frame + crc(frame)


def take_mbap(buffer: bytearray) -> list[Request]:
    """Take all whole requests out of `buffer`; what is left is the beginning of the next one."""
    found = []
    while len(buffer) >= _MBAP.size:
        transaction, protocol, length, unit = _MBAP.unpack_from(buffer)
        if protocol or not 2 <= length <= LONGEST_ADU - 6:
            raise NotModbus(f"protocol {protocol}, length {length}")
        end = 6 + length
        if len(buffer) < end:
            break
        found.append(Request(unit, bytes(buffer[_MBAP.size : end]), transaction))
        del buffer[:end]
    return found


def take_rtu(buffer: bytearray) -> list[Request]:
    """Take all whole requests out of `buffer`; bytes that fit no frame are dropped, as silence would do on a line."""
    found = []
    while len(buffer) >= SHORTEST_RTU:
        length = _rtu_length(buffer)
        if length is not None and len(buffer) < length:
            break
        length = len(buffer) if length is None else length
        frame = bytes(buffer[:length])
        if crc(frame[:-2]) != frame[-2:]:
            buffer.clear()
            break
        found.append(Request(frame[0], frame[1:-2]))
        del buffer[:length]
    return found


def _rtu_length(buffer: bytearray) -> int | None:
    """The length of the request that begins `buffer`; None if its function is unknown: then all of it."""
    function = buffer[1]
    if function in _COUNTED:
        place = _COUNTED[function]
        return place + 1 + buffer[place] + 2 if len(buffer) > place else place + 3
    return _FIXED.get(function)
