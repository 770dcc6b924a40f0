"""How long summaries are kept: whole blocks go, the oldest first, a few rows at a time.

A clock that was set years ahead must not throw away the years before it. So a block that is too old goes only when
there are as many others as the time to keep has: a wrong clock costs at most what it wrote itself.
"""

import sqlite3
from collections.abc import Mapping

from roommon.journal.schema import transaction
from roommon.journal.summary import LEVELS, Level
from roommon.model.clock import Duration, Instant

Kept = Mapping[Level, Duration]

SHARE = 0.25
"""Of the room, for the summaries of one level: beyond it the oldest of them go before the oldest readings."""
STEP_ROWS = 16
"""What one step drops at most: some hundred pages."""


def drop_for_age(db: sqlite3.Connection, keep: Kept, now: Instant) -> bool:
    """Do one step of what is due by age, and return whether it did anything."""
    return any(_drop_aged(db, level, age, now) for level, age in keep.items())


def _drop_aged(db: sqlite3.Connection, level: Level, age: Duration, now: Instant) -> bool:
    blocks, oldest = db.execute(
        "SELECT count(*), min(begin) FROM summary_blocks WHERE step = ?", (level.step,)
    ).fetchone()
    needed = -(-age // level.span) + 1  # the first and the last are not whole
    if blocks <= needed or oldest + level.span > now - age:
        return False
    _drop(db, level, oldest)
    return True


def drop_for_room(db: sqlite3.Connection, room: int) -> bool:
    """Do one step where a level has more than its share of `room` bytes, and return whether it did anything."""
    query = "SELECT step, min(begin), sum(bytes) FROM summary_blocks GROUP BY step"
    for step, oldest, size in db.execute(query).fetchall():
        if size > room * SHARE:
            _drop(db, LEVELS[step], oldest)
            return True
    return False


def _drop(db: sqlite3.Connection, level: Level, begin: Instant) -> None:
    place = "slots = ? AND step = ? AND begin = ?"
    some = f"SELECT number FROM summaries WHERE {place} LIMIT ?"  # noqa: S608  # constants alone
    wanted = (level.slots, level.step, begin)
    with transaction(db):
        found = db.execute(some, (*wanted, STEP_ROWS)).fetchall()
        db.executemany("DELETE FROM summaries WHERE number = ?", found)
        if len(found) < STEP_ROWS:
            db.execute("DELETE FROM summary_blocks WHERE step = ? AND begin = ?", (level.step, begin))
