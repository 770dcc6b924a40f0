"""Labels beside their marks, so that nothing lies over their words where it can be helped. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from math import ceil, dist, inf
from typing import NamedTuple
from unicodedata import east_asian_width

from roommon.web.box import Box, Crowd
from roommon.web.floor import At

LINE = 1.25
"""Height of a line, in font sizes."""
_WIDE, _NARROW = 1.0, 0.62
"""Width of a letter, in font sizes, with what is bold and a light edge around it."""
_STEP = 1.5
"""Widths are taken in such steps, in font sizes: a label stays where it is when a figure of its value comes or goes."""
_GAP = 1.5
"""Between the middle of a mark and its label, in radii."""
_FAR = (4, 8, 12, 16, 20)
"""So much farther a label may stand, with a line that leads to it, in radii."""
_MOVED = (-2, 2, -4, 4, -6, 6)
"""So much higher or lower, in radii."""
_ON_TEXT, _LED, _ON_THING = 10, 2, 1
"""How bad it is to lie over a mark, words or a line; to stand away from the mark; to lie over what stands there."""

_LONG = 500.0
"""A line so long is as bad as a thing beneath the label."""
_WALL = 10.0
"""Thickness of the walls on the drawing."""
_FEW = 60
"""Where more labels than this find no place beside their mark, those that do not matter are not led away from it."""


class Mark(NamedTuple):
    """What a label belongs to."""

    at: At
    radius: float
    width: float
    """Of its label."""
    height: float
    matters: bool
    """Its label is written wherever it lies; another's is left out where it would lie over words, marks or lines."""


class Anchor(StrEnum):
    """Which end of its lines is nearest to the mark, as SVG has it."""

    START = "start"
    MIDDLE = "middle"
    END = "end"


class Label(NamedTuple):
    """Where a label stands."""

    box: Box
    anchor: Anchor
    led_to: At | None = None
    """Where the line from the mark ends; None where it stands beside its mark."""

    @property
    def x(self) -> float:
        """Return where its lines begin, have their middle, or end."""
        match self.anchor:
            case Anchor.START:
                return self.box.left
            case Anchor.MIDDLE:
                return self.box.middle.x
            case Anchor.END:
                return self.box.right


class Standing(NamedTuple):
    """What a label may lie over."""

    things: tuple[Box, ...]
    """If there is no better place."""
    words: tuple[Box, ...]
    """If there is no other place at all."""
    lines: tuple[tuple[At, At], ...]
    """The same."""


@lru_cache(8192)
def width(line: str, font: float) -> float:
    """Return about how wide a line of text is drawn."""
    return sum(_WIDE if east_asian_width(letter) in "WF" else _NARROW for letter in line) * font


def size(lines: Iterable[str], font: float) -> tuple[float, float]:
    """Return the width and height that a label of `lines` is given."""
    widths = [width(line, font) for line in lines]
    step = _STEP * font
    return ceil(max(widths, default=0.0) / step) * step, len(widths) * LINE * font


@lru_cache(32)
def placed(marks: tuple[Mark, ...], sheet: Box, standing: Standing) -> tuple[Label | None, ...]:
    """Return the label of each mark, on the side that lies over least: right of it where all are free; None of none.

    The same marks are placed once for all who look. Places beside their mark are given first, then those away from it;
    of both those that matter choose first.
    """
    places = _Places(sheet.grown(-_WALL), standing, marks)
    found: dict[int, Label] = {}
    order = sorted(range(len(marks)), key=lambda index: not marks[index].matters)
    for index in order:
        mark = marks[index]
        cost, label = places.best(mark, _beside(mark))
        if cost < _LED:
            found[index] = places.take(mark, label)
    rest = [index for index in order if index not in found]
    for index in rest:
        mark = marks[index]
        if mark.matters or len(rest) <= _FEW:
            cost, label = places.best(mark, _choices(mark))
            if mark.matters or cost < _ON_TEXT:
                found[index] = places.take(mark, label)
    return tuple(_unless_covered(index, marks, found) for index in range(len(marks)))


def _unless_covered(index: int, marks: Sequence[Mark], found: Mapping[int, Label]) -> Label | None:
    """Return a label, but not one over which there had to be one that matters."""
    own = found.get(index)
    if own is None or marks[index].matters:
        return own
    return None if any(marks[other].matters and own.box.meets(label.box) for other, label in found.items()) else own


class _Places:
    """Where something is already."""

    def __init__(self, sheet: Box, standing: Standing, marks: Sequence[Mark]) -> None:
        self._sheet = sheet
        self._lines = list(standing.lines)
        self._things = Crowd(standing.things)
        self._taken = Crowd([*standing.words, *(_dot(mark) for mark in marks)])

    def take(self, mark: Mark, label: Label) -> Label:
        """Return `label`, over which no other may lie from now on."""
        self._taken.add(label.box)
        if label.led_to is not None:
            self._lines.append((mark.at, label.led_to))
        return label

    def best(self, mark: Mark, choices: Iterable[Label]) -> tuple[float, Label]:
        """Return the best of `choices`, and how bad it is: 0 is where nothing else is."""
        every = list(choices)
        best = inf, every[0]
        for label in [each for each in every if each.box.within(self._sheet)] or every[:1]:
            cost = self._cost(mark, label)
            if cost < best[0]:
                best = cost, label
            if not cost:
                break
        return best

    def _cost(self, mark: Mark, label: Label) -> float:
        crossed = sum(label.box.is_crossed(*line) for line in self._lines)
        cost = _ON_TEXT * (self._taken.met(label.box) + crossed) + _ON_THING * self._things.met(label.box)
        if label.led_to is None:
            return cost
        begin = _dot(mark).nearest(label.led_to)
        on_text, on_things = (crowd.crossed(begin, label.led_to) for crowd in (self._taken, self._things))
        return cost + _LED + _ON_TEXT * on_text + _ON_THING * on_things + dist(mark.at, label.led_to) / _LONG


def _dot(mark: Mark) -> Box:
    return Box.around(mark.at, 2 * mark.radius, 2 * mark.radius)


def _beside(mark: Mark) -> Iterator[Label]:
    return _around(mark, _GAP * mark.radius)


def _choices(mark: Mark) -> Iterator[Label]:
    """Yield the places in the order in which a reader looks for a label: all around the mark, then away from it."""
    yield from _beside(mark)
    for radii in _FAR:
        for label in _away(mark, (_GAP + radii) * mark.radius):
            yield label._replace(led_to=label.box.nearest(mark.at))


def _away(mark: Mark, gap: float) -> Iterator[Label]:
    """Yield the sides in turn, and those beside the mark moved up and down too."""
    yield from _around(mark, gap)
    right, left, *_ = _around(mark, gap)
    for heights in _MOVED:
        for label in (right, left):
            yield label._replace(box=label.box._replace(top=label.box.top + heights * mark.radius))


def _around(mark: Mark, gap: float) -> Iterator[Label]:
    """Yield the sides in turn: beside, then below and above, then the corners."""
    (x, y), wide, high = mark.at, mark.width, mark.height
    right, left = (x + gap, Anchor.START), (x - gap - wide, Anchor.END)
    middle, beside = (x - wide / 2, Anchor.MIDDLE), y - high / 2
    above, below = y - gap - high, y + gap
    order = ((right, beside), (left, beside), (middle, below), (middle, above))
    corners = ((right, above), (right, below), (left, above), (left, below))
    for (across, anchor), down in (*order, *corners):
        yield Label(Box(across, down, wide, high), anchor)
