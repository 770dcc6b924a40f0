"""Events, commands and states as rows, and back."""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from roommon.journal import more
from roommon.journal.record import Command, Configured, Login, NumberedEvent, Started
from roommon.model import command as persons
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.command import (
    Acknowledge,
    ClockStep,
    EndDrill,
    Note,
    PutBack,
    Reset,
    Resumed,
    Shelve,
    StartDrill,
    TakeOut,
    Unshelve,
)
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.text import Text
from roommon.rules.state import Kept, StateId

EVENT_COLUMNS = (
    "number, at, alarm, rule, sensor, device, room, priority, was, state, moved_by, person,"
    " quantity, value, setpoint, quality, text_en, text_zh_cn, response_en, response_zh_cn, tell, more"
)
_INSERT_EVENT = f"INSERT INTO events ({EVENT_COLUMNS}, batch) VALUES ({', '.join('?' * 23)})"  # noqa: S608  # constants alone

_KINDS: Mapping[str, type[persons.Command | ClockStep | Resumed | Started | Login]] = {
    "acknowledge": Acknowledge,
    "shelve": Shelve,
    "unshelve": Unshelve,
    "reset": Reset,
    "note": Note,
    "take_out": TakeOut,
    "put_back": PutBack,
    "start_drill": StartDrill,
    "end_drill": EndDrill,
    "clock_step": ClockStep,
    "resumed": Resumed,
    "started": Started,
    "login": Login,
}
"""Commands that are kept as the JSON of their fields; names on the disk never change."""
_NAMES = {kind: name for name, kind in _KINDS.items()}
_CONFIGURED = "configured"


def insert_event(db: sqlite3.Connection, numbered: NumberedEvent, batch: int) -> None:
    """Write one event, decided when `batch` was the next to be written, and what stands after it."""
    event = numbered.event
    row = (
        *(numbered.number, event.at, event.alarm, event.rule, event.sensor, event.device, event.room),
        *(int(event.priority), event.was, event.state, event.trigger, event.by),
        *(event.quantity, event.value, event.setpoint, event.quality),
        *(event.text.en, event.text.zh_cn, event.response.en, event.response.zh_cn),
        *(int(event.tell), more.of_event(event), batch),
    )
    db.execute(_INSERT_EVENT, row)
    keep_standing(db, numbered)


def keep_standing(db: sqlite3.Connection, numbered: NumberedEvent) -> None:
    """Note `numbered` as the newest of its alarm, or that its alarm is over."""
    if numbered.event.state is State.NORMAL:
        db.execute("DELETE FROM standing WHERE alarm = ?", (numbered.event.alarm,))
    else:
        db.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (numbered.event.alarm, numbered.number))


def event_of(row: Sequence[Any]) -> NumberedEvent:
    """Return the event of a row of `EVENT_COLUMNS`."""
    (number, at, alarm, rule, sensor, device, room, priority, was, state, trigger, by, *said) = row
    quantity, value, setpoint, quality, text_en, text_zh_cn, response_en, response_zh_cn, tell, body = said
    event = AlarmEvent(
        at=Instant(at),
        alarm=AlarmId(alarm),
        rule=RuleId(rule),
        sensor=SensorId(sensor),
        device=DeviceId(device),
        room=room,
        priority=Priority(priority),
        was=State(was),
        state=State(state),
        trigger=Trigger(trigger),
        by=by,
        quantity=Quantity(quantity),
        value=value,
        setpoint=setpoint,
        quality=Quality(quality),
        text=Text(text_en, text_zh_cn),
        response=Text(response_en, response_zh_cn),
        tell=bool(tell),
        **more.event_fields(body),
    )
    return NumberedEvent(number, event)


def standing(db: sqlite3.Connection) -> list[NumberedEvent]:
    """Return the newest event of every alarm that is not normal, in the order of their numbers."""
    query = f"SELECT {EVENT_COLUMNS} FROM events WHERE number IN (SELECT event FROM standing) ORDER BY number"  # noqa: S608  # constants alone
    return [event_of(row) for row in db.execute(query)]


def insert_command(db: sqlite3.Connection, command: Command, batch: int, position: int) -> None:
    """Write an input that is no reading, at its place in the order."""
    if isinstance(command, Configured):
        kind, body = _CONFIGURED, _insert_configuration(db, command.source)
    else:
        kind, body = _NAMES[type(command)], json.dumps(asdict(command), ensure_ascii=False)
    row = (batch, position, command.at, kind, body)
    db.execute("INSERT INTO commands (batch, position, at, kind, body) VALUES (?, ?, ?, ?, ?)", row)


def _insert_configuration(db: sqlite3.Connection, source: str) -> str:
    content = source.encode()
    digest = hashlib.sha256(content).hexdigest()
    db.execute("INSERT OR IGNORE INTO configurations VALUES (?, ?)", (digest, zlib.compress(content)))
    return digest


def command_of(db: sqlite3.Connection, at: int, kind: str, body: str) -> Command:
    """Return the command of a row."""
    if kind == _CONFIGURED:
        (source,) = db.execute("SELECT source FROM configurations WHERE digest = ?", (body,)).fetchone()
        return Configured(Instant(at), zlib.decompress(source).decode())
    return _KINDS[kind](**json.loads(body))


def put_state(db: sqlite3.Connection, name: StateId, state: Kept | None) -> None:
    """Write the present state of an alarm, or of what is none; None when there is nothing left to know of it."""
    if state is None:
        db.execute("DELETE FROM states WHERE alarm = ?", (name,))
    else:
        row = (name, *more.state_columns(state))
        db.execute(
            "INSERT OR REPLACE INTO states (alarm, state, condition, since, held, more) VALUES (?, ?, ?, ?, ?, ?)", row
        )


def states_of(db: sqlite3.Connection) -> dict[StateId, Kept]:
    """Return every present state that is known."""
    rows = db.execute("SELECT alarm, state, condition, since, held, more FROM states")
    return {name: more.state_of(*columns) for name, *columns in rows}


def insert_snapshot(db: sqlite3.Connection, at: Instant, next_batch: int) -> None:
    """Keep all present states as those before the batch `next_batch`."""
    states = {name: more.state_columns(state) for name, state in states_of(db).items()}
    row = (at, next_batch, newest(db, "commands"), newest(db, "events"), zlib.compress(json.dumps(states).encode()))
    db.execute("INSERT INTO snapshots (at, batch, last_command, last_event, states) VALUES (?, ?, ?, ?, ?)", row)


def newest(db: sqlite3.Connection, table: str) -> int:
    """Return the highest number that `table` ever gave, also when its row is gone; 0 when it is new."""
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) if row else 0


def set_newest(db: sqlite3.Connection, table: str, number: int) -> None:
    """Let the next number of `table` be `number` + 1."""
    if number > newest(db, table):
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))


def snapshot_states(body: bytes) -> dict[StateId, Kept]:
    """Return the states of a snapshot; older ones have four columns of each."""
    states = json.loads(zlib.decompress(body))
    return {name: more.state_of(*columns) for name, columns in states.items()}
