"""Places along a line of several stretches. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from math import dist

from roommon.web.floor import At


def length(line: Sequence[At]) -> float:
    """Return how long `line` is."""
    return sum(dist(begin, end) for begin, end in pairwise(line))


def along(line: Sequence[At], share: float) -> At:
    """Return the place at `share` (0 to 1) of the length of `line`; beyond an end, that end."""
    rest = share * length(line)
    if rest <= 0:
        return line[0]
    for begin, end in pairwise(line):
        stretch = dist(begin, end)
        if rest <= stretch:
            part = rest / stretch
            return At(begin.x + part * (end.x - begin.x), begin.y + part * (end.y - begin.y))
        rest -= stretch
    return line[-1]
