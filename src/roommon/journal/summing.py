"""Batches of readings to summaries of minutes, in memory.

Values of a sensor and minute are gathered and looked at once, when the minute is over: that is a third of the work of
keeping the smallest, the sum and the largest up to date with each reading.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from itertools import groupby

from roommon.journal.block import GROUP
from roommon.journal.columns import Columns, IllegibleBatch, marks
from roommon.journal.summary import MINUTE, Summary, summed
from roommon.model.clock import Instant

LATE_MS = 5_000
"""How long after a minute its last readings may come; what comes later still is joined to it."""
DATED = Instant(1_577_836_800_000)
"""2020-01-01: what is from before has no date, for the box had not been told the time yet."""

Found = tuple[Instant, Mapping[int, Summary]]
"""When a minute begins, and the summaries of a group's sensors by their places in it; they may be none."""

_Values = defaultdict[int, "array[float]"]


def _no_values() -> "array[float]":
    return array("d")


class _Minute:
    """What was read in one minute, by the sensors' numbers."""

    __slots__ = ("good", "others")

    def __init__(self) -> None:
        self.good: _Values = defaultdict(_no_values)
        self.others: Counter[int] = Counter()

    def numbers(self) -> Iterator[int]:
        """Yield the sensors that were read."""
        yield from self.good
        yield from self.others

    def of(self, numbers: Iterable[int], first: int) -> dict[int, Summary]:
        """Return the summaries of those of `numbers` that were read, by their places behind `first`."""
        return {
            number - first: summed(self.good.get(number, ()), self.others[number])
            for number in numbers
            if number in self.good or number in self.others
        }


class Summing:
    """The minutes of what was taken since the last `clear`."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Minute] = {}
        self.readings = 0
        """How many were taken."""
        self._latest = 0

    def clear(self) -> None:
        """Forget what was taken."""
        self._minutes.clear()
        self.readings = self._latest = 0

    def take(self, columns: Columns, passed: Container[int] = ()) -> None:
        """Take the readings of one batch, but those of the groups `passed`, by their first numbers.

        What is illegible or has no date counts nowhere.
        """
        try:
            numbers, taken_at, values, codes = marks(columns)
        except IllegibleBatch:
            return
        self.readings += columns.readings
        self._latest = max(self._latest, columns.first_at)
        minutes = [at // MINUTE for at in taken_at] if columns.first_at // MINUTE != columns.last_at // MINUTE else None
        if minutes is None and not any(codes) and not passed:
            self._take_good(columns.first_at // MINUTE, numbers, values)
        else:
            each = zip(minutes or [columns.first_at // MINUTE] * len(numbers), numbers, values, codes, strict=True)
            self._take_each(one for one in each if one[1] // GROUP * GROUP not in passed)

    def _minute(self, minute: int) -> _Minute:
        found = self._minutes.get(minute)
        if found is None:
            found = self._minutes[minute] = _Minute()
        return found

    def _take_good(self, minute: int, numbers: list[int], values: "array[float]") -> None:
        good = self._minute(minute).good
        for number, value in zip(numbers, values, strict=True):
            good[number].append(value)

    def _take_each(self, readings: Iterable[tuple[int, int, float, int]]) -> None:
        for minute, number, value, code in readings:
            found = self._minute(minute)
            if code:
                found.others[number] += 1
            else:
                found.good[number].append(value)

    def over(self, now: Instant) -> bool:
        """Whether the oldest minute is over: by `now`, or because a whole batch is later."""
        return bool(self._minutes) and (min(self._minutes) + 1) * MINUTE <= max(now - LATE_MS, self._latest)

    def groups(self, wanted: Callable[[int], bool]) -> Iterator[tuple[int, list[Found]]]:
        """Yield what was found of each group of sensors, by its first number; only `wanted` sensors count."""
        dated = {minute: found for minute, found in self._minutes.items() if minute * MINUTE >= DATED}
        numbers = sorted({number for found in dated.values() for number in found.numbers() if wanted(number)})
        for first, some in groupby(numbers, key=lambda number: number // GROUP * GROUP):
            mine = list(some)
            yield first, [(Instant(minute * MINUTE), found.of(mine, first)) for minute, found in sorted(dated.items())]
