"""The daily messages on the disk, and how far each deliverer is with them.

They have numbers of their own, so that those of events go on growing by one from event to event.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import NamedTuple

from roommon.journal import rows
from roommon.model.alarm import Priority
from roommon.model.alive import Alive, SetAside
from roommon.model.clock import Instant
from roommon.model.suppression import SuppressedAs

_KEPT = 400
"""The newest are kept, more than a year of them."""


class NumberedAlive(NamedTuple):
    """A daily message with its place in their order."""

    number: int
    alive: Alive


def insert(db: sqlite3.Connection, said: Iterable[Alive]) -> None:
    """Write them, in the transaction that is open."""
    for alive in said:
        body = {**asdict(alive), "standing": {priority.name: count for priority, count in alive.standing.items()}}
        row = (alive.at, json.dumps(body, ensure_ascii=False))
        db.execute("INSERT INTO alive (at, body) VALUES (?, ?)", row)
        db.execute("DELETE FROM alive WHERE number <= ?", (newest(db) - _KEPT,))
        db.execute("DELETE FROM alive_told WHERE deliverer NOT IN (SELECT deliverer FROM cursors)")


def insert_told(db: sqlite3.Connection, told: Mapping[str, int]) -> None:
    """Write how far deliverers are."""
    db.executemany("INSERT OR REPLACE INTO alive_told VALUES (?, ?)", told.items())


def newest(db: sqlite3.Connection) -> int:
    """Return the highest number that was ever given; 0 when none was."""
    return rows.newest(db, "alive")


def told(db: sqlite3.Connection) -> dict[str, int]:
    """Return the number of the last message that each deliverer has told."""
    return dict(db.execute("SELECT deliverer, number FROM alive_told"))


def after(db: sqlite3.Connection, number: int) -> list[NumberedAlive]:
    """Return the messages with numbers above `number`, in order."""
    found = db.execute("SELECT number, body FROM alive WHERE number > ? ORDER BY number", (number,))
    return [NumberedAlive(each, _alive(body)) for each, body in found]


def last(db: sqlite3.Connection) -> Alive | None:
    """Return the newest message; None when there is none."""
    row = db.execute("SELECT body FROM alive ORDER BY number DESC LIMIT 1").fetchone()
    return None if row is None else _alive(row[0])


def _alive(body: str) -> Alive:
    found = json.loads(body)
    standing = {Priority[name]: count for name, count in found.pop("standing").items()}
    aside = tuple(_set_aside(**each) for each in found.pop("aside"))
    return Alive(standing=standing, aside=aside, **found)


def _set_aside(what: str, kind: str, until: int | None, by: str, why: str) -> SetAside:
    return SetAside(what, SuppressedAs(kind), None if until is None else Instant(until), by, why)
