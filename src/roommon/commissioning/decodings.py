"""What registers may mean: every type and byte order under which they give a number that a sensor could say. Pure."""

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from roommon.poll.modbus.words import in_order, number
from roommon.profiles.point import WIDTHS, Encoding, Order

_WIDE = [encoding for encoding, registers in WIDTHS.items() if registers > 1]
_LARGEST = {2: 1e9, 4: 1e12}
"""By registers: beyond this a number is two others that stand side by side."""
_MOST_DIGITS = 8
"""With one more every float32 has its own decimal."""
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
            found[offset, WIDTHS[encoding], value].append((encoding, order))
    made = [Decoding(*key, tuple(readings)) for key, readings in found.items()]
    return sorted(made, key=_likelihood)


def _likelihood(one: Decoding) -> tuple[int, int, int, int]:
    return one.offset, one.registers, _digits(one), list(Order).index(one.readings[0][1])


def _numbers(data: bytes) -> Iterator[tuple[Encoding, Order, float]]:
    for encoding in _WIDE:
        registers = WIDTHS[encoding]
        for order in Order if len(data) >= 2 * registers else ():
            value = number(data[: 2 * registers], encoding, order)
            if isfinite(value) and (value == 0 or _SMALLEST <= abs(value) <= _LARGEST[registers]):
                yield encoding, order, _short(value) if encoding is Encoding.FLOAT32 else value


def _short(value: float) -> float:
    """Return the shortest decimal that is the same float32: 230.1 and not 230.10000610351562."""
    digits = float32_digits(value)
    return float(f"{value:.{digits}g}") if digits <= _MOST_DIGITS else value


def float32_digits(value: float) -> int:
    """Return how many digits the shortest decimal has that is the same float32: 4 of 230.1; 9 where none is shorter."""
    packed = struct.pack(">f", value)
    shorter = (n for n in range(1, _MOST_DIGITS + 1) if struct.pack(">f", float(f"{value:.{n}g}")) == packed)
    return next(shorter, _MOST_DIGITS + 1)


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
