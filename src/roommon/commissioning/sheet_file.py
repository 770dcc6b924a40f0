"""A maker's register sheet as a file: csv or xlsx, read into grids of text.

The only file that knows openpyxl. A csv may be UTF-8, UTF-16 (Excel's "Unicode text") or GB18030 (Excel on a Chinese
Windows); what separates its cells is found by trying which one gives headings.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from roommon.model.text import Text
from roommon.model.worded import Worded

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SEPARATORS = (",", ";", "\t", "|")
_LARGEST = 20_000_000
"""Bytes; a register sheet is a thousandth of it."""

Cells = tuple[str, ...]


class NotASheet(Worded):
    """The file cannot be read as a sheet; its words say why."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: its rows from the first on, each cell as a person reads it."""

    name: str
    """Of the sheet in its workbook; empty for a csv."""
    rows: tuple[Cells, ...]


def grids(path: Path, knows: Callable[[Grid], int]) -> list[Grid]:
    """Return the sheets of the file; `knows` tells how many headings are known under one way to read a csv.

    Raises:
        NotASheet: it is neither csv nor xlsx.
        OSError: it cannot be read.
    """
    if path.stat().st_size > _LARGEST:
        raise NotASheet(Text("it is too large for a register sheet", "文件过大，不是寄存器点表"))
    data = path.read_bytes()
    if data[:4] == b"PK\x03\x04":
        return _workbook(data)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise NotASheet(Text("an old .xls: save it as .xlsx or .csv", "旧版 .xls：请另存为 .xlsx 或 .csv"))
    text = _decoded(data)
    if "\0" in text:
        raise NotASheet(Text("it is neither csv nor xlsx", "既不是 csv 也不是 xlsx"))
    return [max((_parted(text, one) for one in SEPARATORS), key=knows)]


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _parted(text: str, separator: str) -> Grid:
    try:
        rows = tuple(
            tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text, ""), delimiter=separator)
        )
    except csv.Error:
        rows = ()
    return Grid("", rows)


def _workbook(data: bytes) -> list[Grid]:
    from zipfile import BadZipFile  # noqa: PLC0415 - with openpyxl, for xlsx alone

    import openpyxl  # noqa: PLC0415 - 0.2 s that csv need not pay
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations, which no one reads here
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            return [_grid(sheet) for sheet in book.worksheets]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, EOFError) as error:
        raise NotASheet(Text("it is no workbook that can be read", "不是可读取的工作簿")) from error


def _grid(sheet: Worksheet) -> Grid:
    """Return the cells; a merged one is repeated over all that it covers, for it holds for all of them."""
    rows = [[_shown(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        top, left = merged.min_row - 1, merged.min_col - 1
        for row, column in _within(rows, top, left, merged.max_row, merged.max_col):
            rows[row][column] = rows[top][left]
    return Grid(sheet.title, tuple(tuple(row) for row in rows))


def _within(rows: Sequence[Sequence[str]], top: int, left: int, bottom: int, right: int) -> Iterator[tuple[int, int]]:
    for row in range(top, min(bottom, len(rows))):
        for column in range(left, min(right, len(rows[row]))):
            yield row, column


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value).strip()
