"""What registers may mean: every type and byte order under which they give a number that a sensor could say. Pure."""

import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from roommon.poll.modbus.words import in_order
from roommon.profiles.point import Encoding, Order

_FORMATS: Mapping[Encoding, str] = {
    Encoding.INT32: ">i",
    Encoding.UINT32: ">I",
    Encoding.FLOAT32: ">f",
    Encoding.INT64: ">q",
    Encoding.UINT64: ">Q",
    Encoding.FLOAT64: ">d",
}
_LARGEST = {2: 1e9, 4: 1e12}
"""By registers: beyond this a number is two others that stand side by side."""
_SMALLEST = 1e-3
"""What is nearer to zero than this, and not zero, is no measured value."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """One number that several registers may mean."""

    offset: int
    """Its first register, counted from the first that was read."""
    registers: int
    value: float
    readings: tuple[tuple[Encoding, Order], ...]
    """The types and byte orders that give it."""


def decodings(data: bytes) -> list[Decoding]:
    """Return what the registers `data` may mean, two and four at a time; the shortest numbers first, as likelier."""
    found: defaultdict[tuple[int, int, float], list[tuple[Encoding, Order]]] = defaultdict(list)
    for offset in range(len(data) // 2):
        for encoding, order, value in _numbers(data[2 * offset :]):
            found[offset, struct.calcsize(_FORMATS[encoding]) // 2, value].append((encoding, order))
    made = [Decoding(*key, tuple(readings)) for key, readings in found.items()]
    return sorted(made, key=_likelihood)


def _likelihood(one: Decoding) -> tuple[int, int, int, int]:
    return one.offset, one.registers, _digits(one), list(Order).index(one.readings[0][1])


def _numbers(data: bytes) -> Iterator[tuple[Encoding, Order, float]]:
    for encoding, shape in _FORMATS.items():
        size = struct.calcsize(shape)
        for order in Order if len(data) >= size else ():
            (value,) = struct.unpack(shape, in_order(data[:size], order))
            if isfinite(value) and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST[size // 2]):
                yield encoding, order, _short(value) if encoding is Encoding.FLOAT32 else value


def _short(value: float) -> float:
    """Return the shortest decimal that is the same float32: 230.1 and not 230.10000610351562."""
    for digits in range(1, 9):
        short = float(f"{value:.{digits}g}")
        if struct.pack(">f", short) == struct.pack(">f", value):
            return short
    return value


def _digits(decoding: Decoding) -> int:
    return sum(letter.isdigit() for letter in repr(decoding.value).removesuffix(".0"))


def texts(data: bytes) -> list[tuple[Order, str]]:
    """Return the texts of two letters or more that the registers spell, high byte first or low byte first."""
    found = []
    for order in (Order.ABCD, Order.BADC):
        letters = in_order(data, order).rstrip(b"\0 ")
        if len(letters) > 1 and letters.isascii() and letters.decode().isprintable():
            found.append((order, letters.decode()))
    return found
