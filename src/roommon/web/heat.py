"""The heat map: temperatures between the inlets, and the areas of equal colour. Pure.

Between the inlets counts the inverse of the distance, in Franke and Little's form: an inlet's weight falls to 0 at its
reach, so that no edge is drawn where an inlet stops to count. Where no inlet reaches, nothing is known and nothing is
drawn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import ceil, dist, sqrt
from typing import NamedTuple

from roommon.web.floor import RECOMMENDED_C, At, Heat

_NODES = 1000
"""About so many places are reckoned, however large the floor is."""
_FINEST_M = 0.25
_TOUCHING_M = 0.01
"""Nearer than this, a place is the inlet's own."""
_COLD, _MIDDLE, _HOT = 3, 3, 4
"""Steps of the scale below, within and above the recommended range."""

Temperatures = Sequence[float | None]
"""By node, row by row; None where nothing is known."""


class Grid(NamedTuple):
    """Nodes in equal steps over a floor: `columns` + 1 by `rows` + 1 of them."""

    columns: int
    rows: int
    across: float
    """From column to column."""
    down: float

    def nodes(self) -> Iterator[At]:
        """Yield every node, row by row."""
        for row in range(self.rows + 1):
            for column in range(self.columns + 1):
                yield At(column * self.across, row * self.down)


class Area(NamedTuple):
    """The part of a floor that has at least the temperature of one step of the scale."""

    step: int
    """0 is the coldest."""
    outlines: Sequence[Sequence[At]]


@lru_cache(16)
def painted(width: float, depth: float, inlets: tuple[tuple[At, float], ...], heat: Heat) -> list[Area]:
    """Return the areas of a floor; the same inlets with the same temperatures are reckoned once for all who look."""
    over = grid(width, depth)
    return areas(over, between(over, inlets, heat.reach), edges(heat))


def edges(heat: Heat) -> list[float]:
    """Return the temperatures at which the colour changes, from the cold end of the scale to the hot one."""
    low, high = RECOMMENDED_C
    ends = ((heat.low, low, _COLD), (low, high, _MIDDLE), (high, heat.high, _HOT))
    return [begin + (end - begin) * step / steps for begin, end, steps in ends for step in range(steps)] + [heat.high]


def grid(width: float, depth: float) -> Grid:
    """Return the grid of a floor."""
    step = max(_FINEST_M, sqrt(width * depth / _NODES))
    columns, rows = ceil(width / step), ceil(depth / step)
    return Grid(columns, rows, width / columns, depth / rows)


def between(over: Grid, inlets: Sequence[tuple[At, float]], reach: float) -> Temperatures:
    """Return the temperature at every node of `over` from `inlets`, each with its own."""
    beyond = reach + max(over.across, over.down) * 2
    weights = _weights(over, tuple(at for at, _ in inlets), beyond)
    own = [temperature for _, temperature in inlets]
    return [sum(weight * own[index] for index, weight in node) if node else None for node in weights]


@lru_cache(16)
def _weights(over: Grid, places: tuple[At, ...], reach: float) -> list[tuple[tuple[int, float], ...]]:
    """Return, by node, the inlets that count there, each with its share."""
    return [_shares(node, places, reach) for node in over.nodes()]


def _shares(node: At, places: Sequence[At], reach: float) -> tuple[tuple[int, float], ...]:
    far = [(index, max(dist(node, place), _TOUCHING_M)) for index, place in enumerate(places)]
    weights = [(index, ((reach - away) / (reach * away)) ** 2) for index, away in far if away < reach]
    total = sum(weight for _, weight in weights)
    return tuple((index, weight / total) for index, weight in weights)


def areas(over: Grid, temperatures: Temperatures, steps: Sequence[float]) -> list[Area]:
    """Return the areas to be painted one upon the other, the coldest first; what would not be seen is left out."""
    cells = _cells(over, temperatures)
    if not cells:
        return []
    lowest, highest = min(cell.low for cell in cells), max(cell.high for cell in cells)
    first = bisect_right(steps, lowest)
    last = max(first, bisect_left(steps, highest))
    limits = ((step, steps[step - 1] if step else float("-inf")) for step in range(first, last + 1))
    return [Area(step, _outlines(over, cells, limit)) for step, limit in limits]


class _Cell(NamedTuple):
    """A rectangle between four nodes, of each of which the temperature is known."""

    column: int
    row: int
    low: float
    high: float
    corners: tuple[float, float, float, float]
    """In turn, from the upper left one."""


def _cells(over: Grid, temperatures: Temperatures) -> list[_Cell]:
    found: list[_Cell] = []
    wide = over.columns + 1
    for row in range(over.rows):
        for column in range(over.columns):
            at = row * wide + column
            a, b = temperatures[at], temperatures[at + 1]
            c, d = temperatures[at + wide + 1], temperatures[at + wide]
            if a is not None and b is not None and c is not None and d is not None:
                found.append(_Cell(column, row, min(a, b, c, d), max(a, b, c, d), (a, b, c, d)))
    return found


def _outlines(over: Grid, cells: Sequence[_Cell], limit: float) -> list[list[At]]:
    """Return where it is `limit` or warmer: whole cells joined along each row, and the parts of those on the edge."""
    outlines: list[list[At]] = []
    begun: _Cell | None = None
    end = (-1, -1)
    for cell in cells:
        if cell.high < limit:
            continue
        if cell.low < limit:
            outlines.append(_cut(over, cell, limit))
            continue
        if begun is not None and end != (cell.column, cell.row):
            outlines.append(_run(over, begun, end[0]))
            begun = None
        begun = begun or cell
        end = (cell.column + 1, cell.row)
    return outlines if begun is None else [*outlines, _run(over, begun, end[0])]


def _run(over: Grid, begin: _Cell, end: int) -> list[At]:
    """Return the outline of the whole cells from `begin` to the column `end`."""
    left, right = begin.column * over.across, end * over.across
    top, bottom = begin.row * over.down, (begin.row + 1) * over.down
    return [At(left, top), At(right, top), At(right, bottom), At(left, bottom)]


def _cut(over: Grid, cell: _Cell, limit: float) -> list[At]:
    """Return the part of a cell that is `limit` or warmer, the temperature being even along its sides."""
    corners = list(zip(_run(over, cell, cell.column + 1), cell.corners, strict=True))
    outline: list[At] = []
    for (begin, first), (end, second) in pairwise([*corners, corners[0]]):
        if first >= limit:
            outline.append(begin)
        if (first >= limit) != (second >= limit):
            part = (limit - first) / (second - first)
            outline.append(At(begin.x + part * (end.x - begin.x), begin.y + part * (end.y - begin.y)))
    return outline
