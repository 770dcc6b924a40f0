"""The journal as everybody else sees it: read only, from any number of processes, with or without a daemon.

Every query ends at once, and what it found is read a page at a time: a reader that is left standing (`history | less`)
never keeps the daemon's write-ahead log from being emptied.
"""

import contextlib
import sqlite3
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any, Self

from roommon.journal import identities, rows
from roommon.journal.columns import Columns, IllegibleBatch, chosen, pick, places, unpack
from roommon.journal.error import JournalUnusable
from roommon.journal.group import instant_of
from roommon.journal.holdings import Holdings, Standing, holdings, standings
from roommon.journal.record import (
    Command,
    Configured,
    Identified,
    Input,
    Lost,
    NumberedEvent,
    NumberedLogin,
    Position,
    Rejected,
    Snapshot,
    WhyLost,
)
from roommon.journal.schema import VERSION, check_kind
from roommon.journal.search import Wanted, calm, logins, of_sensor, search
from roommon.journal.sensors import Sensors
from roommon.journal.series import oldest, series, summarised_until
from roommon.journal.summary import LEVELS, Summary
from roommon.journal.trend import NEAR, Trend, trend
from roommon.journal.writing import COLUMNS
from roommon.model.alarm import AlarmId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.rules.drills import PREFIX
from roommon.rules.state import Kept, StateId

Placed = tuple[Sequence[int], Sequence[Reading]]
"""Places in a batch, in order, and the readings that stand there."""

_NOTHING: Placed = ((), ())
_PAGE = 64
_PAGE_BLOCKS = 48
"""Blocks of summaries that are read at once: two days of minutes, four years of hours."""
_ALWAYS = 1 << 62
"""Later than any instant."""
_SNAPSHOT = "SELECT at, batch, last_command, last_event, states FROM snapshots"


class JournalReader:
    """A journal open for reading; a context manager."""

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`.

        Raises:
            JournalUnusable: there is none, it is of another version, or it may not be read.
        """
        self.path = path
        self._db = _connected(path)
        self._sensors = Sensors([])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def standing(self) -> list[NumberedEvent]:
        """Return the newest event of every alarm that is not normal, in the order of their numbers."""
        return rows.standing(self._db)

    def states(self) -> dict[StateId, Kept]:
        """Return what is known beside events: shelves also of alarms that are normal, what is out of service, ..."""
        return rows.states_of(self._db)

    def newest(self, alarm: AlarmId, trigger: Trigger) -> NumberedEvent | None:
        """Return the newest event of `alarm` that `trigger` moved; None when none is kept."""
        query = f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE alarm = ? AND moved_by = ? ORDER BY number DESC LIMIT 1"  # noqa: S608  # constants alone
        row = self._db.execute(query, (alarm, trigger)).fetchone()
        return None if row is None else rows.event_of(row)

    def events(
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        alarm: AlarmId | None = None,
    ) -> Iterator[NumberedEvent]:
        """Yield the events from `since` to `until`, both included, of one alarm where it is given."""
        query = (
            f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE number > ?1 AND at BETWEEN ?2 AND ?3"  # noqa: S608  # constants alone
            " AND (?4 IS NULL OR alarm = ?4) ORDER BY number LIMIT ?5"
        )
        number = 0
        while True:
            wanted = (number, since or 0, _ALWAYS if until is None else until, alarm, _PAGE)
            page = [rows.event_of(row) for row in self._db.execute(query, wanted)]
            yield from page
            if len(page) < _PAGE:
                return
            number = page[-1].number

    def search(self, wanted: Wanted, before: int | None = None, at_most: int = 50) -> list[NumberedEvent]:
        """Return the events that are `wanted`, with numbers below `before`, the newest first."""
        return search(self._db, wanted, before, at_most)

    def logins(self, before: int | None = None, at_most: int = 50) -> list[NumberedLogin]:
        """Return who logged in, tried to and logged out, with numbers below `before`, the newest first."""
        return logins(self._db, before, at_most)

    def events_of(self, sensor: SensorId, since: Instant, until: Instant) -> list[NumberedEvent]:
        """Return the events of all alarms of `sensor` from `since` to `until`, in order."""
        return of_sensor(self._db, sensor, since, until)

    def calm(self) -> list[int]:
        """Return the numbers of the events after which no alarm stood, in order."""
        return calm(self._db)

    def events_after(self, number: int, upto: int | None = None) -> Iterator[NumberedEvent]:
        """Yield the events with numbers above `number` and not above `upto`, in order."""
        query = f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE number > ? AND number <= ? ORDER BY number LIMIT ?"  # noqa: S608  # constants alone
        last = _ALWAYS if upto is None else upto
        while page := [rows.event_of(row) for row in self._db.execute(query, (number, last, _PAGE))]:
            yield from page
            number = page[-1].number

    def first_instant(self) -> Instant | None:
        """Return the earliest instant of the oldest readings that are kept; None when there are none."""
        row = self._db.execute("SELECT first_at FROM batches ORDER BY number LIMIT 1").fetchone()
        return None if row is None else Instant(row[0])

    def last_instant(self) -> Instant | None:
        """Return the newest instant of the readings that were committed last; None when there are none."""
        row = self._db.execute("SELECT last_at FROM batches ORDER BY number DESC LIMIT 1").fetchone()
        return None if row is None else Instant(row[0])

    def sensors(self) -> list[SensorId]:
        """Return every sensor that was ever journalled, the oldest acquaintance first."""
        self._learn()
        return list(self._sensors.ids)

    def readings(
        self, sensor: SensorId, since: Instant | None = None, until: Instant | None = None
    ) -> Iterator[Reading]:
        """Return what `sensor` said from `since` to `until`, both included, in the order in which it was folded."""
        return self._readings(sensor, since or Instant(0), Instant(_ALWAYS) if until is None else until, _ALWAYS)

    def _readings(self, sensor: SensorId, first: Instant, last: Instant, latest: int) -> Iterator[Reading]:
        """Yield what `sensor` said from `first` to `last`, of batches that end at `latest` or before."""
        self._learn()
        number = self._sensors.get(sensor, -1)
        for columns in self._batches(first, last, latest) if number >= 0 else ():
            for reading in self._of(sensor, number, columns):
                if first <= reading.taken_at <= last:
                    yield reading

    def trend(self, sensor: SensorId, since: Instant, until: Instant, points: int) -> Trend:
        """Return how `sensor` went from `since` on and before `until`, in at most about `points` points."""
        number = self._summarised(sensor)
        if number < 0:
            return Trend(None, [], None)
        with self._as_of_now():
            last = Instant(until - 1)
            return trend(
                self._db, number, since, until, points, lambda: self._readings(sensor, since, last, last + NEAR)
            )

    def summaries(
        self, sensor: SensorId, step: Duration, since: Instant, until: Instant
    ) -> Iterator[tuple[Instant, Summary]]:
        """Yield what each minute or hour (`step`) of `sensor` comes to that begins from `since` on and before `until`.

        Each with when it begins, in order; there is none where nothing was read or is kept.
        """
        level, number = LEVELS[step], self._summarised(sensor)
        begin, page = max(since, level.block_of(oldest(self._db, until))), _PAGE_BLOCKS * level.span
        while begin < until and number >= 0:
            end = Instant(min(begin + page, until))
            with self._as_of_now():
                found = series(self._db, number, level, begin, end)
            yield from found.items()
            begin = end

    def summarised_until(self) -> Instant | None:
        """Return up to when readings are summarised, when the daemon is still about it; None when it is done."""
        return summarised_until(self._db)

    def _summarised(self, sensor: SensorId) -> int:
        """Return the number of `sensor`; -1 when there is none, or it is a drill's, whose readings are no truth."""
        row = self._db.execute("SELECT number FROM sensors WHERE id = ?", (sensor,)).fetchone()
        return -1 if row is None or sensor.startswith(PREFIX) else int(row[0])

    @contextlib.contextmanager
    def _as_of_now(self) -> Iterator[None]:
        """Let several queries see the same journal, while the daemon moves summaries from one place to another."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    def _of(self, sensor: SensorId, number: int, columns: Columns) -> list[Reading]:
        with contextlib.suppress(IllegibleBatch):
            return [pick(columns, place, sensor) for place in places(columns.sensors, columns.readings, number)]
        return []

    def _batches(self, first: Instant, last: Instant, latest: int) -> Iterator[Columns]:
        query = "SELECT number FROM batches WHERE last_at BETWEEN ? AND ? AND first_at <= ? ORDER BY number"
        numbers = [number for (number,) in self._db.execute(query, (first, latest, last))]
        for start in range(0, len(numbers), _PAGE):
            for _, columns in self._page(numbers[start], numbers[min(start + _PAGE, len(numbers)) - 1]):
                if columns.last_at >= first and columns.first_at <= last:
                    yield columns

    def _page(self, first: int, last: int) -> list[tuple[int, Columns]]:
        query = f"SELECT {COLUMNS} FROM batches WHERE number BETWEEN ? AND ? ORDER BY number"  # noqa: S608  # constants alone
        return [(number, Columns(*columns)) for number, *columns in self._db.execute(query, (first, last))]

    def snapshot_before(self, at: Instant) -> Snapshot | None:
        """Return the last snapshot before everything that was folded from `at` on; None when none is kept."""
        query = (
            f"{_SNAPSHOT} WHERE batch <= (SELECT ifnull(min(number), ?2) FROM batches WHERE last_at >= ?1)"  # noqa: S608  # constants alone
            " AND last_command < (SELECT ifnull(min(number), ?2) FROM commands WHERE at >= ?1)"
            " ORDER BY number DESC LIMIT 1"
        )
        row = self._db.execute(query, (at, _ALWAYS)).fetchone()
        return None if row is None else _snapshot(*row)

    def oldest_snapshot(self) -> Snapshot | None:
        """Return the first snapshot that is kept; None when none is."""
        row = self._db.execute(f"{_SNAPSHOT} ORDER BY number LIMIT 1").fetchone()
        return None if row is None else _snapshot(*row)

    def configured_at(self, position: Position | None = None) -> Configured | None:
        """Return the configuration in force at `position`, or the newest; None when it is no longer kept."""
        query = (
            "SELECT at, kind, body FROM commands WHERE kind = 'configured' AND number <= ? ORDER BY number DESC LIMIT 1"
        )
        row = self._db.execute(query, (_ALWAYS if position is None else position.last_command,)).fetchone()
        found = None if row is None else rows.command_of(self._db, *row)
        return found if isinstance(found, Configured) else None

    def inputs(self, start: Position | Instant | None = None, until: Instant | None = None) -> Iterator[Input]:
        """Yield what was folded, in the order in which it was folded, up to the first input after `until`.

        `start` is a snapshot's position, or the instant of the first input wanted, or None for the oldest that is kept.
        """
        if isinstance(start, tuple):
            found: Iterator[Input] = self._folded(start)
        else:
            first = start or Instant(0)
            found = dropwhile(lambda entry: instant_of(entry) < first, self._folded(self._position_at(first)))
        return takewhile(lambda entry: until is None or instant_of(entry) <= until, found)

    def inputs_of(self, sensors: Collection[SensorId], since: Instant, until: Instant | None = None) -> Iterator[Input]:
        """Yield what `inputs` does, of the readings those of `sensors` alone, which is much faster for a few."""
        self._learn()
        numbers = {self._sensors[sensor]: sensor for sensor in sensors if sensor in self._sensors}
        found = self._folded(self._position_at(since), lambda columns: _chosen(columns, numbers))
        later = dropwhile(lambda entry: instant_of(entry) < since, found)
        return takewhile(lambda entry: until is None or instant_of(entry) <= until, later)

    def commands(self, after: int = 0, until: Instant | None = None) -> list[Command]:
        """Return the inputs that are no readings with numbers above `after`, up to `until`, as they were folded."""
        query = "SELECT at, kind, body FROM commands WHERE number > ? AND at <= ? ORDER BY number"
        found = self._db.execute(query, (after, _ALWAYS if until is None else until)).fetchall()
        return [rows.command_of(self._db, *command) for command in found]

    def _position_at(self, at: Instant) -> Position:
        batch = "SELECT min(number) FROM batches WHERE last_at >= ?1"
        command = "SELECT min(batch) FROM commands WHERE at >= ?1"
        row = self._db.execute(f"SELECT ({batch}), ({command})", (at,)).fetchone()
        return Position(min((number for number in row if number is not None), default=_ALWAYS), 0)

    def _folded(self, start: Position, placed: "Callable[[Columns], Placed] | None" = None) -> Iterator[Input]:
        """Yield what was folded from `start` on; `placed` unpacks the readings of a batch, all when it is left out."""
        batch, after = start
        placed = placed or self._all_of
        last = self._last_batch()
        while batch <= last:
            upto = min(batch + _PAGE - 1, last)
            page, commands = dict(self._page(batch, upto)), self._commands(batch, upto, after)
            for number in range(batch, upto + 1):
                yield from _merged(placed(page[number]) if number in page else _NOTHING, commands.get(number, []))
            batch = upto + 1

    def _last_batch(self) -> int:
        """Return the last number that a batch or command has; a command may stand before a batch yet to come."""
        highest = "SELECT (SELECT max(number) FROM batches), (SELECT max(batch) FROM commands)"
        return max((number for number in self._db.execute(highest).fetchone() if number), default=0)

    def _commands(self, first: int, last: int, after: int) -> dict[int, list[tuple[int, Input]]]:
        query = (
            "SELECT batch, position, at, kind, body FROM commands"
            " WHERE batch BETWEEN ? AND ? AND number > ? ORDER BY batch, position, number"
        )
        found: dict[int, list[tuple[int, Input]]] = {}
        for batch, position, *command in self._db.execute(query, (first, last, after)).fetchall():
            found.setdefault(batch, []).append((position, rows.command_of(self._db, *command)))
        return found

    def _all_of(self, columns: Columns) -> Placed:
        self._learn()
        with contextlib.suppress(IllegibleBatch):
            return range(columns.readings), unpack(columns, self._sensors.ids)
        return _NOTHING

    def _learn(self) -> None:
        """Take in the sensors that came since the last look."""
        query = "SELECT id FROM sensors WHERE number >= ? ORDER BY number"
        for (sensor,) in self._db.execute(query, (len(self._sensors.ids),)).fetchall():
            self._sensors.number_of(SensorId(sensor))

    def identities(self) -> list[Identified]:
        """Return who devices said that they were, in order."""
        return identities.all_of(self._db)

    def holdings(self) -> Holdings:
        """Return what the file holds."""
        return holdings(self._db)

    def standings(self) -> list[Standing]:
        """Return how far every deliverer is, by name."""
        return standings(self._db)

    def lost(self, since: Instant | None = None, newest: int | None = None) -> list[Lost]:
        """Return what was dropped before somebody had it: what was noted from `since` on, the oldest first."""
        columns = "deliverer, first_at, last_at, readings, events, why"
        return [_lost(*row) for row in self._noted("lost", columns, "noted_at", since, newest)]

    def refused(self, since: Instant | None = None, newest: int | None = None) -> list[Rejected]:
        """Return what far sides refused from `since` on, with their words, the oldest first."""
        return [Rejected(*row) for row in self._noted("rejected", "deliverer, at, what, why", "at", since, newest)]

    def _noted(self, table: str, columns: str, at: str, since: Instant | None, newest: int | None) -> list[list[Any]]:
        query = f"SELECT {columns} FROM {table} WHERE {at} >= ? ORDER BY number DESC LIMIT ?"  # noqa: S608  # our own names
        found = self._db.execute(query, (since or 0, -1 if newest is None else newest)).fetchall()
        return found[::-1]


def _chosen(columns: Columns, numbers: Mapping[int, SensorId]) -> Placed:
    with contextlib.suppress(IllegibleBatch):
        return chosen(columns, numbers)
    return _NOTHING


def _merged(placed: Placed, commands: list[tuple[int, Input]]) -> Iterator[Input]:
    """Yield readings, by their places in the batch, with each command before the reading at its position."""
    places, readings = placed
    done = 0
    for position, command in commands:
        upto = bisect_left(places, position)
        yield from readings[done:upto]
        done = max(done, upto)
        yield command
    yield from readings[done:]


def _lost(deliverer: str, first_at: int, last_at: int, readings: int, events: int, why: str) -> Lost:
    return Lost(deliverer, Instant(first_at), Instant(last_at), readings, events, WhyLost(why))


def _snapshot(at: int, batch: int, last_command: int, last_event: int, states: bytes) -> Snapshot:
    return Snapshot(Instant(at), Position(batch, last_command), last_event, rows.snapshot_states(states))


def _connected(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise JournalUnusable(
            Text(
                f"{path}: there is no journal here; the daemon makes it when it first runs",
                f"{path}：此处没有日志库；守护进程首次运行时创建",
            )
        )
    try:
        return _checked(path, "mode=ro")
    except sqlite3.DatabaseError as error:
        if path.with_name(f"{path.name}-wal").exists():
            raise JournalUnusable(f"{path}: {error}") from error
    return _unwritten(path)


def _unwritten(path: Path) -> sqlite3.Connection:
    """Return a connection to a journal that nobody writes, for a reader who may not make files beside it."""
    try:
        return _checked(path, "immutable=1")
    except sqlite3.DatabaseError as error:
        raise JournalUnusable(f"{path}: {error}") from error


def _checked(path: Path, mode: str) -> sqlite3.Connection:
    with contextlib.ExitStack() as stack:
        uri = f"{path.absolute().as_uri()}?{mode}"
        db = stack.enter_context(contextlib.closing(sqlite3.connect(uri, uri=True, timeout=5.0)))
        check_kind(db, path)
        _check_version(db, path)
        stack.pop_all()  # the reader keeps it open
        return db


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version < VERSION:
        raise JournalUnusable(
            Text(
                f"{path}: of an older roommon (schema {version}); the daemon brings it forward at start",
                f"{path}：由旧版本的 roommon 写入（结构版本 {version}）；守护进程启动时会升级它",
            )
        )
