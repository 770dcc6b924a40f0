"""Events looked for by a person: the newest first, a page at a time."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from roommon.journal import rows
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.reading import SensorId


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty is not asked for."""

    words: str = ""
    """In the text, in either language, in the alarm's id or in the person's name, in any case of ASCII letters."""
    priority: Priority | None = None
    alarm: str = ""
    by_people: bool = False
    """What people did, and nothing else."""
    drills: bool = False
    """Drills, and nothing else."""


def search(db: sqlite3.Connection, wanted: Wanted, before: int | None, at_most: int) -> list[NumberedEvent]:
    """Return the events that are `wanted`, with numbers below `before`, the newest first."""
    asked, values = ["number < ?"], list[object]([before if before is not None else 1 << 62])
    if wanted.words:
        columns = ("text_en", "text_zh_cn", "alarm", "person", "more")
        asked.append("(" + " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns) + ")")
        values += [f"%{_literally(wanted.words)}%"] * len(columns)
    if wanted.priority is not None:
        asked.append("priority = ?")
        values.append(int(wanted.priority))
    if wanted.alarm:
        asked.append("alarm = ?")
        values.append(wanted.alarm)
    if wanted.by_people:
        asked.append("person IS NOT NULL")
    if wanted.drills:
        asked.append("json_extract(more, '$.drill')")
    return _found(db, asked, values, at_most)


def of_sensor(db: sqlite3.Connection, sensor: SensorId, since: Instant, until: Instant) -> list[NumberedEvent]:
    """Return the events of all alarms of `sensor` from `since` to `until`, in order."""
    query = f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE at BETWEEN ? AND ? AND sensor = ? ORDER BY number"  # noqa: S608  # constants alone
    return [rows.event_of(row) for row in db.execute(query, (since, until, sensor))]


def _found(db: sqlite3.Connection, asked: Sequence[str], values: Sequence[object], at_most: int) -> list[NumberedEvent]:
    query = f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE {' AND '.join(asked)} ORDER BY number DESC LIMIT ?"  # noqa: S608  # constants alone
    return [rows.event_of(row) for row in db.execute(query, (*values, at_most))]


def _literally(words: str) -> str:
    """Return `words` for LIKE, meaning themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
