"""A damaged file: how it is found at start, how it is set aside whole, and what the next file takes over.

Looking through 2 GiB would hold the start for minutes. So a small file is checked whole, and of a large one the tables
on which decisions rest; what lies deeper shows itself when it is read, and is set aside then.
"""

import contextlib
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from roommon.journal import cursors, rows
from roommon.journal.group import Cursor
from roommon.journal.record import NumberedEvent
from roommon.journal.schema import transaction
from roommon.journal.trouble import FileDamaged
from roommon.model.clock import Instant
from roommon.rules.state import Kept, StateId

CHECKED_WHOLE_BYTES = 64 << 20
Aside = Literal["damaged", "foreign"]
"""What a file that lies aside is: a journal that broke, or what somebody put in the place of one."""
_SMALL_TABLES = ("sensors", "states", "standing", "cursors", "sent", "newest")


@dataclass(frozen=True, slots=True)
class Memory:
    """What the daemon must know to go on, besides readings and history."""

    states: Mapping[StateId, Kept] = field(default_factory=dict)
    standing: Sequence[NumberedEvent] = ()
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    newest: Instant | None = None
    last_event: int = 0
    last_batch: int = 0
    last_alive: int = 0


def remember(db: sqlite3.Connection) -> Memory:
    """Return what the file knows."""
    newest = db.execute("SELECT at FROM newest").fetchone()
    return Memory(
        states=rows.states_of(db),
        standing=rows.standing(db),
        cursors=cursors.load(db),
        newest=Instant(newest[0]) if newest else None,
        last_event=rows.newest(db, "events"),
        last_batch=rows.newest(db, "batches"),
        last_alive=rows.newest(db, "alive"),
    )


def salvage(path: Path) -> Memory:
    """Return what can still be read of a damaged file: all that `remember` returns, or nothing.

    Nobody has sent any of the next file's batches, whose numbers go on from here.
    """
    with contextlib.suppress(sqlite3.Error, ValueError), contextlib.closing(sqlite3.connect(path)) as db:
        known = remember(db)
        unsent = {name: replace(cursor, sent=()) for name, cursor in known.cursors.items()}
        return replace(known, cursors=unsent)
    return Memory()


def examine(db: sqlite3.Connection, path: Path) -> None:
    """See that the file is sound, as far as that is quick.

    Raises:
        FileDamaged: it is not.
        sqlite3.DatabaseError: it is not.
    """
    whole = path.stat().st_size <= CHECKED_WHOLE_BYTES
    for check in ("quick_check",) if whole else tuple(f"quick_check({table})" for table in _SMALL_TABLES):
        (verdict,) = db.execute(f"PRAGMA {check}").fetchone()
        if verdict != "ok":
            raise FileDamaged(f"{check}: {verdict}")


def put_aside(path: Path, at: Instant, what: Aside = "damaged") -> Path:
    """Rename the file and its log out of the way, if they are there, and return the new name.

    Raises:
        OSError: they cannot be renamed.
    """
    moment = datetime.fromtimestamp(at / 1000, UTC)
    name = f"{path.name}.{what}-{moment:%Y%m%dT%H%M%SZ}"
    aside = path.with_name(name)
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{name}-{count}")
    for ending in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + ending).rename(f"{aside}{ending}")
    return aside


def put_aside_before(path: Path, what: Aside) -> list[str]:
    """Return the names of files that were set aside from `path` and lie beside it."""
    return sorted(
        found.name for found in path.parent.glob(f"{path.name}.{what}-*") if not found.name.endswith(("-wal", "-shm"))
    )


def seed(db: sqlite3.Connection, memory: Memory) -> None:
    """Write `memory` into a new file."""
    with transaction(db):
        for numbered in memory.standing:
            rows.insert_event(db, numbered, batch=0)
        rows.set_newest(db, "events", memory.last_event)
        rows.set_newest(db, "batches", memory.last_batch)
        rows.set_newest(db, "alive", memory.last_alive)
        for alarm, state in memory.states.items():
            rows.put_state(db, alarm, state)
        cursors.save(db, memory.cursors.values())
        if memory.newest is not None:
            db.execute("INSERT INTO newest VALUES (1, ?)", (memory.newest,))
