"""Events looked for by a person: the newest first, a page at a time."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roommon.journal import rows
from roommon.journal.record import Login, LoginStep, LoginWay, NumberedEvent, NumberedLogin
from roommon.model.alarm import Priority, State
from roommon.model.clock import Instant
from roommon.model.reading import SensorId

_ALWAYS = 1 << 62
"""Higher than any number."""


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
    asked, values = ["number < ?"], list[object]([before if before is not None else _ALWAYS])
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


def calm(db: sqlite3.Connection) -> list[int]:
    """Return the numbers of the events after which no alarm stood, in order."""
    standing, found = set[str](), list[int]()
    for number, alarm, state in db.execute("SELECT number, alarm, state FROM events ORDER BY number"):
        (standing.discard if state == State.NORMAL else standing.add)(alarm)
        if not standing:
            found.append(number)
    return found


def logins(db: sqlite3.Connection, before: int | None, at_most: int) -> list[NumberedLogin]:
    """Return who logged in, tried to and logged out, with numbers below `before`, the newest first."""
    query = "SELECT number, body FROM commands WHERE kind = 'login' AND number < ? ORDER BY number DESC LIMIT ?"
    found = db.execute(query, (before if before is not None else _ALWAYS, at_most))
    return [NumberedLogin(number, _login(body)) for number, body in found]


def _login(body: str) -> Login:
    found = Login(**json.loads(body))
    return replace(found, step=LoginStep(found.step), way=LoginWay(found.way))


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
