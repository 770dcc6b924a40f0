"""Where deliverers are, as rows."""

import sqlite3
from collections.abc import Iterable

from roommon.journal.group import Cursor
from roommon.journal.spans import Span


def load(db: sqlite3.Connection) -> dict[str, Cursor]:
    """Return the cursor of every deliverer."""
    rows = db.execute("SELECT deliverer, readings, events, last_event FROM cursors")
    return {row[0]: _cursor(db, *row) for row in rows.fetchall()}


def _cursor(db: sqlite3.Connection, deliverer: str, readings: int, events: int, last_event: int) -> Cursor:
    return Cursor(deliverer, bool(readings), bool(events), last_event, _sent(db, deliverer))


def _sent(db: sqlite3.Connection, deliverer: str) -> tuple[Span, ...]:
    rows = db.execute("SELECT first, last FROM sent WHERE deliverer = ? ORDER BY first", (deliverer,))
    return tuple(Span(*row) for row in rows)


def save(db: sqlite3.Connection, moved: Iterable[Cursor]) -> None:
    """Write cursors; one that wants nothing any more is forgotten."""
    for cursor in moved:
        db.execute("DELETE FROM sent WHERE deliverer = ?", (cursor.deliverer,))
        db.execute("DELETE FROM cursors WHERE deliverer = ?", (cursor.deliverer,))
        if cursor.readings or cursor.events:
            row = (cursor.deliverer, cursor.readings, cursor.events, cursor.last_event)
            db.execute("INSERT INTO cursors VALUES (?, ?, ?, ?)", row)
            db.executemany("INSERT INTO sent VALUES (?, ?, ?)", ((cursor.deliverer, *span) for span in cursor.sent))
