"""The durable queue and the record: events as they came, messages that wait, and every try (SQLite, WAL, FULL).

An event, and the messages that come of it, are one transaction, and only then is the event acknowledged to the broker.
So a kill at any instant loses nothing: before the commit the broker sends it again, after it the messages are here. An
event that comes twice is known by its site, number, instant and alarm; the number alone would not do, since it begins
anew with another journal. What was under way at a kill is sent again.

When the disk takes nothing, the queue goes on in memory: people are told, and nobody is told again and again because
it could not be noted. It returns to the file as soon as that can be written.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify.error import QueueUnusable
from roommon.notify.event import Event
from roommon.notify.settings import Name, Target

APPLICATION: Final = 0x524D4E51
"""`RMNQ`: what file(1) and we know the file by."""
VERSION: Final = 2
_TABLES = """
CREATE TABLE event (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL, number INTEGER, at INTEGER NOT NULL, alarm TEXT NOT NULL,
  taken_at INTEGER NOT NULL, document TEXT NOT NULL, UNIQUE (site, number, at, alarm));
CREATE INDEX event_by_alarm ON event (site, alarm);
CREATE TABLE message (
  id INTEGER PRIMARY KEY, event INTEGER NOT NULL REFERENCES event, person TEXT NOT NULL, channel TEXT NOT NULL,
  state TEXT NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER NOT NULL, not_before INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, UNIQUE (event, person, channel));
CREATE INDEX message_waiting ON message (person, channel) WHERE state = 'waiting';
CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, took_ms INTEGER NOT NULL, person TEXT NOT NULL, channel TEXT NOT NULL,
  outcome TEXT NOT NULL, why TEXT, text TEXT NOT NULL);
CREATE INDEX attempt_by_target ON attempt (person, channel, at);
CREATE TABLE attempted (
  attempt INTEGER NOT NULL REFERENCES attempt, message INTEGER NOT NULL REFERENCES message,
  PRIMARY KEY (attempt, message)) WITHOUT ROWID;
CREATE TABLE told (
  site TEXT NOT NULL, alarm TEXT NOT NULL, person TEXT NOT NULL, channel TEXT NOT NULL,
  PRIMARY KEY (site, alarm, person, channel)) WITHOUT ROWID;
CREATE TABLE begun (
  site TEXT NOT NULL, alarm TEXT NOT NULL, since INTEGER, PRIMARY KEY (site, alarm)) WITHOUT ROWID;
CREATE TABLE place (site TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE gap (
  site TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (site, first)) WITHOUT ROWID;
CREATE TABLE heard (
  site TEXT NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (site, what)) WITHOUT ROWID;
CREATE TABLE outage (
  person TEXT NOT NULL, channel TEXT NOT NULL, since INTEGER NOT NULL, told INTEGER NOT NULL,
  PRIMARY KEY (person, channel)) WITHOUT ROWID;
"""
_DUTY = "CREATE TABLE duty (rota TEXT PRIMARY KEY, person TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;"
_TO_2 = f"ALTER TABLE begun ADD COLUMN since INTEGER; {_DUTY}"
"""What makes a file of version 1 one of version 2."""


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is told of one event."""

    messages: Mapping[Target, Instant]
    """Each with the instant before which it is held."""
    due_at: Instant


@dataclass(frozen=True, slots=True)
class Known:
    """What the queue knows of an event's alarm when the event is taken."""

    told: frozenset[Target]
    """Who was told that it stands."""
    begun: bool
    """Whether we took the event with which it began to stand."""


Decide = Callable[[Event, Known], Plan]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who has the duty of a rota."""

    rota: Name
    person: Name
    at: Instant
    """When we saw that it passed to them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event for one person by one channel."""

    id: int
    event: Event
    target: Target
    created_at: Instant
    due_at: Instant
    tries: int


@dataclass(frozen=True, slots=True)
class Try:
    """What one try to send came to; `why` is None when it was delivered."""

    target: Target
    at: Instant
    took_ms: int
    text: str
    why: Text | None


@dataclass(frozen=True, slots=True)
class Tried:
    """A try as it stands on record."""

    id: int
    outcome: str
    made: Try
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one site that did not come."""

    site: str
    missing: tuple[int, ...]
    since: Instant


@dataclass(frozen=True, slots=True)
class Outage:
    """A channel that does not reach one person."""

    target: Target
    since: Instant
    told: bool


P = ParamSpec("P")
T = TypeVar("T")


def _durable(method: "Callable[Concatenate[Queue, P], T]") -> "Callable[Concatenate[Queue, P], T]":
    """Make a transaction of `method`; where the disk does not take it, in memory: people are told all the same."""

    @wraps(method)
    def write(self: "Queue", /, *args: P.args, **named: P.kwargs) -> T:
        try:
            return self.transaction(lambda: method(self, *args, **named))
        except sqlite3.Error as error:
            self.flee(error)
            return self.transaction(lambda: method(self, *args, **named))

    return write


class Queue:
    """The file, open; or, while the disk takes nothing, its copy in memory."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """`db` has the tables; `opened` makes it."""
        self._db = db
        self._file: sqlite3.Connection | None = None
        """The file, while we are in memory."""
        self.refuge: Text | None = None
        """Why we are in memory: the disk takes nothing."""

    @_durable
    def take(self, event: Event, now: Instant, decide: Decide, *, from_state: bool = False) -> bool:
        """Store `event` and the messages that `decide` makes of it; return False when it is known already.

        With `from_state` it was read off a retained state, and says nothing of the events before it.
        """
        if not from_state:
            self._note_place(event, now)
        event = _dated(event, self._began(event))
        key = self._store(event, event.number, now)
        if key is None:
            return False
        if event.tell:
            self._tell(key, event, now, decide)
        elif event.is_over:
            self._forget(event)
        return True

    def _tell(self, key: int, event: Event, now: Instant, decide: Decide) -> None:
        plan = decide(event, self._known(event))
        self._add(key, plan, now)
        if event.is_over:
            self._forget(event)
        elif event.begins:
            began = None if event.goes_on else event.at
            self._db.execute("INSERT OR IGNORE INTO begun VALUES (?, ?, ?)", (event.site, event.alarm, began))
            self._note_told(event, plan.messages)

    def _add(self, key: int, plan: Plan, now: Instant) -> None:
        for target, not_before in plan.messages.items():
            self._db.execute(
                "INSERT INTO message (event, person, channel, state, created_at, due_at, not_before)"
                " VALUES (?, ?, ?, 'waiting', ?, ?, ?)",
                (key, target.person, target.channel, now, plan.due_at, not_before),
            )

    def _note_told(self, event: Event, targets: Iterable[Target]) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?)",
            [(event.site, event.alarm, target.person, target.channel) for target in targets],
        )

    def _store(self, event: Event, number: int | None, now: Instant) -> int | None:
        """Store `event` under `number`; return its key, or None when it is known already."""
        row = self._db.execute(
            "INSERT OR IGNORE INTO event (site, number, at, alarm, taken_at, document) VALUES (?, ?, ?, ?, ?, ?)",
            (event.site, number, event.at, event.alarm, now, _document(event)),
        )
        return row.lastrowid if row.rowcount else None

    def duty(self, rota: Name) -> Duty | None:
        """Return who has the duty of `rota` as far as we told; None when we never looked."""
        row = self._db.execute("SELECT person, at FROM duty WHERE rota = ?", (rota,)).fetchone()
        return None if row is None else Duty(rota, Name(row[0]), Instant(row[1]))

    @_durable
    def hand_over(self, duty: Duty, since: Instant, decide: Callable[[Event], Mapping[Target, Instant]]) -> int:
        """Note who has the duty from now on, and store what they are told of what stands; return of how many alarms.

        `decide` says by which ways they hear of an alarm, each with the instant before which it is held. What they
        were told of after `since`, the instant of the turn, they know.
        """
        self._db.execute("INSERT OR REPLACE INTO duty VALUES (?, ?, ?)", (duty.rota, duty.person, duty.at))
        lists: dict[Target, list[tuple[Event, Instant]]] = {}
        for event in self._standing():
            for target, not_before in decide(event).items():
                if not self._is_told(event, target, since):
                    lists.setdefault(target, []).append((event, not_before))
        for target, each in lists.items():
            self._hand(target, each, duty.at)
        return len({(event.site, event.alarm) for each in lists.values() for event, _ in each})

    def _hand(self, target: Target, standing: Sequence[tuple[Event, Instant]], now: Instant) -> None:
        """Store copies of the events of `standing` for `target`; without a number, for as events they are no news."""
        for event, not_before in standing:
            key = self._store(replace(event, handed_over=len(standing)), None, now)
            self._add(key or 0, Plan({target: not_before}, now), now)
            self._note_told(event, [target])

    def _standing(self) -> Iterator[Event]:
        """Yield the latest word on every alarm that stands and is not kept from people, with when it began."""
        rows = self._db.execute(
            "SELECT since, (SELECT document FROM event WHERE event.site = begun.site AND event.alarm = begun.alarm"
            " ORDER BY at DESC, id DESC LIMIT 1) FROM begun ORDER BY site, alarm"
        ).fetchall()
        for since, document in rows:
            event = _event(document)
            if not event.suppressed:
                yield _dated(event, since)

    def _is_told(self, event: Event, target: Target, since: Instant) -> bool:
        row = self._db.execute(
            "SELECT 1 FROM message JOIN event ON event.id = message.event WHERE site = ? AND alarm = ?"
            " AND person = ? AND channel = ? AND created_at >= ?",
            (event.site, event.alarm, target.person, target.channel, since),
        )
        return row.fetchone() is not None

    @_durable
    def forget_duties(self, known: Iterable[Name]) -> None:
        """Forget the duty of every rota that is not `known`: it left the configuration."""
        kept = set(known)
        rows = self._db.execute("SELECT rota FROM duty").fetchall()
        self._db.executemany("DELETE FROM duty WHERE rota = ?", [row for row in rows if row[0] not in kept])

    def _known(self, event: Event) -> Known:
        alarm = (event.site, event.alarm)
        rows = self._db.execute("SELECT person, channel FROM told WHERE site = ? AND alarm = ?", alarm).fetchall()
        begun = self._db.execute("SELECT 1 FROM begun WHERE site = ? AND alarm = ?", alarm).fetchone()
        return Known(frozenset(Target(Name(person), Name(channel)) for person, channel in rows), begun is not None)

    def _began(self, event: Event) -> int | None:
        row = self._db.execute("SELECT since FROM begun WHERE site = ? AND alarm = ?", (event.site, event.alarm))
        found = row.fetchone()
        return None if found is None else found[0]

    def _forget(self, event: Event) -> None:
        for table in ("told", "begun"):
            self._db.execute(f"DELETE FROM {table} WHERE site = ? AND alarm = ?", (event.site, event.alarm))  # noqa: S608 - our own names

    def begun(self, site: str, alarm: str) -> bool:
        """Return whether we know that `alarm` stands."""
        row = self._db.execute("SELECT 1 FROM begun WHERE site = ? AND alarm = ?", (site, alarm)).fetchone()
        return row is not None

    def has(self, site: str, number: int, at: Instant) -> bool:
        """Return whether the event `number` of `at` was taken."""
        row = self._db.execute("SELECT 1 FROM event WHERE site = ? AND number = ? AND at = ?", (site, number, at))
        return row.fetchone() is not None

    def _note_place(self, event: Event, now: Instant) -> None:
        """Keep the highest number of each site, and what is missing below it."""
        if event.number is None:
            return
        row = self._db.execute("SELECT number, at FROM place WHERE site = ?", (event.site,)).fetchone()
        if row is not None and event.number <= row[0] and event.at <= row[1]:
            return
        if row is not None and event.number > row[0] + 1:
            gap = (event.site, row[0] + 1, event.number - 1, now)
            self._db.execute("INSERT OR REPLACE INTO gap VALUES (?, ?, ?, ?)", gap)
        place = (event.site, event.number, event.at)
        self._db.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", place)

    @_durable
    def ripe_gaps(self, before: Instant) -> list[Gap]:
        """Return what has been missing since `before`, and forget it; what came meanwhile is not in it."""
        rows = self._db.execute("SELECT site, first, last, since FROM gap WHERE since <= ?", (before,)).fetchall()
        self._db.execute("DELETE FROM gap WHERE since <= ?", (before,))
        gaps = [Gap(site, self._missing(site, first, last), Instant(since)) for site, first, last, since in rows]
        return [gap for gap in gaps if gap.missing]

    def _missing(self, site: str, first: int, last: int) -> tuple[int, ...]:
        rows = self._db.execute(
            "SELECT number FROM event WHERE site = ? AND number BETWEEN ? AND ?", (site, first, last)
        )
        came = {number for (number,) in rows}
        return tuple(number for number in range(first, last + 1) if number not in came)

    def waiting(self, target: Target, now: Instant) -> list[Message]:
        """Return what waits for `target` and is not held, the most urgent first."""
        rows = self._db.execute(
            "SELECT message.id, document, created_at, due_at, tries FROM message JOIN event ON event.id = message.event"
            " WHERE person = ? AND channel = ? AND state = 'waiting' AND not_before <= ?",
            (target.person, target.channel, now),
        )
        messages = [
            Message(key, _event(document), target, Instant(created), Instant(due), tries)
            for key, document, created, due, tries in rows
        ]
        return sorted(messages, key=lambda message: (message.event.priority, message.event.at, message.id))

    def next_due(self, target: Target) -> Instant | None:
        """Return when something of `target` falls due next; None when nothing waits."""
        row = self._db.execute(
            "SELECT min(max(due_at, not_before)) FROM message WHERE person = ? AND channel = ? AND state = 'waiting'",
            (target.person, target.channel),
        ).fetchone()
        return None if row[0] is None else Instant(row[0])

    def last_delivered(self, target: Target) -> Instant | None:
        """Return when something was last delivered to `target`."""
        row = self._db.execute(
            "SELECT max(at) FROM attempt WHERE person = ? AND channel = ? AND outcome = 'delivered'",
            (target.person, target.channel),
        ).fetchone()
        return None if row[0] is None else Instant(row[0])

    @_durable
    def delivered(self, made: Try, messages: Sequence[Message]) -> Outage | None:
        """Note that `messages` arrived; return the outage that this ends."""
        self._note(made, State.DELIVERED, [each.id for each in messages])
        self._db.executemany(
            "UPDATE message SET state = 'delivered', tries = tries + 1 WHERE id = ?",
            [(each.id,) for each in messages],
        )
        ended = self._outage(made.target)
        self._db.execute(
            "DELETE FROM outage WHERE person = ? AND channel = ?", (made.target.person, made.target.channel)
        )
        return ended

    @_durable
    def failed(self, made: Try, messages: Sequence[Message], again_at: Mapping[int, Instant | None]) -> Outage:
        """Note that `messages` did not arrive, and when each is tried again (None: never); return the outage."""
        self._note(made, State.FAILED, [each.id for each in messages])
        for message in messages:
            due = again_at[message.id]
            state = State.FAILED if due is None else State.WAITING
            change = (state, message.due_at if due is None else due, message.id)
            self._db.execute("UPDATE message SET state = ?, due_at = ?, tries = tries + 1 WHERE id = ?", change)
        place = (made.target.person, made.target.channel, made.at)
        self._db.execute("INSERT OR IGNORE INTO outage VALUES (?, ?, ?, 0)", place)
        outage = self._outage(made.target)
        assert outage is not None  # noqa: S101 - it was just inserted
        return outage

    @_durable
    def note(self, made: Try) -> None:
        """Put a try on record that belongs to no message."""
        self._note(made, State.DELIVERED if made.why is None else State.FAILED, [])

    def _note(self, made: Try, outcome: State, messages: Iterable[int]) -> None:
        why = None if made.why is None else json.dumps(asdict(made.why), ensure_ascii=False)
        row = self._db.execute(
            "INSERT INTO attempt (at, took_ms, person, channel, outcome, why, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (made.at, made.took_ms, made.target.person, made.target.channel, outcome, why, made.text),
        )
        self._db.executemany("INSERT INTO attempted VALUES (?, ?)", [(row.lastrowid, each) for each in messages])

    def _outage(self, target: Target) -> Outage | None:
        row = self._db.execute(
            "SELECT since, told FROM outage WHERE person = ? AND channel = ?", (target.person, target.channel)
        ).fetchone()
        return None if row is None else Outage(target, Instant(row[0]), bool(row[1]))

    @_durable
    def outage_told(self, target: Target) -> None:
        """Note that others are told of the outage of `target`."""
        self._db.execute("UPDATE outage SET told = 1 WHERE person = ? AND channel = ?", (target.person, target.channel))

    def strangers(self, known: Iterable[Target]) -> list[Target]:
        """Return for whom something waits who are not among the `known`: they left the configuration."""
        rows = self._db.execute("SELECT DISTINCT person, channel FROM message WHERE state = 'waiting'")
        all_of_them = {Target(Name(person), Name(channel)) for person, channel in rows}
        return sorted(all_of_them - set(known), key=str)

    @_durable
    def abandon(self, target: Target, now: Instant) -> int:
        """Give up what waits for `target`, who is no longer configured; return how many messages that were."""
        rows = self._db.execute(
            "SELECT id FROM message WHERE person = ? AND channel = ? AND state = 'waiting'",
            (target.person, target.channel),
        ).fetchall()
        made = Try(target, now, 0, "", Text("no longer configured", "配置中已没有此人或此渠道"))
        self._note(made, State.FAILED, [key for (key,) in rows])
        self._db.executemany("UPDATE message SET state = 'failed' WHERE id = ?", rows)
        return len(rows)

    @_durable
    def hear(self, site: str, what: str, at: Instant) -> None:
        """Note that `what` of `site` was heard at `at`."""
        self._db.execute("INSERT OR REPLACE INTO heard VALUES (?, ?, ?)", (site, what, at))

    def heard(self, site: str, what: str) -> Instant | None:
        """Return when `what` of `site` was heard last."""
        row = self._db.execute("SELECT at FROM heard WHERE site = ? AND what = ?", (site, what)).fetchone()
        return None if row is None else Instant(row[0])

    @_durable
    def unheard(self, site: str, what: str) -> None:
        """Forget that `what` of `site` was heard."""
        self._db.execute("DELETE FROM heard WHERE site = ? AND what = ?", (site, what))

    @_durable
    def drop_before(self, at: Instant) -> None:
        """Drop what was told before `at`; what waits stays, and what is known of alarms that stand."""
        self._db.execute(
            "DELETE FROM attempted WHERE message IN"
            " (SELECT id FROM message WHERE state <> 'waiting' AND created_at < ?)",
            (at,),
        )
        self._db.execute("DELETE FROM attempt WHERE at < ? AND id NOT IN (SELECT attempt FROM attempted)", (at,))
        self._db.execute(
            "DELETE FROM message WHERE state <> 'waiting' AND created_at < ?"
            " AND id NOT IN (SELECT message FROM attempted)",
            (at,),
        )
        self._db.execute(
            "DELETE FROM event WHERE taken_at < ? AND id NOT IN (SELECT event FROM message)"
            " AND (site, alarm) NOT IN (SELECT site, alarm FROM begun)",
            (at,),
        )

    def tries(self, since: Instant | None = None, last: int | None = None) -> Iterator[Tried]:
        """Yield every try on record, the oldest first."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT id, at, took_ms, person, channel, outcome, why, text FROM attempt WHERE at >= ?"
            " ORDER BY at DESC, id DESC LIMIT ?) ORDER BY at, id",
            (since or 0, -1 if last is None else last),
        ).fetchall()
        for key, at, took, person, channel, outcome, why, text in rows:
            target = Target(Name(person), Name(channel))
            said = None if why is None else Text(**json.loads(why))
            yield Tried(key, outcome, Try(target, Instant(at), took, text, said), self._alarms_of(key))

    def _alarms_of(self, attempt: int) -> tuple[str, ...]:
        rows = self._db.execute(
            "SELECT alarm FROM attempted JOIN message ON message.id = message JOIN event ON event.id = message.event"
            " WHERE attempt = ? ORDER BY event.id",
            (attempt,),
        )
        return tuple(dict.fromkeys(alarm for (alarm,) in rows))

    def counts(self) -> dict[Target, dict[State, int]]:
        """Return how many messages of each target are in each state."""
        found: dict[Target, dict[State, int]] = {}
        rows = self._db.execute("SELECT person, channel, state, count(*) FROM message GROUP BY 1, 2, 3 ORDER BY 1, 2")
        for person, channel, state, count in rows:
            found.setdefault(Target(Name(person), Name(channel)), {})[State(state)] = count
        return found

    def go_home(self) -> bool:
        """Return to the file from memory, if the disk takes it again; return whether we are there."""
        if self._file is None:
            return True
        try:
            self._file.execute("PRAGMA busy_timeout = 200")
            self._file.execute("BEGIN IMMEDIATE")  # backup would wait for ever for whoever holds a lock
            self._file.execute("ROLLBACK")
            self._db.backup(self._file)
        except sqlite3.Error:
            return False
        self._db.close()
        self._db, self._file, self.refuge = self._file, None, None
        return True

    def flee(self, error: sqlite3.Error) -> None:
        """Go on in memory with all that the file holds; what it does not give is lost, but nobody waits for a disk."""
        if self._file is not None:
            raise QueueUnusable(_said(error)) from error
        memory = sqlite3.connect(":memory:", isolation_level=None)
        try:
            self._db.backup(memory)
        except sqlite3.Error:
            memory.close()
            memory = sqlite3.connect(":memory:", isolation_level=None)
            _create(memory)
        self._file, self._db, self.refuge = self._db, memory, _said(error)

    def transaction(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, after its changes are committed; all of them or none."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            returned = work()
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return returned

    def close(self) -> None:
        """Close the file; what is only in memory goes there first, if it can."""
        self.go_home()
        self._db.close()


@contextmanager
def opened(path: Path) -> Iterator[Queue]:
    """Hold the queue at `path`, made if it is not there.

    Raises:
        QueueUnusable: it cannot be opened, or is something else.
    """
    try:
        db = sqlite3.connect(path, timeout=5.0, isolation_level=None)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        _prepare(path, db)
    except QueueUnusable:
        db.close()
        raise
    queue = Queue(db)
    try:
        yield queue
    finally:
        queue.close()


@contextmanager
def read(path: Path) -> Iterator[Queue]:
    """Hold the queue at `path` to read it, beside whoever writes.

    Raises:
        QueueUnusable: it is not there, or is something else.
    """
    try:
        db = sqlite3.connect(f"file:{path.absolute()}?mode=ro", uri=True, timeout=5.0, isolation_level=None)
        _check(path, db)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error
    try:
        yield Queue(db)
    finally:
        db.close()


def _prepare(path: Path, db: sqlite3.Connection) -> None:
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if _pragma(db, "user_version") == 0 and _pragma(db, "application_id") == 0:
            _create(db)
        if _pragma(db, "user_version") == 1 and _pragma(db, "application_id") == APPLICATION:
            _change(db, 1, _TO_2)
        _check(path, db)
    except sqlite3.Error as error:
        raise _unusable(path, error) from error


def _create(db: sqlite3.Connection) -> None:
    _change(db, 0, _TABLES + _DUTY)


def _change(db: sqlite3.Connection, version: int, statements: str) -> None:
    """Run `statements` on a file of `version`, unless somebody else did meanwhile."""
    db.execute("BEGIN IMMEDIATE")
    if _pragma(db, "user_version") == version:
        for statement in filter(str.strip, statements.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
    db.execute("COMMIT")


def _check(path: Path, db: sqlite3.Connection) -> None:
    if _pragma(db, "application_id") != APPLICATION:
        words = Text(f"{path} is no queue of roommon notify", f"{path} 不是 roommon notify 的队列文件")
        raise QueueUnusable(words)
    if (version := _pragma(db, "user_version")) != VERSION:
        raise QueueUnusable(
            Text(
                f"{path} has version {version} of the queue, and this program knows {VERSION}",
                f"{path} 的队列版本为 {version}，本程序支持 {VERSION}",
            )
        )


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _unusable(path: Path, error: sqlite3.Error) -> QueueUnusable:
    said = _said(error)
    return QueueUnusable(Text(f"{path} cannot be used: {said.en}", f"无法使用 {path}：{said.zh_cn}"))


def _said(error: sqlite3.Error) -> Text:
    chinese: Sequence[tuple[str, str]] = (
        ("unable to open", "无法打开"),
        ("full", "磁盘空间不足"),
        ("readonly", "只读"),
        ("locked", "被占用"),
        ("not a database", "不是数据库文件"),
        ("malformed", "文件损坏"),
    )
    words = str(error)
    return Text(words, next((zh for part, zh in chinese if part in words), words))


def _dated(event: Event, began: int | None) -> Event:
    """Return `event` with when its alarm began, if that is known and was before."""
    return event if began is None or began >= event.at else replace(event, since=Instant(began))


def _document(event: Event) -> str:
    members = {**asdict(event), "priority": event.priority.name}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def _event(document: str) -> Event:
    members = json.loads(document)
    members["priority"] = Priority[members["priority"]]
    members["text"], members["response"] = Text(**members["text"]), Text(**members["response"])
    return Event(**members)
