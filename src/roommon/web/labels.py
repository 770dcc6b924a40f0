"""Labels beside their marks, so that none lies over another where it can be helped. Pure."""

from collections.abc import Sequence
from typing import NamedTuple
from unicodedata import east_asian_width

_LINE = 1.25
"""Height of a line, in font sizes."""
_WIDE, _NARROW = 1.0, 0.58
"""Width of a letter, in font sizes."""


class Box(NamedTuple):
    """A rectangle on the drawing."""

    left: float
    top: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        """Return whether some of it lies over `other`."""
        beside = self.left + self.width <= other.left or other.left + other.width <= self.left
        above = self.top + self.height <= other.top or other.top + other.height <= self.top
        return not beside and not above

    def within(self, other: "Box") -> bool:
        """Return whether all of it lies inside `other`."""
        return (
            other.left <= self.left
            and other.top <= self.top
            and self.left + self.width <= other.left + other.width
            and self.top + self.height <= other.top + other.height
        )


def width(line: str, font: float) -> float:
    """Return about how wide a line of text is drawn."""
    return sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in line) * font


class Mark(NamedTuple):
    """What a label belongs to."""

    x: float
    y: float
    lines: Sequence[str]


_OVER_TEXT = 10
"""How much worse it is to lie over another mark or label than over what merely stands there."""


def placed(marks: Sequence[Mark], sheet: Box, standing: Sequence[Box], font: float, radius: float) -> list[Box]:
    """Return a box for the lines of each mark: on the side that lies over least; right of it where all are free.

    `standing` is what may be written over, if it must be.
    """
    taken = [Box(mark.x - radius, mark.y - radius, 2 * radius, 2 * radius) for mark in marks]
    found: list[Box] = []
    for index, mark in enumerate(marks):
        others = [*taken[:index], *taken[index + 1 :], *found]
        choices = _choices(mark, font, radius * 1.5)
        inside = [box for box in choices if box.within(sheet)] or choices[:1]
        found.append(min(inside, key=lambda box: _over(box, others) * _OVER_TEXT + _over(box, standing)))
    return found


def _over(box: Box, others: Sequence[Box]) -> int:
    return sum(box.meets(other) for other in others)


def _choices(mark: Mark, font: float, gap: float) -> list[Box]:
    """Return the sides in the order in which a reader looks for a label: beside, then above and below, then corners."""
    x, y, lines = mark
    wide, high = max((width(line, font) for line in lines), default=0.0), len(lines) * _LINE * font
    right, left, middle = x + gap, x - gap - wide, x - wide / 2
    beside, above, below = y - high / 2, y - gap - high, y + gap
    order = ((right, beside), (left, beside), (middle, below), (middle, above))
    corners = ((right, above), (right, below), (left, above), (left, below))
    return [Box(across, down, wide, high) for across, down in (*order, *corners)]
