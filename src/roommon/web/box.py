"""Rectangles on a drawing. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from roommon.web.floor import At


class Box(NamedTuple):
    """A rectangle on the drawing."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    @property
    def middle(self) -> At:
        """Return the place in its middle."""
        return At(self.left + self.width / 2, self.top + self.height / 2)

    @classmethod
    def around(cls, at: At, width: float, height: float) -> "Box":
        """Return the box with its middle at a place."""
        return cls(at.x - width / 2, at.y - height / 2, width, height)

    def grown(self, by: float) -> "Box":
        """Return it larger by so much on each side."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)

    def meets(self, other: "Box") -> bool:
        """Return whether some of it lies over `other`."""
        beside = self.right <= other.left or other.right <= self.left
        return not beside and not (self.bottom <= other.top or other.bottom <= self.top)

    def within(self, other: "Box") -> bool:
        """Return whether all of it lies inside `other`."""
        beside = other.left <= self.left and self.right <= other.right
        return beside and other.top <= self.top and self.bottom <= other.bottom

    def nearest(self, at: At) -> At:
        """Return its own place that is nearest to `at`."""
        return At(min(max(at.x, self.left), self.right), min(max(at.y, self.top), self.bottom))

    def is_crossed(self, begin: At, end: At) -> bool:
        """Return whether a straight line runs through it (Liang and Barsky 1984)."""
        entered, left = 0.0, 1.0
        for start, way, low, high in (
            (begin.x, end.x - begin.x, self.left, self.right),
            (begin.y, end.y - begin.y, self.top, self.bottom),
        ):
            if not way:
                if not low < start < high:
                    return False
                continue
            near, far = sorted(((low - start) / way, (high - start) / way))
            entered, left = max(entered, near), min(left, far)
        return entered < left


_CELL = 100.0


class Crowd:
    """Boxes that are found by where they lie: each is held against its neighbours alone."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        """Hold `boxes`."""
        self._by_cell: defaultdict[tuple[int, int], list[Box]] = defaultdict(list)
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        """Hold one more."""
        for cell in _cells(box):
            self._by_cell[cell].append(box)

    def met(self, box: Box) -> int:
        """Return how many of them `box` lies over."""
        near = {other for cell in _cells(box) for other in self._by_cell.get(cell, ())}
        return sum(box.meets(other) for other in near)

    def crossed(self, begin: At, end: At) -> int:
        """Return through how many of them a straight line runs."""
        around = Box(min(begin.x, end.x), min(begin.y, end.y), abs(end.x - begin.x), abs(end.y - begin.y))
        near = {other for cell in _cells(around) for other in self._by_cell.get(cell, ())}
        return sum(other.is_crossed(begin, end) for other in near)


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    across = range(int(box.left // _CELL), int(box.right // _CELL) + 1)
    return product(across, range(int(box.top // _CELL), int(box.bottom // _CELL) + 1))
