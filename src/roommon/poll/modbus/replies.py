"""What one beat of a Modbus device brought: the data of its replies, and what of it belongs to which point."""

from collections.abc import Mapping, Sequence

from roommon.model.text import Text
from roommon.poll.driver import Came
from roommon.poll.plan import Block, Place
from roommon.profiles.point import BIT_TABLES, Point


class Replies:
    """The blocks of one beat that brought data; see `driver.Heard`."""

    __slots__ = ("_points", "_taken")

    def __init__(self, taken: Sequence[tuple[Block, bytes]], points: Sequence[Point]) -> None:
        """`taken` has each block with its data, in the order in which they came; it is kept, and not copied."""
        self._taken = taken
        self._points = points

    def came(self) -> Mapping[int, Came]:
        """Return registers and bits; see `Heard.came`."""
        return {
            place.index: _came(str(self._points[place.index].at), block, place, data)
            for block, data in self._taken
            for place in block.places
        }


def _came(at: str, block: Block, place: Place, data: bytes) -> Came:
    far = place.first - block.address
    if block.table in BIT_TABLES:
        return Came(at, Text("1 bit", "1 位"), str(data[far // 8] >> far % 8 & 1))
    words = data[2 * far : 2 * (far + place.count)]
    kind = Text("1 register" if place.count == 1 else f"{place.count} registers", f"{place.count} 个寄存器")
    return Came(at, kind, words.hex(" ", 2).upper())
