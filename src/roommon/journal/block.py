"""Summaries of sensors with neighbouring numbers as columns of bytes: how they lie on the disk.

A *part* holds one step of time, a *block* many. Every sensor of the group has its slots, filled or not, so that one
sensor is found by its place; empty slots compress to nothing. The columns are counts and good ones (uint32), lowest
and highest values (float64) and means, one after the other, little endian, compressed together. A part has its means as
they are (float64). A block, which lies there for years, has where they stand between lowest and highest (float32).
"""

import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from roommon.journal.summary import Summary, joined

GROUP = 32
"""Sensors in a part or block. More compress better, fewer are faster to read."""
_LEVEL = 1


class IllegibleSummaries(Exception):
    """The bytes are damaged or were never summaries."""


@dataclass(slots=True)
class Block:
    """The summaries of `GROUP` sensors in `slots` steps; that of a place and a slot is at place * slots + slot."""

    slots: int
    counts: "array[int]"
    goods: "array[int]"
    lows: "array[float]"
    highs: "array[float]"
    means: "array[float]"

    @property
    def is_part(self) -> bool:
        """Whether it holds one step."""
        return self.slots == 1

    def at(self, index: int) -> Summary:
        """Return one summary."""
        low, high, mean = self.lows[index], self.highs[index], self.means[index]
        known = mean if self.is_part else _between(low, mean, high)
        return Summary(self.counts[index], self.goods[index], low, known, high)

    def add(self, index: int, summary: Summary) -> None:
        """Join `summary` to what is there."""
        if self.counts[index]:
            summary = joined(self.at(index), summary)
        self.counts[index], self.goods[index], self.lows[index], mean, self.highs[index] = summary
        self.means[index] = mean if self.is_part else _share(summary)

    def of_place(self, place: int) -> Iterator[tuple[int, Summary]]:
        """Yield the filled slots of the sensor at `place`, with their summaries."""
        mine = slice(place * self.slots, (place + 1) * self.slots)
        counts, goods, lows = self.counts[mine], self.goods[mine], self.lows[mine]
        highs, means = self.highs[mine], self.means[mine]
        if not self.is_part:
            means = array("d", map(_between, lows, means, highs))
        for slot, count in enumerate(counts):
            if count:
                yield slot, Summary(count, goods[slot], lows[slot], means[slot], highs[slot])


def _share(summary: Summary) -> float:
    spread = summary.high / 2 - summary.low / 2  # halves: the whole may be more than a float holds
    return (summary.mean / 2 - summary.low / 2) / spread if spread > 0 else 0.0


def _between(low: float, share: float, high: float) -> float:
    return low if share <= 0 else high if share >= 1 else low * (1 - share) + high * share


def empty(slots: int) -> Block:
    """Return a block, or a part, without readings."""
    return _block(slots, bytes(_size(slots)))


def part_of(summaries: Mapping[int, Summary]) -> Block:
    """Return a part with these summaries, by place."""
    part = empty(1)
    for place, summary in summaries.items():
        part.add(place, summary)
    return part


def packed(block: Block) -> bytes:
    """Return `block` as bytes."""
    numbers = [_little_endian(column) for column in (block.counts, block.goods)]
    values = [_little_endian(column) for column in (block.lows, block.highs, block.means)]
    return zlib.compress(b"".join(numbers + values), _LEVEL)


def unpacked(body: bytes, slots: int) -> Block:
    """Return the block, or the part, of `body`.

    Raises:
        IllegibleSummaries: the bytes are damaged.
    """
    try:
        content = zlib.decompress(body)
    except zlib.error as error:
        raise IllegibleSummaries(str(error)) from error
    if len(content) != _size(slots):
        raise IllegibleSummaries(f"{len(content)} bytes for {slots} slots")
    return _block(slots, content)


def _size(slots: int) -> int:
    return GROUP * slots * (4 + 4 + 8 + 8 + (8 if slots == 1 else 4))


def _block(slots: int, content: bytes) -> Block:
    width = GROUP * slots
    ends = (4 * width, 8 * width, 16 * width, 24 * width)
    counts, goods, lows, highs, means = (
        content[first:last] for first, last in zip((0, *ends), (*ends, len(content)), strict=True)
    )
    return Block(
        slots, _whole(counts), _whole(goods), _real("d", lows), _real("d", highs), _real(_means_code(slots), means)
    )


def _means_code(slots: int) -> Literal["d", "f"]:
    return "d" if slots == 1 else "f"


def _whole(content: bytes) -> "array[int]":
    column = array("I", content)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _real(code: Literal["d", "f"], content: bytes) -> "array[float]":
    column = array(code, content)
    if sys.byteorder == "big":
        column.byteswap()
    return column


def _little_endian(column: "array[int] | array[float]") -> bytes:
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column.tobytes()
