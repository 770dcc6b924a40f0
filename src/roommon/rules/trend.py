"""Where a sensor's values go: the median of the slopes between all pairs of readings in the window, and how sure it is.

**Why Theil and Sen's median** and not the least-squares line of `slope.py`: a forecast multiplies the slope by a time
as long as the window or longer, so one odd reading would move it by minutes. The median bears 29 % of odd readings. It
needs all pairs, so 30 readings of the window count at most, one of each 30th of it (by the clock's grid): 435 slopes,
and they are made only when somebody asks and the answer is not plain before (`is_out_of_reach`).

**How sure** (Sen 1968; Gilbert 1987, 16.4): Kendall's S of readings without a trend has a known variance, made smaller
by values that are alike; it says which of the sorted slopes bound the true one with 95 % confidence. If zero is between
them, there is no trend. No distribution of the noise is assumed, but that readings are independent of each other: the
swing of a cooling that cycles more slowly than the window is a trend, as far as the window can see.

The readings must reach over three quarters of the window, and a gap of more than a quarter starts it anew, as in
`slope.py`. All is made of the readings in the window, in their order, so a restart rebuilds the same bits.
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from typing import NamedTuple

from roommon.model.clock import Duration, Instant

_COUNTED = 30
_SURE = 1.959963984540054
"""The normal distribution's 97.5 % quantile: 95 % between both ends."""


class Line(NamedTuple):
    """The trend: `level` at the instant `at`, and three slopes per millisecond, of which `slope` is the likely one."""

    at: int
    level: float
    lowest: float
    slope: float
    highest: float

    @property
    def is_sure(self) -> bool:
        """Whether the values rise or fall, as far as the window can tell."""
        return self.lowest > 0 or self.highest < 0


class Trend:
    """The window; `reaches` is whether its readings reach far enough for a line."""

    __slots__ = ("_at", "_cell", "_line", "_value", "_width", "_window", "reaches")

    def __init__(self, window: Duration) -> None:
        """Begin empty."""
        self._window = window
        self._width = max(1, window // _COUNTED)
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        self._at = array("q")
        self._value = array("d")
        self._cell: int | None = None
        self._line: Line | None = None
        self.reaches = False

    def history(self) -> Duration:
        """Return how far back the readings go on which the trend may depend."""
        return Duration(self._window + self._width)

    def remember(self, at: Instant, value: float) -> None:
        """Take a value; one that is not the first of its cell does not count."""
        cell = at // self._width
        if cell == self._cell:
            return
        if self._at and not 0 <= 4 * (at - self._at[-1]) <= self._window:
            self.forget()
        self._append(at, value)
        self._drop_until(at - self._window)
        self._line = None
        self.reaches = 4 * (at - self._at[0]) >= 3 * self._window

    def _append(self, at: int, value: float) -> None:
        self._cell = at // self._width
        self._at.append(at)
        self._value.append(value)

    def _drop_until(self, oldest: int) -> None:
        gone = 0
        while self._at[gone] < oldest:
            gone += 1
        del self._at[:gone]
        del self._value[:gone]

    def line(self) -> Line | None:
        """Return the trend, if the readings reach far enough."""
        if self._line is None and self.reaches:
            self._line = line(self._at, self._value)
        return self._line

    def is_out_of_reach(self, limit: float, time: float) -> bool:
        """Return whether no line through these readings comes to `limit` in `time` ms, without making it.

        More than half of the pairs are a quarter of the readings apart or farther, so the median slope is no steeper
        than one that goes from the lowest to the highest value in that time; a cell less, for the clock may be set.
        """
        time_apart = (len(self._at) // 4 - 1) * self._width
        if time_apart <= 0:
            return False
        low, high = min(self._value), max(self._value)
        way = (high - low) * (1.25 * self._window + time) / time_apart
        return not low - way <= limit <= high + way

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return the readings that count, oldest first."""
        return zip(map(Instant, self._at), self._value, strict=True)

    def shift(self, by: Duration) -> None:
        """Move all readings with the clock."""
        self._at = array("q", (at + by for at in self._at))
        self._cell = self._at[-1] // self._width if self._at else None
        self._line = self._line and self._line._replace(at=self._line.at + by)


def line(at: "array[int]", values: "array[float]") -> Line:
    """Return the trend of two or more readings, the instants rising."""
    last = at[-1]
    ages, seen = [last - each for each in at], values.tolist()
    slopes = sorted(
        (later - earlier) / (age - younger)
        for place, (age, earlier) in enumerate(zip(ages, seen, strict=True))
        for younger, later in zip(ages[place + 1 :], seen[place + 1 :], strict=True)
    )
    slope = _middle(slopes)
    level = _middle(sorted(value + slope * age for value, age in zip(seen, ages, strict=True)))
    reach = _SURE * sqrt(_variance(seen))
    lowest = max(round((len(slopes) - reach) / 2) - 1, 0)
    highest = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
    return Line(last, level, slopes[lowest], slope, slopes[highest])


def _middle(ordered: list[float]) -> float:
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _variance(values: list[float]) -> float:
    """Return that of Kendall's S, if there is no trend."""
    alike = sum(_share(count) for count in Counter(values).values() if count > 1)
    return (_share(len(values)) - alike) / 18


def _share(count: int) -> int:
    return count * (count - 1) * (2 * count + 5)
