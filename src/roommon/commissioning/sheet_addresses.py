"""Addresses as makers write them: decimal, hexadecimal, ranges, 40001, with bits; and by what they count. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roommon.profiles.point import Table

_DASH = re.compile(r"\s*(?:[~～—–…]|\.\.+|至|到|\bto\b)\s*")
_LEAD = re.compile(r"^(?:addr(?:ess)?|reg(?:ister)?|地址|寄存器)\.?\s*:?\s*")
_BIT = re.compile(r"(?:[\s._,/]*bit\s*|\.|#|[\s_,/]+[bd])(\d{1,2})(?:\s*-\s*(?:bit\s*|[bd])?(\d{1,2}))?\s*位?$")
_NUMBER = r"(?:0x[0-9a-f]{1,5}|[0-9a-f]{1,5}h|[0134]x ?\d{1,5}|[0-9a-f]{1,6})"
_SPAN = re.compile(rf"({_NUMBER})(?:\s*[-,/&\n+]\s*({_NUMBER}))?")
_BLOCKS = {"0": Table.COIL, "1": Table.DISCRETE, "3": Table.INPUT, "4": Table.HOLDING}
_LONGEST = 125


@dataclass(frozen=True, slots=True)
class Address:
    """One cell of addresses."""

    number: int
    last: int
    text: str
    """The first number as it is written, without a range and bits."""
    is_hex: bool
    block: Table | None = None
    """Of `4x0001`, which says it."""
    bits: tuple[int, int] | None = None

    @property
    def count(self) -> int:
        """How many registers it spans."""
        return self.last - self.number + 1


def parsed(cell: str, *, bare_hex: bool) -> Address | None:
    """Return the address in `cell`, None if there is none; `bare_hex` numbers are hexadecimal without a sign of it."""
    text = _LEAD.sub("", _DASH.sub("-", cell.strip().casefold()))
    found_bits = _BIT.search(text)
    bits = _bits(found_bits) if found_bits else None
    if found_bits and bits is None:
        return None
    found = _SPAN.fullmatch(text[: found_bits.start()].strip() if found_bits else text)
    if not found:
        return None
    first = _number(found[1], bare_hex)
    last = first if found[2] is None else _number(found[2], bare_hex)
    if first is None or last is None or not first <= last < first + _LONGEST:
        return None
    block = _BLOCKS[found[1][0]] if found[1][1:2] == "x" and found[1][0] != "0" else None
    is_hex = block is None and not (found[1].isdigit() and not bare_hex)
    return Address(first, last, found[1], is_hex, block or _coil(found[1]), bits)


def _coil(text: str) -> Table | None:
    """Return the table of `0x 00001`, a coil's Modicon number and no hexadecimal."""
    return Table.COIL if text.startswith("0x ") else None


def _bits(found: "re.Match[str]") -> tuple[int, int] | None:
    low, high = int(found[1]), int(found[2] or found[1])
    low, high = min(low, high), max(low, high)
    return (low, high) if high < 16 else None


def _number(text: str, bare_hex: bool) -> int | None:
    if text.startswith("0x "):
        return int(text[3:])
    if text[:2] in ("1x", "3x", "4x"):
        return int(text[2:])
    if text.startswith("0x"):
        return int(text, 16)
    if text.endswith("h"):
        return int(text[:-1], 16)
    if bare_hex:
        return int(text, 16)
    return int(text) if text.isdigit() else None


def are_hex(cells: Iterable[str]) -> bool:
    """Return whether bare numbers among `cells` must be hexadecimal: one of them has a letter."""
    bare = [cell.strip().casefold() for cell in cells]
    return any(re.fullmatch(r"(?=.*[a-f])(?=.*\d)[0-9a-f]{2,4}", one) for one in bare)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a sheet counts its registers."""

    base: int
    """What the first register of a table is called, without the digit of 40001."""
    is_modicon: bool = False
    """40001 is the first holding register."""


def numbering(addresses: Sequence[tuple[Address, Table | None]], said: str) -> Numbering:
    """Return how `addresses` count, each with the table that its row or section names; `said` is all other text."""
    if any(one.block is not None for one, _ in addresses):
        return Numbering(0 if any(one.number == 0 for one, _ in addresses if one.block) else 1)
    if addresses and all(_is_modicon(one, table) for one, table in addresses):
        lowest = min(within_block(one.number) for one, _ in addresses)
        return Numbering(0 if lowest == 0 else 1, is_modicon=True)
    lowest = min((one.number for one, _ in addresses), default=0)
    return Numbering(1 if lowest > 0 and _ONE_BASED.search(said.casefold()) else 0)


_ONE_BASED = re.compile(
    r"(?:1|one)[- ]?based|start(?:s|ing)? (?:at|from|with) (?:1|one)\b|(?:subtract|minus|less) (?:1|one)\b"
    r"|address(?:es)? ?- ?1\b|从 ?1 ?开始|起始地址[为是:] ?1\b|减 ?1\b|地址 ?- ?1\b|pdu ?= ?\w+ ?- ?1"
)


def _is_modicon(one: Address, table: Table | None) -> bool:
    if one.is_hex or not re.fullmatch(r"[0134]\d{4,5}", one.text):
        return False
    return table is None or table is _BLOCKS[one.text[0]]


def within_block(number: int) -> int:
    """Return `number` without the digit that names its table: 40001 and 400001 are 1."""
    text = f"{number:05d}"
    return int(text[1:])


def block(one: Address) -> Table:
    """Return the table that a Modicon number names by its first digit."""
    return _BLOCKS[one.text[0]]
