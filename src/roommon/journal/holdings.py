"""What the file holds, and what of it is still to be sent."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roommon.journal import cursors, rows
from roommon.journal.group import Cursor
from roommon.journal.record import Backlog
from roommon.journal.series import SummariesHeld, held, summarised_until
from roommon.journal.spans import Span, count, missing
from roommon.journal.writing import ends
from roommon.model.clock import Instant
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Kept:
    """Which batches the file holds, and up to where its events go."""

    batches: Span
    """Empty when `last` is before `first`."""
    last_event: int
    put_back: Text | None = None
    """What somebody had done to the file at its path, when it was put back just now."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many readings some batches hold, and the instant of the oldest."""

    readings: int = 0
    oldest: Instant | None = None


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that the file holds."""

    schema: int
    """Its version."""
    readings: int
    oldest: Instant | None
    """The earliest instant of a reading; None when there is none."""
    newest: Instant | None
    events: int
    last_event: int
    """The number of the newest event that was ever written; 0 when there was none."""
    summaries: Sequence[SummariesHeld]
    summarised_until: Instant | None
    """Up to when readings are summarised, when the daemon is still about it (after an upgrade)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a deliverer is."""

    deliverer: str
    takes_readings: bool
    takes_events: bool
    sent_readings: int
    """Of those that are kept."""
    last_event: int
    """The number of the last event that it has sent."""
    waiting: Backlog


def kept(db: sqlite3.Connection) -> Kept:
    """Return where the batches and events of the file begin and end."""
    return Kept(ends(db, "batches"), rows.newest(db, "events"))


def counted(db: sqlite3.Connection, spans: Iterable[Span]) -> Counted:
    """Return what the batches in `spans` hold."""
    readings: int = 0
    oldest: Instant | None = None
    query = "SELECT sum(readings), min(first_at) FROM batches WHERE number BETWEEN ? AND ?"
    for span in spans:
        found, first_at = db.execute(query, span).fetchone()
        readings += found or 0
        oldest = min((at for at in (oldest, first_at) if at is not None), default=None)
    return Counted(readings, oldest)


def holdings(db: sqlite3.Connection) -> Holdings:
    """Return what the file holds."""
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    readings, oldest, newest = db.execute("SELECT sum(readings), min(first_at), max(last_at) FROM batches").fetchone()
    (events,) = db.execute("SELECT count(*) FROM events").fetchone()
    return Holdings(
        schema=schema,
        readings=readings or 0,
        oldest=oldest,
        newest=newest,
        events=events,
        last_event=rows.newest(db, "events"),
        summaries=held(db),
        summarised_until=summarised_until(db),
    )


def standings(db: sqlite3.Connection) -> list[Standing]:
    """Return how far every deliverer is, by name."""
    batches = ends(db, "batches")
    whole = counted(db, [batches]).readings
    return [_standing(db, cursor, batches, whole) for _, cursor in sorted(cursors.load(db).items())]


def _standing(db: sqlite3.Connection, cursor: Cursor, batches: Span, whole: int) -> Standing:
    spans = list(missing(cursor.sent, batches)) if cursor.readings else []
    found = counted(db, spans)
    events, first = _events_after(db, cursor.last_event) if cursor.events else (0, None)
    oldest = min((at for at in (found.oldest, first) if at is not None), default=None)
    sent = whole - found.readings if cursor.readings else 0
    waiting = Backlog(count(spans), found.readings, events, oldest)
    return Standing(cursor.deliverer, cursor.readings, cursor.events, sent, cursor.last_event, waiting)


def _events_after(db: sqlite3.Connection, number: int) -> tuple[int, Instant | None]:
    events, first = db.execute("SELECT count(*), min(at) FROM events WHERE number > ?", (number,)).fetchone()
    return events, first
