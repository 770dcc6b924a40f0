"""Which column of a register sheet holds what, by its headings in English or Chinese. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from roommon.commissioning.sheet_file import Cells, Grid
from roommon.config.units import plain


class Column(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    """Of the line; it means nothing."""
    NAME = "name"
    ADDRESS = "address"
    FUNCTION = "function"
    TYPE = "type"
    ORDER = "order"
    SCALE = "scale"
    DECIMALS = "decimals"
    OFFSET = "offset"
    UNIT = "unit"
    RANGE = "range"
    STATES = "states"
    ACCESS = "access"
    COUNT = "count"
    BIT = "bit"
    REMARK = "remark"


_HEADINGS: tuple[tuple[Column, str], ...] = (
    (Column.NUMBER, r"序号|^no\.?$|^#$|^idx$|^index$|^s/?n$|^item no"),
    (Column.BIT, r"^bits?$|^bit ?(no|pos|number)|^位$|位号"),
    (Column.NAME, r"名称|寄存器(内容|定义|含义)|name|^register (content|meaning)"),
    (Column.REMARK, r"寄存器(说明|描述)|register descri"),
    (
        Column.FUNCTION,
        r"功能码|功能号|(寄存器|地址|点)类型|数据区|function|^fc$|^func|(register|address|point) ?type|^table$",
    ),
    (
        Column.COUNT,
        r"寄存器(个|数)|数量|个数|长度|字数|number of|no\. ?of|^qty|quantity|length|size|^words?$|^registers$|count",
    ),
    (Column.ORDER, r"字节序|字序|字节顺序|高低字|word order|byte order|endian"),
    (Column.ACCESS, r"读.{0,3}写|权限|属性|访问|^r ?[/&,|]? ?w$|access|read.{0,3}write|^attrib"),
    (Column.DECIMALS, r"小数|decimal"),
    (Column.ADDRESS, r"地址|寄存器|address|^addr|^reg|register"),
    (Column.STATES, r"枚举|取值说明|状态说明|enum|^states?$"),
    (Column.SCALE, r"倍率|系数|比例|精度|分辨率|缩放|倍数|增益|放大|scal|multipl|factor|resolution|gain|coeff|^ratio"),
    (Column.OFFSET, r"偏移|^offset"),
    (Column.UNIT, r"单位|^units?$|uom|engineering unit"),
    (Column.RANGE, r"范围|量程|取值|range|limits?$|min.*max"),
    (Column.TYPE, r"类型|格式|type|format"),
    (
        Column.NAME,
        r"参数|变量|信号|测点|点名|数据项|项目|内容|含义|定义|parameter|variable|signal|^item|^data$|measur|point|content",
    ),
    (Column.REMARK, r"备注|说明|注释|描述|remark|comment|note|descri|explan"),
)
"""Asked in this order: a register's name, type and count are not its address."""
_BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
_LONGEST = 40
_HEX = re.compile(r"hex|十六进制|16进制|\(h\)")
_GAIN = re.compile(r"增益|放大|倍率|倍数|gain")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the columns of a table are."""

    at: Mapping[Column, int]
    headings: Mapping[Column, str]

    def cell(self, row: Cells, column: Column) -> str:
        """Return what `row` has there, one spelling for every character; empty when there is no such column."""
        place = self.at.get(column)
        return plain(row[place]) if place is not None and place < len(row) else ""

    @property
    def is_hex(self) -> bool:
        """Whether the heading of the addresses says that they are hexadecimal."""
        return _HEX.search(self.headings.get(Column.ADDRESS, "")) is not None

    @property
    def divides(self) -> bool:
        """Whether a whole number under the heading of the scale is by what the device multiplies."""
        return _GAIN.search(self.headings.get(Column.SCALE, "")) is not None


def column(heading: str) -> Column | None:
    """Return what a column with this heading holds."""
    text = _plain(heading)
    bare = " ".join(_BRACKETS.sub(" ", text).split())
    if not bare or len(bare) > _LONGEST:
        return None
    return next((kind for kind, words in _HEADINGS if re.search(words, bare)), None)


def layout(row: Cells) -> Layout | None:
    """Return the columns if `row` is one of headings: the address and another, and nothing that looks like data."""
    at: dict[Column, int] = {}
    for place, cell in enumerate(row):
        kind = column(cell)
        if kind is not None:
            at.setdefault(kind, place)
    if Column.ADDRESS not in at and Column.OFFSET in at:
        at[Column.ADDRESS] = at.pop(Column.OFFSET)
    if Column.NAME not in at and Column.REMARK in at:
        at[Column.NAME] = at[Column.REMARK]
    if not _is_table(row, at):
        return None
    return Layout(at, {kind: _plain(row[place]) for kind, place in at.items()})


def _is_table(row: Cells, at: Mapping[Column, int]) -> bool:
    if Column.ADDRESS not in at or Column.NAME not in at or len(at) < 3 - (len(row) < 3):
        return False
    said = {cell for cell in row if cell}
    return len(said) > 1 and not any(char.isdigit() for char in _BRACKETS.sub("", row[at[Column.ADDRESS]]))


def known(grid: Grid) -> int:
    """Return how many columns of the best row of headings are known."""
    return max((len(found.at) for found in map(layout, grid.rows) if found is not None), default=0)


def continues(row: Cells, above: Cells) -> bool:
    """Return whether `row` is a second line of headings: some of its cells are those above, merged with them."""
    return sum(bool(cell) and cell == over for cell, over in zip(row, above, strict=False)) >= 2


def title(row: Sequence[str]) -> str:
    """Return the text of a row that says one thing alone, such as `Input registers (04)`; else nothing."""
    said = list(dict.fromkeys(cell for cell in row if cell))
    return plain(said[0]) if len(said) == 1 else ""


def _plain(heading: str) -> str:
    return " ".join(plain(heading).casefold().replace("_", " ").split())
