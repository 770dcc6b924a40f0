"""What goes when there is too much or it is too old: the oldest first, a little at a time.

By age goes only what every deliverer has, so that a clock that was set wrong cannot throw away what was not delivered.
By bytes goes what is oldest, delivered or not; what was not is counted by deliverer and span of time. Summaries have
ages and a share of the room of their own (summary_retention.py).
"""

import sqlite3
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from roommon.journal import summary_retention
from roommon.journal.group import Cursor
from roommon.journal.record import Lost, WhyLost
from roommon.journal.schema import transaction
from roommon.journal.spans import Span, missing
from roommon.journal.summaries import taken_up_to
from roommon.journal.summary import DAY, HOURS, MINUTES
from roommon.journal.summing import DATED
from roommon.journal.writing import ends, insert_lost, joined_lost
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import ByteSize

STEP_READINGS = 50_000
"""What one step drops at most: about 10 ms of work."""
STEP_EVENTS = 500
STEP_PAGES = 256
STEP_BYTES = 1 << 20
"""What one step adds to the write-ahead log, about."""
EVENT_BYTES = 1024
"""What an event takes with its indexes, at most as a rule."""
EVENTS_SHARE = 0.25
"""Of the room, for events: beyond it the oldest events go before the oldest readings."""
LOG_ROOM = 8 << 20
"""Kept free of `at_most` for the write-ahead log. What the log really takes does not count: a reader that holds it open
must not make the journal throw away data."""
NEWEST_KEPT = 10_000
"""Rows of `rejected` and of `lost`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be kept."""

    keep: Duration
    at_most: ByteSize
    keep_minutes: Duration = Duration(60 * DAY)
    """Of summaries."""
    keep_hours: Duration = Duration(1095 * DAY)

    @property
    def kept_summaries(self) -> summary_retention.Kept:
        """How long summaries of each level are kept."""
        return {MINUTES: self.keep_minutes, HOURS: self.keep_hours}

    @property
    def room(self) -> int:
        """Bytes for the file itself."""
        return self.at_most - LOG_ROOM


@dataclass(frozen=True, slots=True)
class Usage:
    """How full the file is, in bytes."""

    used: int
    """Pages that hold something."""
    on_disk: int
    """All pages."""


@dataclass(frozen=True, slots=True)
class _Old:
    number: int
    first_at: Instant
    last_at: Instant
    readings: int


def usage(db: sqlite3.Connection) -> Usage:
    """Return how full the file is."""
    pages, free, size = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "freelist_count", "page_size")
    )
    return Usage((pages - free) * size, pages * size)


def tidy(db: sqlite3.Connection, limits: Limits, now: Instant, cursors: Collection[Cursor]) -> bool:
    """Do one step of what is due, and return whether it did anything."""
    full = usage(db)
    if full.used > limits.room:
        return _drop_for_room(db, limits, now, cursors)
    if full.on_disk > limits.room and full.on_disk > full.used:
        db.execute(f"PRAGMA incremental_vacuum({STEP_PAGES})").fetchall()
        return True
    return _drop_for_age(db, limits, now, cursors) or summary_retention.drop_for_age(db, limits.kept_summaries, now)


def _drop_for_room(db: sqlite3.Connection, limits: Limits, now: Instant, cursors: Collection[Cursor]) -> bool:
    if summary_retention.drop_for_room(db, limits.room):
        return True
    events = ends(db, "events")
    many = (events.last - events.first + 1) * EVENT_BYTES > limits.room * EVENTS_SHARE
    return (many and _drop_events(db, _oldest_events(db), now, cursors)) or _drop_batches(db, _oldest(db), now, cursors)


def _drop_for_age(db: sqlite3.Connection, limits: Limits, now: Instant, cursors: Collection[Cursor]) -> bool:
    before = Instant(now - limits.keep)
    sent = min((_sent_without_gap(db, cursor) for cursor in cursors if cursor.readings), default=None)
    done = min(number for number in (taken_up_to(db), sent) if number is not None)
    batches = [old for old in _aged(db, _oldest(db), before) if old.number <= done]
    told = min((cursor.last_event for cursor in cursors if cursor.events), default=None)
    events = [(number, at) for number, at in _events_before(db, before) if told is None or number <= told]
    return _drop_batches(db, batches, now, cursors) or _drop_events(db, events, now, cursors)


def _aged(db: sqlite3.Connection, oldest: Sequence[_Old], before: Instant) -> list[_Old]:
    """Return those of `oldest` that are from before `before`; what has no date is as old as what comes after it."""
    aged: list[_Old] = []
    undated: list[_Old] = []
    for old in oldest:
        if old.last_at >= before:
            return aged
        undated.append(old)
        if old.last_at >= DATED:
            aged, undated = [*aged, *undated], []
    return [*aged, *undated] if undated and _next_date(db, undated[-1].number) < before else aged


def _next_date(db: sqlite3.Connection, number: int) -> int:
    query = "SELECT last_at FROM batches WHERE number > ? AND last_at >= ? ORDER BY number LIMIT 1"
    found = db.execute(query, (number, DATED)).fetchone()
    return int(found[0]) if found else sys.maxsize


def _sent_without_gap(db: sqlite3.Connection, cursor: Cursor) -> int:
    """Return the last of the batches that the deliverer has sent without a gap from the oldest kept on."""
    batches = ends(db, "batches")
    return next((gap.first - 1 for gap in missing(cursor.sent, batches)), batches.last)


def _oldest(db: sqlite3.Connection) -> list[_Old]:
    """Return the oldest batches, as many as one step may drop and at least one."""
    query = "SELECT number, first_at, last_at, readings FROM batches ORDER BY number LIMIT 64"
    step: list[_Old] = []
    room = STEP_READINGS
    for row in db.execute(query):
        room -= row[3]
        if step and room < 0:
            break
        step.append(_Old(*row))
    return step


def _drop_batches(db: sqlite3.Connection, old: Sequence[_Old], now: Instant, cursors: Collection[Cursor]) -> bool:
    if not old:
        return False
    with transaction(db):
        for cursor in cursors:
            if cursor.readings:
                insert_lost(db, _unsent(cursor, old), now)
        db.execute("DELETE FROM batches WHERE number <= ?", (old[-1].number,))
        _drop_orphans(db, old[-1].number + 1)
    return True


def _unsent(cursor: Cursor, old: Sequence[_Old]) -> list[Lost]:
    gaps = list(missing(cursor.sent, Span(old[0].number, old[-1].number)))
    unsent = [one for one in old if any(gap.first <= one.number <= gap.last for gap in gaps)]
    return joined_lost(
        Lost(cursor.deliverer, one.first_at, one.last_at, one.readings, 0, WhyLost.ROOM) for one in unsent
    )


def _drop_orphans(db: sqlite3.Connection, first: int) -> None:
    """Drop what makes sense together with batches before `first` alone, but the configuration that was in force."""
    in_force = "SELECT max(number) FROM commands WHERE kind = 'configured' AND batch <= ?"
    db.execute(f"DELETE FROM commands WHERE batch < ? AND number IS NOT ({in_force})", (first, first))  # noqa: S608  # constants alone
    db.execute("DELETE FROM snapshots WHERE batch < ?", (first,))
    db.execute(
        "DELETE FROM configurations WHERE digest NOT IN (SELECT body FROM commands WHERE kind = 'configured')",
    )
    db.execute("DELETE FROM rejected WHERE number <= (SELECT max(number) FROM rejected) - ?", (NEWEST_KEPT,))
    db.execute("DELETE FROM lost WHERE number <= (SELECT max(number) FROM lost) - ?", (NEWEST_KEPT,))


_NOT_STANDING = "number NOT IN (SELECT event FROM standing)"


def _oldest_events(db: sqlite3.Connection) -> list[tuple[int, Instant]]:
    query = f"SELECT number, at FROM events WHERE {_NOT_STANDING} ORDER BY number LIMIT ?"  # noqa: S608  # constants alone
    return db.execute(query, (STEP_EVENTS,)).fetchall()


def _events_before(db: sqlite3.Connection, before: Instant) -> list[tuple[int, Instant]]:
    old = "at < ? AND (at >= ? OR batch < (SELECT min(number) FROM batches))"
    query = f"SELECT number, at FROM events WHERE {old} AND {_NOT_STANDING} ORDER BY at LIMIT ?"  # noqa: S608  # constants alone
    return db.execute(query, (before, DATED, STEP_EVENTS)).fetchall()


def _drop_events(
    db: sqlite3.Connection, old: Sequence[tuple[int, Instant]], now: Instant, cursors: Collection[Cursor]
) -> bool:
    if not old:
        return False
    with transaction(db):
        for cursor in cursors:
            unsent = [
                Lost(cursor.deliverer, at, at, 0, 1, WhyLost.ROOM) for number, at in old if number > cursor.last_event
            ]
            insert_lost(db, joined_lost(unsent if cursor.events else []), now)
        db.executemany("DELETE FROM events WHERE number = ?", [(number,) for number, _ in old])
    return True
