"""The lines of a sheet that describe registers, each with its columns and the table that its section names. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.commissioning.sheet_file import Cells, Grid
from roommon.commissioning.sheet_functions import table_in
from roommon.commissioning.sheet_headings import Column, Layout, continues, layout, title
from roommon.model.text import Text
from roommon.profiles.point import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table of registers."""

    sheet: str
    number: int
    """As a spreadsheet counts its rows, from 1."""
    cells: Cells
    layout: Layout
    section: Table | None
    """Which table the title above it, or the name of the sheet, says."""
    address: str
    """Its own, or for a bit that of the rows above."""

    def cell(self, column: Column) -> str:
        """Return what stands in `column`."""
        return self.layout.cell(self.cells, column)

    @property
    def place(self) -> Text:
        """Where it stands, in words."""
        zh_cn, en = f"第 {self.number} 行", f"row {self.number}"
        return Text(f"{self.sheet} {en}", f"{self.sheet} {zh_cn}") if self.sheet else Text(en, zh_cn)

    @property
    def original(self) -> str:
        """What stands in it."""
        return " | ".join(" ".join(cell.split()) for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Lines:
    """All of a workbook."""

    every: tuple[Line, ...]
    titles: tuple[str, ...]
    """What stands alone in a row."""
    headings: tuple[str, ...]

    @property
    def said(self) -> str:
        """All that holds for the whole: it may say by what the addresses count, and the byte order."""
        remarks = dict.fromkeys(line.cell(Column.REMARK) for line in self.every)
        return "\n".join([*self.titles, *self.headings, *remarks])


def lines(grids: Sequence[Grid]) -> Lines:
    """Return the lines of all sheets that have a row of headings."""
    every: list[Line] = []
    titles: list[str] = []
    headings: list[str] = []
    for grid in grids:
        name = grid.name if len(grids) > 1 else ""
        for found in _of_sheet(grid, name):
            if isinstance(found, Line):
                every.append(found)
            elif isinstance(found, Layout):
                headings += found.headings.values()
            else:
                titles.append(found)
    return Lines(tuple(every), tuple(titles), tuple(headings))


def _of_sheet(grid: Grid, name: str) -> Iterator[Line | Layout | str]:
    columns: Layout | None = None
    headings: Cells = ()
    section, address = table_in(grid.name), ""
    for number, row in enumerate(grid.rows, 1):
        words = title(row)
        if (found := layout(row)) is not None:
            columns, headings, address = found, row, ""
            yield found
        elif words:
            yield words
            section = table_in(words) or section
        elif columns is not None and any(row) and not continues(row, headings):
            address = columns.cell(row, Column.ADDRESS) or (address if columns.cell(row, Column.BIT) else "")
            yield Line(name, number, row, columns, section, address)
        headings = row if headings and continues(row, headings) else headings
