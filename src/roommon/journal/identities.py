"""Who devices said that they were, on the disk."""

import json
import sqlite3
from collections.abc import Iterable

from roommon.journal.record import Identified
from roommon.model.clock import Instant
from roommon.model.device import DeviceId


def insert(db: sqlite3.Connection, identified: Iterable[Identified]) -> None:
    """Write them, in the transaction that is open."""
    for one in identified:
        row = (one.at, one.device, json.dumps(dict(one.identity), ensure_ascii=False))
        db.execute("INSERT INTO identities (at, device, identity) VALUES (?, ?, ?)", row)


def all_of(db: sqlite3.Connection) -> list[Identified]:
    """Return all that was ever said, in order."""
    found = db.execute("SELECT at, device, identity FROM identities ORDER BY number")
    return [Identified(Instant(at), DeviceId(device), json.loads(said)) for at, device, said in found]
