"""How far a sensor's values went apart in the last window: the highest of them less the lowest.

Every reading counts, for one that left for a moment moved. They are kept as the lowest and highest of each 60th of the
window (by the clock's grid), so a window is a few kilobytes however fast the beat is, and it reaches back over at least
all of the window and over a cell more at most. A gap of more than a quarter of the window starts it anew, and so does
time that runs backwards: what a value did in a silence is not known.
"""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from roommon.model.clock import Duration, Instant

_CELLS = 60


class _Cell(NamedTuple):
    began: int
    low: float
    high: float


class Extent:
    """The window; `low` and `high` bound its values, and `is_whole` is whether they reach back over all of it."""

    __slots__ = ("_at", "_cells", "_number", "_width", "_window", "high", "is_whole", "low")

    def __init__(self, window: Duration) -> None:
        """Begin empty."""
        self._window = window
        self._width = max(1, window // _CELLS)
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        self._cells: deque[_Cell] = deque()
        self._number: int | None = None
        self._at: int | None = None
        self.low = self.high = 0.0
        self.is_whole = False

    def history(self) -> Duration:
        """Return how far back the readings go on which the extent may depend: the window, a gap, and a cell."""
        return Duration(self._window + self._window // 4 + self._width)

    def remember(self, at: Instant, value: float) -> None:
        """Take a value."""
        if self._at is not None and not 0 <= 4 * (at - self._at) <= self._window:
            self.forget()
        self._at = at
        if at // self._width == self._number:
            self._widen(value)
        else:
            self._begin(at, value)
        self._drop_until(at - self._window)

    def _widen(self, value: float) -> None:
        began, low, high = self._cells[-1]
        if not low <= value <= high:
            self._cells[-1] = _Cell(began, min(low, value), max(high, value))
            self.low, self.high = min(self.low, value), max(self.high, value)

    def _begin(self, at: int, value: float) -> None:
        self._number = at // self._width
        self._cells.append(_Cell(at, value, value))
        self._bound()

    def _drop_until(self, oldest: int) -> None:
        """Drop the cells that ended before `oldest`; the one in which it lies stays."""
        dropped = False
        while len(self._cells) > 1 and self._cells[1].began <= oldest:
            self._cells.popleft()
            dropped = True
        if dropped:
            self._bound()
        self.is_whole = self._cells[0].began <= oldest

    def _bound(self) -> None:
        self.low = min(cell.low for cell in self._cells)
        self.high = max(cell.high for cell in self._cells)

    def reaches(self, at: Instant) -> bool:
        """Return whether its last value was close enough before `at` for the window to be that of now."""
        return self._at is not None and 4 * (at - self._at) <= self._window

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return readings that bound the same, oldest first."""
        for began, low, high in self._cells:
            yield Instant(began), low
            yield Instant(began), high
        if self._at is not None:
            yield Instant(self._at), self._cells[-1].high

    def shift(self, by: Duration) -> None:
        """Move everything with the clock."""
        if self._at is None:
            return
        self._at += by
        self._cells = deque(cell._replace(began=cell.began + by) for cell in self._cells)
        self._number = self._at // self._width
