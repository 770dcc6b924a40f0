"""What the registers of an unknown unit may mean: type, byte order and quantity, ranked by what is plausible. Pure."""

import itertools
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from roommon.commissioning.decodings import float32_digits
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.poll.modbus.words import number
from roommon.profiles.point import BIT_TABLES, Encoding, Order, Register

_LEAST, _MOST = 1e-3, 1e7
"""Between these a float is a measured value; words that are none give others, nearly always."""
_TEXT = 4
"""So many registers of letters in a row are a text."""
_ODD = 2.0
"""So many digits shorter the floats of an odd offset must be."""
_SHARE = 0.6
"""Of the floats of a run, so many must be measured values for a byte order to be the run's."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What stands at one place."""

    at: Register
    registers: int
    type: Encoding
    value: float | str
    """As `type` and `order` give it, before scale."""
    why: Text
    order: Order = Order.ABCD
    quantity: Quantity | None = None
    """None where nothing but a number is known."""
    scale: float = 1.0
    is_sure: bool = False
    """Whether it is written into a draft as it is; otherwise as a comment."""


_FLOATS: Sequence[tuple[float, float, Quantity]] = (
    (49.0, 51.0, Quantity.FREQUENCY),
    (59.5, 60.5, Quantity.FREQUENCY),
    (200.0, 250.0, Quantity.VOLTAGE),
    (360.0, 430.0, Quantity.VOLTAGE),
    (105.0, 125.0, Quantity.VOLTAGE),
)
_WHOLE: Sequence[tuple[int, int, float, Quantity]] = (
    (4_950, 5_050, 0.01, Quantity.FREQUENCY),
    (5_950, 6_050, 0.01, Quantity.FREQUENCY),
    (495, 505, 0.1, Quantity.FREQUENCY),
    (2_000, 2_500, 0.1, Quantity.VOLTAGE),
    (3_600, 4_300, 0.1, Quantity.VOLTAGE),
    (100, 450, 0.1, Quantity.TEMPERATURE),
    (451, 950, 0.1, Quantity.RELATIVE_HUMIDITY),
    (200, 250, 1.0, Quantity.VOLTAGE),
)
"""Raw numbers, the scale under which they are usual, and of what; the likelier first."""
_SPEEDS = frozenset({1200, 2400, 4800, 9600, 14_400, 19_200, 38_400, 57_600})


def guesses(first: Register, words: Sequence[int]) -> list[Guess]:
    """Return what the run of registers `words` from `first` on may mean, in their order."""
    if first.table in BIT_TABLES:
        return [_bit(Register(first.table, first.address + offset), bit) for offset, bit in enumerate(words)]
    found: list[Guess] = []
    offset = 0
    order, parity = _floats(words)
    while offset < len(words):
        guess = (
            _text(first, words, offset) or _float(first, words, offset, order, parity) or _word(first, words, offset)
        )
        found.append(guess)
        offset += guess.registers
    return found


def _at(first: Register, offset: int) -> Register:
    return Register(first.table, first.address + offset)


def _bit(at: Register, bit: int) -> Guess:
    return Guess(at, 1, Encoding.BOOL, bit, Text("a bit: what it means is not to be seen", "位：含义无法由数值判断"))


def _text(first: Register, words: Sequence[int], offset: int) -> Guess | None:
    count = next((n for n, word in enumerate(words[offset:]) if not _is_letters(word)), len(words) - offset)
    if count < _TEXT:
        return None
    letters = struct.pack(f">{count}H", *words[offset : offset + count]).rstrip(b"\0 ").decode("ascii")
    return Guess(
        _at(first, offset), count, Encoding.STRING, letters, Text(f"letters: {letters!r}", f"文本：{letters!r}")
    )


def _is_letters(word: int) -> bool:
    high, low = word >> 8, word & 0xFF
    return 0x20 <= high < 0x7F and (0x20 <= low < 0x7F or low == 0)


def _floats(words: Sequence[int]) -> tuple[Order | None, int]:
    """Return in which order, and from an even or odd offset on, the words of a run are floats; None: they are not."""
    ways = itertools.product((0, 1), Order)
    best, (parity, order) = max(((_sanity(words, *way), way) for way in ways), key=lambda each: each[0])
    return (order, parity) if best[0] > _SHARE else (None, 0)


def _sanity(words: Sequence[int], parity: int, order: Order) -> tuple[float, float]:
    """Return which part of the floats are measured values, and how short they are.

    From an odd offset on, the words of CDAB make floats of ABCD that are nearly the same: an even one goes before it,
    unless its numbers are clearly longer.
    """
    values = [value for _, value in _pairs(words, parity, order) if value != 0]
    sane = [value for value in values if _is_measured(value)]
    if len(sane) < 2:
        return 0.0, 0.0
    return len(sane) / len(values), -sum(map(float32_digits, sane)) / len(sane) - _ODD * parity


def _pairs(words: Sequence[int], parity: int, order: Order) -> Iterator[tuple[int, float]]:
    for offset in range(parity, len(words) - 1, 2):
        yield offset, _float_at(words, offset, order)


def _float_at(words: Sequence[int], offset: int, order: Order) -> float:
    return number(struct.pack(">2H", *words[offset : offset + 2]), Encoding.FLOAT32, order)


def _is_measured(value: float) -> bool:
    return isfinite(value) and _LEAST <= abs(value) <= _MOST


def _float(first: Register, words: Sequence[int], offset: int, order: Order | None, parity: int) -> Guess | None:
    if order is None or offset % 2 != parity or offset + 1 >= len(words):
        return None
    value = _float_at(words, offset, order)
    if value != 0 and not _is_measured(value):
        return None
    quantity = next((kind for low, high, kind in _FLOATS if low <= value <= high), None)
    why = Text(f"a float in the order {order} is {value:.6g}", f"按 {order} 为浮点数 {value:.6g}")
    return Guess(_at(first, offset), 2, Encoding.FLOAT32, value, why, order, quantity, is_sure=quantity is not None)


def _word(first: Register, words: Sequence[int], offset: int) -> Guess:
    word = words[offset]
    at = _at(first, offset)
    if word in (0xFFFF, 0x7FFF, 0x8000):
        why = Text(f"0x{word:04X}: usually no value", f"0x{word:04X}：通常表示无数值")
        return Guess(at, 1, Encoding.UINT16, word, why)
    if word in _SPEEDS:
        why = Text(f"{word}: probably the speed of its line", f"{word}：可能是串口波特率")
        return Guess(at, 1, Encoding.UINT16, word, why)
    value = word - 0x1_0000 if word >= 0xFC00 else word
    if value < 0:
        why = Text(f"{word} is {value} with its sign", f"{word} 按有符号数为 {value}")
        return Guess(at, 1, Encoding.INT16, value, why, quantity=Quantity.TEMPERATURE, scale=0.1)
    for low, high, scale, quantity in _WHOLE:
        if low <= word <= high:
            return _scaled(at, word, scale, quantity, words)
    return Guess(at, 1, Encoding.UINT16, word, Text(f"the number {word}", f"数值 {word}"))


def _scaled(at: Register, word: int, scale: float, quantity: Quantity, words: Sequence[int]) -> Guess:
    """Return a number that is usual under a scale; sure when a hundredth of a hertz says so, or three phases do."""
    alike = sum(0.9 * word <= other <= 1.1 * word for other in words)
    is_sure = (quantity is Quantity.FREQUENCY and scale == 0.01) or (quantity is Quantity.VOLTAGE and alike >= 3)
    why = Text(f"{word} × {scale:g} = {word * scale:g}", f"{word} × {scale:g} = {word * scale:g}")
    encoding = Encoding.INT16 if quantity is Quantity.TEMPERATURE else Encoding.UINT16
    return Guess(at, 1, encoding, word, why, quantity=quantity, scale=scale, is_sure=is_sure)
