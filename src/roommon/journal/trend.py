"""How one sensor went between two instants, in about as many points as can be drawn.

Every reading is a point where that is few enough; else summaries of a step that divides the day.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from roommon.journal.series import Series, held, oldest, series, summarised_until
from roommon.journal.summary import DAY, HOUR, HOURS, LEVELS, MINUTE, MINUTES, Summary, joined
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Quality, Reading

_STEPS = tuple(
    Duration(number * unit)
    for unit, numbers in ((MINUTE, (1, 2, 5, 10, 15)), (HOUR, (1, 2, 3, 6, 12)), (DAY, (1, 2, 7, 30)))
    for number in numbers
)
RAW_SPAN = Duration(2 * DAY)
NEAR = HOUR
"""How much later than its readings a batch may end, to be looked for: all later ones would be looked at as well."""
RAW_READINGS = 1_000_000
"""Of all sensors, in the batches that would be unpacked to read one: 0.2 s."""
RAW_BATCHES = 3_000
"""As above: 0.2 s however small they are."""


class Point(NamedTuple):
    """A step of a sensor's trend, or one reading."""

    begin: Instant
    """Of the step; of a reading, when it was taken."""
    low: float | None
    """Smallest of the good values; None, like the next two, when no reading was good."""
    mean: float | None
    high: float | None
    good: int
    """How many readings were good."""
    readings: int
    """Of any quality, at least one: where nothing was read there is no point."""

    @property
    def share_good(self) -> float:
        """0 to 1."""
        return self.good / self.readings


@dataclass(frozen=True, slots=True)
class Trend:
    """How a sensor went."""

    step: Duration | None
    """How long each point lasts; None when each is one reading."""
    points: list[Point]
    """In the order of time, also where the clock was set back."""
    summarised_until: Instant | None
    """Up to when the journal is summarised, when it is not yet as far as its readings go (after an upgrade)."""


def trend(
    db: sqlite3.Connection,
    number: int,
    since: Instant,
    until: Instant,
    points: int,
    readings: Callable[[], Iterable[Reading]],
) -> Trend:
    """Return the trend of the sensor `number` from `since` on and before `until`, in at most `points` points or so.

    `readings` reads those of the sensor in this time, of batches that end no later than `NEAR` after it.
    """
    behind = summarised_until(db)
    if until - since <= RAW_SPAN and _is_quick(db, since, until) and _count(db, number, since, until) <= points:
        found = sorted(map(of_reading, readings()), key=lambda point: point.begin)
        if _is_whole(db, number, since, until, found):
            return Trend(None, found, behind)
    step = _step(db, since, until, points)
    level = MINUTES if step < HOUR else HOURS
    begin = Instant(since // step * step)
    return Trend(step, points_of(series(db, number, level, begin, until), step), behind)


def _count(db: sqlite3.Connection, number: int, since: Instant, until: Instant) -> int:
    """Return how many readings the minutes hold that begin in this time."""
    return sum(summary.readings for summary in series(db, number, MINUTES, since, until).values())


def _is_whole(db: sqlite3.Connection, number: int, since: Instant, until: Instant, found: Sequence[Point]) -> bool:
    """Whether `found` are all readings of the whole minutes in this time; a clock that was set far may hide some."""
    first, last = Instant(-(-since // MINUTE) * MINUTE), Instant(until // MINUTE * MINUTE)
    return sum(first <= point.begin < last for point in found) == _count(db, number, first, last)


def _is_quick(db: sqlite3.Connection, since: Instant, until: Instant) -> bool:
    """Whether the readings of all sensors in this time are kept, and so few that one's are found at once."""
    row = db.execute("SELECT first_at FROM batches ORDER BY number LIMIT 1").fetchone()
    if row is None or row[0] > max(since, oldest(db, until) + MINUTE):
        return False
    query = "SELECT count(*), ifnull(sum(readings), 0) FROM batches WHERE last_at >= ? AND last_at < ?"
    batches, readings = db.execute(query, (since, until)).fetchone()
    return bool(batches <= RAW_BATCHES and readings <= RAW_READINGS)


def _step(db: sqlite3.Connection, since: Instant, until: Instant, points: int) -> Duration:
    """Return the shortest step that gives few enough points; minutes only where hours do not reach further back."""
    reaches = {kept.step: kept.oldest for kept in held(db)}
    hours = reaches.get(HOUR, until)
    shortest = MINUTE if reaches.get(MINUTE, since) <= max(since, hours + HOUR) else HOUR
    fitting = (step for step in _STEPS if step >= shortest and (until - since) / step <= points)
    return next(fitting, _STEPS[-1])


def points_of(found: Series, step: Duration) -> list[Point]:
    """Return the points of summaries that lie in order, so many together that each lasts `step`."""
    if step in LEVELS:
        return [of_summary(at, summary) for at, summary in found.items()]
    steps: Series = {}
    for at, summary in found.items():
        begin = Instant(at // step * step)
        steps[begin] = joined(steps[begin], summary) if begin in steps else summary
    return [of_summary(begin, summary) for begin, summary in steps.items()]


def of_summary(begin: Instant, summary: Summary) -> Point:
    """Return the point of a summary."""
    low, mean, high = (summary.low, summary.mean, summary.high) if summary.good else (None, None, None)
    return Point(begin, low, mean, high, summary.good, summary.readings)


def of_reading(reading: Reading) -> Point:
    """Return the point of one reading; of one that is not good no value is drawn."""
    value = reading.value if reading.quality is Quality.GOOD else None
    return Point(reading.taken_at, value, value, value, 0 if value is None else 1, 1)
