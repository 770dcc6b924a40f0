"""The summaries of one sensor, read from all places where they may lie.

Minutes lie in blocks and parts; hours too, and the minutes that are not sealed yet belong to them. What is not
summarised at all, the last minute or two, is reckoned here from its batches.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from roommon.journal.block import GROUP, IllegibleSummaries, unpacked
from roommon.journal.columns import Columns, IllegibleBatch, marks_of
from roommon.journal.summaries import PART, taken_up_to
from roommon.journal.summary import HOURS, LEVELS, MINUTES, Level, Summary, joined, summed
from roommon.journal.summing import DATED
from roommon.journal.writing import COLUMNS
from roommon.model.clock import Duration, Instant

Series = dict[Instant, Summary]
"""By the instants at which the steps begin; nothing where nothing was read."""

TAIL = 1_000
"""Batches that are read as they are; when more are not summarised, the daemon is still about it."""


@dataclass(frozen=True, slots=True)
class SummariesHeld:
    """What the file holds of one step."""

    step: Duration
    oldest: Instant
    size: int
    """Bytes, without those of the last hour or day."""


def held(db: sqlite3.Connection) -> list[SummariesHeld]:
    """Return what the file holds, minutes before hours; what is empty is left out."""
    found = []
    for level in LEVELS.values():
        begin, size = db.execute(
            "SELECT min(oldest), sum(bytes) FROM summary_blocks WHERE step = ?", (level.step,)
        ).fetchone()
        part = "SELECT min(begin) FROM summaries WHERE slots = ? AND step = ?"
        (single,) = db.execute(part, (PART, level.step)).fetchone()
        begins = [at for at in (begin, single) if at is not None]
        if begins:
            found.append(SummariesHeld(level.step, Instant(min(begins)), size or 0))
    return found


def oldest(db: sqlite3.Connection, none: Instant) -> Instant:
    """Return when the first step begins that holds something, about; `none` when there is none."""
    query = "SELECT min(first_at) FROM batches WHERE number > ? AND last_at >= ?"
    (unsummarised,) = db.execute(query, (taken_up_to(db), DATED)).fetchone()
    begins = [one.oldest for one in held(db)]
    return min(begins if unsummarised is None else [*begins, max(unsummarised, DATED)], default=none)


def summarised_until(db: sqlite3.Connection) -> Instant | None:
    """Return up to when readings are summarised, when the daemon is still about it; None when nothing is missing."""
    query = "SELECT first_at FROM batches WHERE number > ? ORDER BY number LIMIT ?"
    waiting = db.execute(query, (taken_up_to(db), TAIL + 1)).fetchall()
    return Instant(waiting[0][0]) if len(waiting) > TAIL else None


def series(db: sqlite3.Connection, number: int, level: Level, since: Instant, until: Instant) -> Series:
    """Return the summaries of the sensor `number` whose steps begin from `since` on and before `until`, in order."""
    first, last = Instant(-(-since // level.step) * level.step), Instant(until)
    found: Series = {}
    for at, summary in _all(db, number, level, first, last):
        if first <= at < last:
            found[at] = joined(found[at], summary) if at in found else summary
    return dict(sorted(found.items()))


def _all(
    db: sqlite3.Connection, number: int, level: Level, first: Instant, last: Instant
) -> Iterator[tuple[Instant, Summary]]:
    """Yield all that is known, the same step more than once, and more than was asked for at the ends."""
    yield from _blocks(db, number, level, first, last)
    yield from _parts(db, number, level, first, last)
    end = Instant(-(-last // level.step) * level.step)
    if level is HOURS:
        for at, summary in _parts(db, number, MINUTES, first, end):
            yield Instant(at // level.step * level.step), summary
    yield from _tail(db, number, level, first, end)


def _blocks(
    db: sqlite3.Connection, number: int, level: Level, first: Instant, last: Instant
) -> Iterator[tuple[Instant, Summary]]:
    query = (
        "SELECT blocks.begin, body FROM summary_blocks AS blocks CROSS JOIN summaries USING (step, begin)"
        " WHERE step = ? AND blocks.begin >= ? AND blocks.begin < ? AND slots = ? AND first = ?"
    )
    wanted = (level.step, level.block_of(first), last, level.slots, number // GROUP * GROUP)
    for begin, body in db.execute(query, wanted):
        for slot, summary in _of_place(body, level.slots, number % GROUP):
            yield Instant(begin + slot * level.step), summary


def _parts(
    db: sqlite3.Connection, number: int, level: Level, first: Instant, last: Instant
) -> Iterator[tuple[Instant, Summary]]:
    query = "SELECT begin, body FROM summaries WHERE slots = ? AND step = ? AND begin >= ? AND begin < ? AND first = ?"
    for begin, body in db.execute(query, (PART, level.step, first, last, number // GROUP * GROUP)):
        for _, summary in _of_place(body, PART, number % GROUP):
            yield Instant(begin), summary


def _of_place(body: bytes, slots: int, place: int) -> Iterator[tuple[int, Summary]]:
    with contextlib.suppress(IllegibleSummaries):
        yield from unpacked(body, slots).of_place(place)


def _tail(
    db: sqlite3.Connection, number: int, level: Level, first: Instant, last: Instant
) -> Iterator[tuple[Instant, Summary]]:
    """Yield each reading that is not summarised yet as a summary of its own, unless those are too many."""
    if summarised_until(db) is not None:
        return
    query = f"SELECT {COLUMNS} FROM batches WHERE number > ? AND last_at >= ? AND first_at < ? ORDER BY number"  # noqa: S608  # constants alone
    taken = taken_up_to(db, number // GROUP * GROUP)
    for _, *columns in db.execute(query, (taken, max(first, DATED), last)):
        with contextlib.suppress(IllegibleBatch):
            for at, value in marks_of(Columns(*columns), number):
                if at >= DATED:
                    yield Instant(at // level.step * level.step), summed(value, 0 if value else 1)
