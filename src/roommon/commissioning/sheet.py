"""A maker's register sheet as a profile for review: its points, what is doubtful, what was left out and why. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from roommon.commissioning.sheet_addresses import Address, Numbering, are_hex, numbering, parsed
from roommon.commissioning.sheet_draft import Drafted, Left
from roommon.commissioning.sheet_file import Grid
from roommon.commissioning.sheet_functions import access
from roommon.commissioning.sheet_headings import Column
from roommon.commissioning.sheet_lines import Line, Lines, lines
from roommon.commissioning.sheet_points import drafted
from roommon.commissioning.sheet_types import ordered
from roommon.model.text import Text
from roommon.profiles.limits import Stretch
from roommon.profiles.point import Table
from roommon.profiles.profile import Category

_CATEGORIES: tuple[tuple[Category, frozenset[str]], ...] = (
    (Category.POWER, frozenset({"voltage", "current", "active_power", "energy", "frequency"})),
    (Category.VIBRATION, frozenset({"velocity", "acceleration", "displacement"})),
    (Category.ENVIRONMENT, frozenset({"temperature", "relative_humidity", "dew_point"})),
    (Category.CONTACTS, frozenset({"contact"})),
)
_BY_NAME: tuple[tuple[Category, tuple[str, ...]], ...] = (
    (Category.UPS, ("ups", "battery", "电池")),
    (Category.LEAK, ("leak", "漏水")),
    (Category.SPD, ("surge", "lightning", "防雷", "雷击")),
    (Category.CRAC, ("compressor", "压缩机", "air conditioner", "空调")),
    (Category.SMOKE, ("smoke", "烟")),
)


@dataclass(frozen=True, slots=True)
class Imported:
    """All that a sheet says."""

    points: tuple[Drafted, ...]
    identity: tuple[Drafted, ...]
    left: tuple[Left, ...]
    base: int
    """What the document calls the first register of a table."""
    hints: tuple[Text, ...]
    """What holds for the whole sheet: how its addresses were taken to count, and the byte order."""
    title: str

    @property
    def forbidden(self) -> tuple[Stretch, ...]:
        """Where no request may touch."""
        return _merged(left.forbidden for left in self.left if left.forbidden is not None)

    @property
    def not_understood(self) -> tuple[Left, ...]:
        """The lines that were left out and should not have been."""
        return tuple(left for left in self.left if not left.is_meant)

    @property
    def category(self) -> Category | None:
        """What it looks like, None where it could be anything."""
        names = " ".join(one.line.cell(Column.NAME).casefold() for one in self.points)
        named = [kind for kind, words in _BY_NAME if any(word in names for word in words)]
        quantities = {str(one.spec["quantity"]) for one in self.points}
        return next(iter([*named, *(kind for kind, has in _CATEGORIES if quantities & has)]), None)


def imported(grids: Sequence[Grid]) -> Imported:
    """Return what the sheets say."""
    found = lines(grids)
    placed = list(_placed(found.every))
    counts = numbering([(address, _table(line)) for line, address in placed if address is not None], found.said)
    made = [drafted(line, address, counts) for line, address in placed]
    points = [one for each in made if isinstance(each, list) for one in each]
    left = [each for each in made if isinstance(each, Left)]
    kept, touching = _apart(points, _merged(one.forbidden for one in left if one.forbidden is not None))
    values = _ordered([one for one in kept if not one.identity], found)
    identity, again = _first([one for one in kept if one.identity])
    return Imported(
        tuple(_named_apart(values)),
        identity,
        tuple(sorted((*left, *touching, *again), key=lambda one: found.every.index(one.line))),
        counts.base,
        tuple(_hints(placed, counts, values)),
        found.titles[0] if found.titles else "",
    )


def _placed(every: Sequence[Line]) -> Iterator[tuple[Line, Address | None]]:
    """Yield each line with its address; whether bare numbers are hexadecimal holds for a table."""
    hex_tables = {
        id(line.layout)
        for line in every
        if line.layout.is_hex or are_hex(one.address for one in every if one.layout is line.layout)
    }
    for line in every:
        yield line, parsed(line.address, bare_hex=id(line.layout) in hex_tables)


def _table(line: Line) -> Table | None:
    return access(line.cell(Column.FUNCTION), line.cell(Column.ACCESS)).table or line.section


def _apart(points: Iterable[Drafted], forbidden: Sequence[Stretch]) -> tuple[list[Drafted], list[Left]]:
    """Return the points, without those that stand where nothing may be read; these as lines that were left out."""
    kept: list[Drafted] = []
    touching: dict[tuple[str, int], Left] = {}
    for one in points:
        at = one.stretch
        if any(each.meets(at.table, at.first, at.last) for each in forbidden):
            why = Text("it stands in a register that is a command", "与命令寄存器重叠")
            touching[one.line.sheet, one.line.number] = Left(one.line, why)
        else:
            kept.append(one)
    return kept, [*touching.values()]


def _first(identity: Sequence[Drafted]) -> tuple[tuple[Drafted, ...], list[Left]]:
    """Return who the device is, each thing once, and the lines that say it again."""
    first = {one.identity: one for one in reversed(identity)}
    why = Text("another row says it already", "前面的行已给出")
    return tuple(first.values()), [Left(one.line, why, is_meant=True) for one in identity if one not in first.values()]


def _merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    merged: list[Stretch] = []
    for one in sorted(set(stretches), key=lambda each: (each.table, each.first)):
        if merged and merged[-1].table is one.table and one.first <= merged[-1].last + 1:
            merged[-1] = replace(merged[-1], last=max(merged[-1].last, one.last))
        else:
            merged.append(one)
    return tuple(merged)


def _ordered(points: Sequence[Drafted], found: Lines) -> list[Drafted]:
    """Return the points in the byte order that the sheet says for all of them, where a row does not say its own."""
    every = next((one for one in map(ordered, (*found.titles, *found.headings)) if one is not None), None)
    if every is None or every.order == "ABCD":
        return [*points]
    return [
        replace(one, spec={**one.spec, "order": every.order.value})
        if "order" not in one.spec and one.stretch.first < one.stretch.last
        else one
        for one in points
    ]


def _named_apart(points: Sequence[Drafted]) -> Iterator[Drafted]:
    """Yield the points, each with an id of its own."""
    many = Counter(str(one.spec["id"]) for one in points)
    used: set[str] = set(many)
    seen: Counter[str] = Counter()
    for one in points:
        name = str(one.spec["id"])
        seen[name] += 1
        if seen[name] > 1:
            name = next(new for number in range(2, len(points) + 3) if (new := f"{name}_{number}") not in used)
            used.add(name)
        yield replace(one, spec={**one.spec, "id": name})


def _hints(
    placed: Sequence[tuple[Line, Address | None]], counts: Numbering, points: Sequence[Drafted]
) -> Iterator[Text]:
    yield _counting(counts, min((at.number for _, at in placed if at is not None), default=0))
    wide = [one for one in points if one.stretch.first < one.stretch.last]
    told = [line for line, _ in placed if ordered(line.cell(Column.ORDER) + line.cell(Column.TYPE)) is not None]
    if wide and not told and not any("order" in one.spec for one in wide):
        yield Text(
            "the sheet does not say the byte order of 32 bits: ABCD was taken; if values are absurd, try `order: CDAB`",
            "点表未说明 32 位数据的字节序，按 ABCD 处理；如数值明显不对，请试 `order: CDAB`",
        )
    unclear = [line for line, _ in placed if (one := ordered(line.cell(Column.ORDER))) is not None and one.is_unclear]
    if unclear:
        yield Text(
            "what the sheet calls its byte order is used for two: compare one 32-bit value with the device's display",
            "点表所述字节序有两种理解：请将一个 32 位数值与设备显示核对",
        )


def _counting(counts: Numbering, lowest: int) -> Text:
    if counts.is_modicon and counts.base == 1:
        return Text("40001 (30001, ...) is the first register of its table", "40001（30001 等）为该表的首个寄存器")
    if counts.is_modicon:
        return Text("40000 (30000, ...) is the first register of its table", "40000（30000 等）为该表的首个寄存器")
    if counts.base == 1:
        return Text("the document counts registers from 1", "文档中寄存器从 1 起编号")
    if lowest == 1:
        return Text(
            "the lowest address is 1: it may count from 1. If the readings are those of the next register, write"
            " `address_base: 1`",
            "最小地址为 1，可能从 1 起编号：如读数错位一个寄存器，请写 `address_base: 1`",
        )
    return Text("addresses were taken as they travel, from 0", "地址按报文地址处理，从 0 起")
