"""Points in words: where they stand, what came, how it becomes a value."""

import pytest

from roommon.poll.modbus.replies import Replies
from roommon.poll.plan import plan
from roommon.poll.shown import how, place
from roommon.profiles.limits import Limits
from roommon.profiles.point import Affine, Encoding, Gate, Oid, Order, Point, Register, Selector, Table

HELD = Register(Table.HOLDING, 4)


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (Point("a", HELD, Encoding.UINT16), "uint16"),
        (Point("a", HELD, Encoding.INT16, affine=Affine(0.1, -40)), "int16 × 0.1 - 40"),
        (Point("a", HELD, Encoding.INT16, affine=Affine(1, 0.5)), "int16 + 0.5"),
        (Point("a", HELD, Encoding.FLOAT32), "float32 ABCD"),
        (Point("a", HELD, Encoding.FLOAT32, Order.CDAB), "float32 CDAB"),
        (Point("a", HELD, Encoding.INT16, Order.BADC), "int16 BADC"),
        (Point("a", Register(Table.COIL, 4), Encoding.UINT16), "bool"),
        (Point("a", Oid("1.3.6"), Encoding.COUNTER64), "counter64"),
        (
            Point("a", Oid("1.3.6"), Encoding.NUMBER, selectors=(Selector("unit", {0: Affine()}),)),
            "number; told by unit",
        ),
        (
            Point("a", Oid("1.3.6"), Encoding.NUMBER, good_when=(Gate("fitted", frozenset({1})),)),
            "number; told by fitted",
        ),
    ],
)
def test_how_words_become_a_value(point: Point, words: str) -> None:
    assert how(point).en == words


def test_where_a_point_stands_says_which_bits_of_it() -> None:
    assert place(Point("a", HELD, Encoding.UINT16)) == "holding 4"
    assert place(Point("a", HELD, Encoding.UINT16, bits=(3, 1))) == "holding 4 bit 3"
    assert place(Point("a", HELD, Encoding.UINT16, bits=(3, 2))) == "holding 4 bits 3..4"


def test_each_point_has_its_own_registers_of_a_block_and_the_newest_reply_counts() -> None:
    points = [
        Point("wide", Register(Table.INPUT, 2), Encoding.UINT32, Order.CDAB),
        Point("bit", Register(Table.INPUT, 5), Encoding.UINT16, bits=(0, 1)),
        Point("name", Register(Table.INPUT, 6), Encoding.STRING, registers=2),
        Point("door", Register(Table.DISCRETE, 9), Encoding.BOOL),
        Point("window", Register(Table.DISCRETE, 17), Encoding.BOOL),
        Point("lost", Register(Table.HOLDING, 1), Encoding.UINT16),
    ]
    blocks = {block.table: block for block in plan(points, Limits(), 32).blocks}
    words = bytes.fromhex("d6870012 ffff 8001 5550 5331")
    replies = [(blocks[Table.INPUT], bytes(12)), (blocks[Table.INPUT], words), (blocks[Table.DISCRETE], b"\x01\x00")]
    came = Replies(replies, points).came()
    assert {points[index].key: (one.at, one.kind.en, one.words) for index, one in came.items()} == {
        "wide": ("input 2", "2 registers", "D687 0012"),
        "bit": ("input 5", "1 register", "8001"),
        "name": ("input 6", "2 registers", "5550 5331"),
        "door": ("discrete 9", "1 bit", "1"),
        "window": ("discrete 17", "1 bit", "0"),
    }
