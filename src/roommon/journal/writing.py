"""What one transaction writes: batches, commands, events, states, and what was lost."""

import sqlite3
from collections.abc import Iterable

from roommon.journal import alive, identities, rows
from roommon.journal.columns import Columns
from roommon.journal.group import Packed
from roommon.journal.record import Lost, NumberedEvent, WhyLost
from roommon.journal.spans import Span
from roommon.model.clock import Instant

NOBODY_HAS_IT = "journal"
"""The deliverer of what was lost before it came to the disk."""
COLUMNS = "number, readings, first_at, last_at, sensor, taken_at, value, code"


def ends(db: sqlite3.Connection, table: str) -> Span:
    """Return the lowest and the highest number in `table`; an empty span when there is nothing."""
    lowest, highest = f"SELECT min(number) FROM {table}", f"SELECT max(number) FROM {table}"  # noqa: S608  # our own names
    first, last = db.execute(f"SELECT ({lowest}), ({highest})").fetchone()  # as above
    follows = rows.newest(db, table) + 1
    return Span(follows, follows - 1) if first is None else Span(first, last)


def insert_group(db: sqlite3.Connection, group: Packed, now: Instant) -> None:
    """Write one group, in the transaction that is open."""
    batch = rows.newest(db, "batches") + 1
    for position, command in group.commands:
        rows.insert_command(db, command, batch, position)
    if group.columns:
        _insert_batch(db, batch, group.columns)
    for event in group.events:
        rows.insert_event(db, event, batch)
    for alarm, state in group.states.items():
        rows.put_state(db, alarm, state)
    for rejected in group.rejected:
        row = (rejected.deliverer, rejected.at, rejected.what, rejected.why)
        db.execute("INSERT INTO rejected (deliverer, at, what, why) VALUES (?, ?, ?, ?)", row)
    insert_lost(db, group.lost, now)
    identities.insert(db, group.identified)
    alive.insert(db, group.alive)
    alive.insert_told(db, group.alive_told)
    if group.newest is not None:
        db.execute("INSERT OR REPLACE INTO newest VALUES (1, ?)", (group.newest,))


def _insert_batch(db: sqlite3.Connection, number: int, columns: Columns) -> None:
    row = (number, columns.readings, columns.first_at, columns.last_at)
    blobs = (columns.sensors, columns.taken_at, columns.values, columns.codes)
    db.execute(f"INSERT INTO batches ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (*row, *blobs))  # noqa: S608  # constants alone


def insert_lost(db: sqlite3.Connection, lost: Iterable[Lost], now: Instant) -> None:
    """Write what was lost; a span that follows one of the same kind within a minute makes that one longer."""
    newest = "SELECT number, last_at FROM lost WHERE deliverer = ? AND why = ? ORDER BY number DESC LIMIT 1"
    for one in lost:
        last = db.execute(newest, (one.deliverer, one.why)).fetchone()
        if last and abs(one.first_at - last[1]) <= 60_000:
            longer = (one.first_at, one.last_at, one.readings, one.events, now, last[0])
            db.execute(
                "UPDATE lost SET first_at = min(first_at, ?), last_at = max(last_at, ?),"
                " readings = readings + ?, events = events + ?, noted_at = ? WHERE number = ?",
                longer,
            )
        else:
            row = (one.deliverer, one.first_at, one.last_at, one.readings, one.events, one.why, now)
            names = "deliverer, first_at, last_at, readings, events, why, noted_at"
            db.execute(f"INSERT INTO lost ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608  # constants alone


def joined_lost(lost: Iterable[Lost]) -> list[Lost]:
    """Return one loss for all of `lost` that are of one deliverer and one reason."""
    joined: dict[tuple[str, WhyLost], Lost] = {}
    for one in lost:
        before = joined.get((one.deliverer, one.why))
        joined[one.deliverer, one.why] = one if before is None else _together(before, one)
    return list(joined.values())


def _together(one: Lost, other: Lost) -> Lost:
    return Lost(
        one.deliverer,
        min(one.first_at, other.first_at),
        max(one.last_at, other.last_at),
        one.readings + other.readings,
        one.events + other.events,
        one.why,
    )


def lost_columns(columns: Columns, why: WhyLost) -> Lost:
    """Return the loss of a batch that nobody has."""
    return Lost(NOBODY_HAS_IT, columns.first_at, columns.last_at, columns.readings, 0, why)


def lost_events(events: list[NumberedEvent], why: WhyLost) -> Lost:
    """Return the loss of `events` (at least one) before they came to the disk."""
    return Lost(NOBODY_HAS_IT, events[0].event.at, events[-1].event.at, 0, len(events), why)


def insert_states(db: sqlite3.Connection) -> None:
    """Take a snapshot of all states, once there was an input."""
    row = db.execute("SELECT at FROM newest").fetchone()
    if row:
        rows.insert_snapshot(db, row[0], rows.newest(db, "batches") + 1)
