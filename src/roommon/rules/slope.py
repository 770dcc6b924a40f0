"""The slope of the least-squares line through the last window of a sensor's values.

**Why not the last minus the first**, as many controllers have it: that hangs on two readings. With a probe that shows
tenths it is wrong by up to 0.2 K over the window, and one odd reading at either end moves it by all of itself. In the
slope of n readings (PromQL's `deriv`) an odd reading of size d counts 6d/n per window at most, and noise falls with the
root of n. Theil and Sen's median of slopes would bear more odd readings, but needs all pairs.

**When there is one.** The readings must reach over three quarters of the window; a gap of more than a quarter starts it
anew: a slope across a long silence says what happened, not what happens. So does time that runs backwards.

**What it costs, and why it is exact.** One reading of each 240th of the window counts (by the clock's grid, not by when
the daemon started), so a window is 4 kB however fast the beat is, and a reading that does not count costs a division.
The sums are integers (ms, and values in 2^-20 of their unit), so adding and taking away leaves no trace: the slope
depends on the readings in the window alone, and a window rebuilt after a restart gives the same bits.
"""

from array import array
from collections.abc import Iterator

from roommon.model.clock import Duration, Instant

_COUNTED = 240
"""Readings of a window that count, at most."""
_GRAIN = 1 << 20
_LARGEST = float(1 << 53)
"""Beyond it a float does not resolve 1, and no rate can be told."""


def is_tellable(value: float) -> bool:
    """Return whether a rate can be told of `value`."""
    return abs(value) <= _LARGEST


class Slope:
    """The window; `rate` is its slope per `per` milliseconds, None while the readings do not reach far enough."""

    __slots__ = ("_at", "_cell", "_per", "_sums", "_value", "_width", "_window", "rate")

    def __init__(self, window: Duration, per: Duration) -> None:
        """Begin empty."""
        self._window = window
        self._per = per
        self._width = max(1, window // _COUNTED)
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        self._at = array("q")
        self._value = array("d")
        self._cell: int | None = None
        self._sums = (0, 0, 0, 0)
        self.rate: float | None = None

    def history(self) -> Duration:
        """Return how far back the readings go on which the slope may depend."""
        return Duration(self._window + self._width)

    def remember(self, at: Instant, value: float) -> None:
        """Take a value; one that is not tellable, or not the first of its cell, does not count."""
        cell = at // self._width
        if cell == self._cell or not is_tellable(value):
            return
        if self._at and not 0 <= 4 * (at - self._at[-1]) <= self._window:
            self.forget()
        self._append(at, value)
        self._drop_until(at - self._window)
        self.rate = self._slope()

    def _append(self, at: int, value: float) -> None:
        self._cell = at // self._width
        self._at.append(at)
        self._value.append(value)
        self._count(at, value, 1)

    def _drop_until(self, oldest: int) -> None:
        gone = 0
        while self._at[gone] < oldest:
            self._count(self._at[gone], self._value[gone], -1)
            gone += 1
        if gone:
            del self._at[:gone]
            del self._value[:gone]

    def _count(self, at: int, value: float, sign: int) -> None:
        t, v, tt, tv = self._sums
        grains = sign * round(value * _GRAIN)
        self._sums = (t + sign * at, v + grains, tt + sign * at * at, tv + at * grains)

    def _slope(self) -> float | None:
        span = self._at[-1] - self._at[0]
        if span == 0 or 4 * span < 3 * self._window:
            return None
        count = len(self._at)
        t, v, tt, tv = self._sums
        return (count * tv - t * v) * self._per / ((count * tt - t * t) * _GRAIN)

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return the readings that count, oldest first."""
        return zip(map(Instant, self._at), self._value, strict=True)

    def shift(self, by: Duration) -> None:
        """Move all readings with the clock."""
        readings, rate = list(self.remembered()), self.rate
        self.forget()
        for at, value in readings:
            self._append(at + by, value)
        self.rate = rate
