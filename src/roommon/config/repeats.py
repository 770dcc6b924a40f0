"""Registers that repeat, block after block: which rows such a table has, and where the registers of each stand.

Nobody reckons an address: the profile says how many blocks there are and how far apart, and the device says which of
them are fitted, by the numbers that the maker gives them (`7`, or `2/7`: the seventh cable of circuit 2).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from roommon.config.units import NotAValue
from roommon.model.text import Text
from roommon.profiles.point import BIT_TABLES, Register
from roommon.profiles.profile import PointKey, RepeatSpec, RowSpec, Stride

_STRIDE = re.compile(r"(\d+)(?:\s*(bits?))?")
_RANGE = re.compile(r"((?:\d+[/.])*)(\d+)\s*\.\.\s*(\d+)")
_WORD = 16
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Numbered:
    """One row of a table of repeated registers."""

    table: PointKey
    steps: tuple[int, ...]
    """How many blocks of each level lie before it."""
    strides: tuple[Stride, ...]


def numbered(table: PointKey, levels: Sequence[RepeatSpec], index: str | int | None) -> Numbered:
    """Return the row `index` of the blocks that repeat as `levels` say.

    Raises:
        NotAValue: there is no such row.
    """
    numbers = [int(part) if part.isdigit() else None for part in str("" if index is None else index).split("/")]
    steps = [
        number - level.first
        for number, level in zip_longest(numbers, levels)
        if number is not None and level is not None and 0 <= number - level.first < level.count
    ]
    if len(steps) == len(levels) == len(numbers):
        return Numbered(table, tuple(steps), tuple(level.stride for level in levels))
    first, last = ("/".join(map(str, ends)) for ends in zip(*map(_ends, levels), strict=True))
    raise NotAValue(
        Text(f"`{table}` has no row {index}", f"表 `{table}` 没有第 {index} 行")
        if index is not None
        else Text("`index` is missing", "缺少 `index`"),
        Text(f"write `index:` {first} to {last}", f"`index:` 应为 {first} 至 {last}"),
    )


def _ends(level: RepeatSpec) -> tuple[int, int]:
    return level.first, level.first + level.count - 1


def each(row: RowSpec) -> Iterator[RowSpec]:
    """Yield the rows that `row` writes: of a range of indexes (`1..12`) each, its number behind id and name.

    What is no range, or one of more than a thousand rows, stays as it is.
    """
    found = _RANGE.fullmatch(str(row.index).strip())
    numbers = range(int(found.group(2)), int(found.group(3)) + 1) if found else range(0)
    if found is None or not 0 < len(numbers) <= _MOST:
        yield row
        return
    for number in numbers:
        name = None if row.name is None else Text(f"{row.name.en} {number}", f"{row.name.zh_cn} {number}")
        yield replace(row, id=PointKey(f"{row.id}-{number}"), index=f"{found.group(1)}{number}", name=name)


def moved(
    at: Register, bits: tuple[int, int] | None, row: Numbered, own: Stride | None
) -> tuple[Register, tuple[int, int] | None]:
    """Return where the point that stands at `at` in the first block stands in the block of `row`.

    `own` is the point's stride, if it is not that of its table.

    Raises:
        NotAValue: it cannot stand there.
    """
    strides = row.strides if own is None else (*row.strides[:-1], own)
    addresses = bit = 0
    for step, written in zip(row.steps, strides, strict=True):
        distance, in_bits = stride(written)
        addresses, bit = (addresses, bit + step * distance) if in_bits else (addresses + step * distance, bit)
    if bit or any(stride(written)[1] for written in strides):
        words, bits = _in_a_word(at, bits, bit)
        addresses += words
    if at.address + addresses > 0xFFFF:
        raise NotAValue(
            Text(f"its register would be {at.address + addresses}", f"其寄存器将为 {at.address + addresses}"),
            Text("check `count` and `stride`: addresses end at 65535", "请检查 `count` 与 `stride`：地址最大为 65535"),
        )
    return Register(at.table, at.address + addresses), bits


def stride(written: Stride) -> tuple[int, bool]:
    """Return how far apart blocks are that repeat each `written`, and whether that counts bits.

    Raises:
        NotAValue: it is no distance.
    """
    found = _STRIDE.fullmatch(str(written).strip())
    if found and int(found.group(1)):
        return int(found.group(1)), found.group(2) is not None
    raise NotAValue(
        Text(f"`{written}` is no distance", f"`{written}` 不是间距"),
        Text("write a number of addresses, `16`, or of bits, `1 bit`", "请写地址数，如 `16`，或位数，如 `1 bit`"),
    )


def _in_a_word(at: Register, bits: tuple[int, int] | None, bit: int) -> tuple[int, tuple[int, int]]:
    """Return how many registers further the bits stand, and where in that register."""
    if bits is None or at.table in BIT_TABLES:
        raise NotAValue(
            Text("a distance in bits is for bits of a register", "以位计的间距仅用于寄存器的位"),
            Text("add `bits: 0`, or write a number of addresses", "请添加 `bits: 0`，或写地址数"),
        )
    words, low = divmod(bits[0] + bit, _WORD)
    if low + bits[1] > _WORD:
        raise NotAValue(
            Text("its bits would stand in two registers", "其各位将跨两个寄存器"),
            Text("check `bits` and `stride`", "请检查 `bits` 与 `stride`"),
        )
    return words, (low, bits[1])
