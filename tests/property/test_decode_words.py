"""Raw values of a reply, against a decoder that is slow and plain."""

import math
import struct

from hypothesis import given
from hypothesis import strategies as st

from roommon.poll.driver import Fault, Raw
from roommon.poll.modbus.words import unpacker
from roommon.poll.plan import Block, plan, width
from roommon.profiles.limits import Limits
from roommon.profiles.point import BIT_TABLES, Encoding, Order, Point, Register, Table

NUMBERS = [
    Encoding.INT16,
    Encoding.UINT16,
    Encoding.INT32,
    Encoding.UINT32,
    Encoding.INT64,
    Encoding.UINT64,
    Encoding.FLOAT32,
    Encoding.FLOAT64,
]


@st.composite
def points(draw: st.DrawFn) -> list[Point]:
    table = draw(st.sampled_from(Table))
    made = []
    for index in range(draw(st.integers(1, 15))):
        at = Register(table, draw(st.integers(0, 30)))
        if table in BIT_TABLES:
            made.append(Point(f"p{index}", at, Encoding.BOOL))
            continue
        encoding = draw(st.sampled_from([*NUMBERS, Encoding.BOOL, Encoding.STRING]))
        bits = None
        if encoding in {Encoding.UINT16, Encoding.BOOL} and draw(st.booleans()):
            low = draw(st.integers(0, 15))
            bits = (low, draw(st.integers(1, 16 - low)))
        made.append(Point(f"p{index}", at, encoding, draw(st.sampled_from(Order)), draw(st.integers(1, 4)), bits))
    return made


def slowly(point: Point, block: Block, data: bytes) -> Raw:
    """One point, step by step: bytes, order, number, bits."""
    assert isinstance(point.at, Register)
    at = point.at.address - block.address
    if block.table in BIT_TABLES:
        return data[at // 8] >> (at % 8) & 1
    words = [data[2 * n : 2 * n + 2] for n in range(at, at + width(point))]
    if point.order in {Order.CDAB, Order.DCBA}:
        words.reverse()
    if point.order in {Order.BADC, Order.DCBA}:
        words = [word[::-1] for word in words]
    together = b"".join(words)
    if point.encoding is Encoding.STRING:
        return together.lstrip(b"\0").split(b"\0")[0].decode("utf-8", errors="replace").strip()
    raw = number(point.encoding, together)
    if point.bits is not None:
        low, count = point.bits
        return sum((int(raw) >> (low + n) & 1) << n for n in range(count))
    return int(raw != 0) if point.encoding is Encoding.BOOL else raw


def number(encoding: Encoding, together: bytes) -> float:
    if encoding is Encoding.FLOAT32:
        return float(struct.unpack(">f", together)[0])
    if encoding is Encoding.FLOAT64:
        return float(struct.unpack(">d", together)[0])
    return int.from_bytes(together, "big", signed=encoding.value.startswith("int"))


@given(points(), st.data())
def test_every_point_is_what_the_slow_decoder_says(made: list[Point], data: st.DataObject) -> None:
    for block in plan(made, Limits(), 40).blocks:
        size = (block.count + 7) // 8 if block.table in BIT_TABLES else 2 * block.count
        reply = data.draw(st.binary(min_size=size, max_size=size))
        raws: list[Raw | Fault] = [""] * len(made)
        unpacker(block, made)(reply, raws)
        for place in block.places:
            got, right = raws[place.index], slowly(made[place.index], block, reply)
            same_nan = isinstance(got, float) and isinstance(right, float) and math.isnan(got) and math.isnan(right)
            assert same_nan or got == right
