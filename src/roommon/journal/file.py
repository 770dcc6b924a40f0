"""The journal's file as the daemon's SQL thread holds it: a transaction per group commit, and reads for deliverers."""

import contextlib
import sqlite3
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from roommon.journal import cursors, rows, writing
from roommon.journal.columns import Columns, IllegibleBatch, unpack
from roommon.journal.damage import Memory, put_aside, seed
from roommon.journal.error import DiskTrouble, JournalUnusable
from roommon.journal.group import Cursor, Group, Packed, packed
from roommon.journal.record import Batch, Lost, NumberedEvent
from roommon.journal.schema import connect, transaction
from roommon.journal.sensors import Sensors
from roommon.journal.spans import Span
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId

WAITING_BYTES = 16 << 20
"""Compressed readings that are kept in memory while the disk takes none: 6 to 18 minutes of 5,000 a second."""
WAITING_EVENTS = 20_000
CHECKPOINT_BYTES = 4 << 20
COMMIT_BYTES = 32 << 10
"""What a commit adds to the log besides its readings: the pages that it touches, whole."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Which batches the file holds, and up to where its events go."""

    batches: Span
    """Empty when `last` is before `first`."""
    last_event: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """Batches as they were read."""

    batches: list[Batch] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    """What of them is illegible; such a batch has no readings."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How many readings some batches hold, and the instant of the oldest."""

    readings: int = 0
    oldest: Instant | None = None


class JournalFile:
    """An open file, and what waits in memory to be written to it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self.db = db
        self.sensors = Sensors.of(db)
        self.generation = 0
        """Grows with every file that had to be set aside."""
        self.usable = True
        """False while a damaged file could not be replaced yet."""
        self._unchecked = 0
        self._waiting: deque[Packed] = deque()

    def commit(self, group: Group, moved: Collection[Cursor], *, snapshot: bool) -> Kept:
        """Write `group` and everything that waited before it, in one transaction; after an error it waits in memory."""
        if group:
            self._waiting.append(packed(group, self.sensors.number_of))
        try:
            with transaction(self.db):
                self._write(moved, snapshot=snapshot)
        except sqlite3.Error:
            self._shed()
            raise
        self._unchecked += COMMIT_BYTES + sum(group.size for group in self._waiting)
        self._waiting.clear()
        self.sensors.saved()
        return self.kept()

    def _write(self, moved: Collection[Cursor], *, snapshot: bool) -> None:
        self.sensors.save(self.db)
        for group in self._waiting:
            writing.insert_group(self.db, group)
        cursors.save(self.db, moved)
        if snapshot:
            writing.insert_states(self.db)

    def _shed(self) -> None:
        """Give up the oldest readings and events that wait, where they are more than the memory for them."""
        size, events = sum(group.size for group in self._waiting), sum(len(group.events) for group in self._waiting)
        for group in self._waiting:
            if group.columns and size > WAITING_BYTES:
                size -= group.size
                group.lost.append(writing.lost_columns(group.columns))
                group.columns = None
            if events > WAITING_EVENTS and group.events:
                events -= len(group.events)
                group.lost.append(writing.lost_events(group.events))
                group.events = []
        self._join_emptied()

    def _join_emptied(self) -> None:
        """Let groups that hold nothing but what was lost be one."""
        while len(self._waiting) > 1 and self._waiting[0].columns is None and self._waiting[1].columns is None:
            first, second = self._waiting.popleft(), self._waiting[0]
            second.commands = [(0, command) for _, command in (*first.commands, *second.commands)]
            second.events = [*first.events, *second.events]
            second.states = first.states | second.states
            second.rejected = [*first.rejected, *second.rejected]
            second.lost = writing.joined_lost([*first.lost, *second.lost])
            second.newest = second.newest or first.newest

    def begin_anew(self, generation: int, memory: Memory, at: Instant) -> None:
        """Set the file of `generation` aside, which is damaged, and go on in a new one with what the daemon knows.

        Raises:
            DiskTrouble: that cannot be done now; the file stays unusable until it can.
        """
        if generation != self.generation:
            return
        self.usable = False
        self.db.close()
        try:
            self._replace(memory, at)
        except (OSError, sqlite3.OperationalError, JournalUnusable) as error:
            raise DiskTrouble(f"damaged, and no new file can be made: {error}") from error
        self.usable = True
        self.generation += 1

    def _replace(self, memory: Memory, at: Instant) -> None:
        put_aside(self.path, at)
        self.db = connect(self.path)
        seed(self.db, memory)
        self.sensors.forget_saving()

    def checkpoint_when_due(self, written: int) -> None:
        """Carry what was committed from the log into the file, when it is worth it; `written` bytes came besides."""
        self._unchecked += written
        if self._unchecked > CHECKPOINT_BYTES:
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._unchecked = 0

    def close(self) -> None:
        """Close the file with everything in one piece, without a log beside it."""
        with contextlib.suppress(sqlite3.Error):
            self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.db.close()

    def waiting(self) -> int:
        """Return how many readings wait in memory."""
        return sum(group.columns.readings for group in self._waiting if group.columns)

    def kept(self) -> Kept:
        """Return what the file holds now."""
        return Kept(writing.ends(self.db, "batches"), rows.newest(self.db, "events"))

    def batches(self, spans: Iterable[Span], at_most: int, *, newest: bool) -> Fetched:
        """Return batches in `spans` until they hold `at_most` readings or more.

        In the order of `spans`, each forwards, or backwards when `newest`.
        """
        found = Fetched()
        for number, columns in self._columns(spans, at_most, newest=newest):
            try:
                found.batches.append(Batch(number, unpack(columns, self.sensors.ids)))
            except IllegibleBatch:
                found.batches.append(Batch(number, ()))
                found.lost.append(writing.lost_columns(columns))
        return found

    def _columns(self, spans: Iterable[Span], at_most: int, *, newest: bool) -> list[tuple[int, Columns]]:
        taken: list[tuple[int, Columns]] = []
        order = "DESC" if newest else "ASC"
        query = f"SELECT {writing.COLUMNS} FROM batches WHERE number BETWEEN ? AND ? ORDER BY number {order}"  # noqa: S608  # constants alone
        room = at_most
        for span in spans:
            for number, *columns in self.db.execute(query, span):
                taken.append((number, Columns(*columns)))
                room -= columns[0]
                if room <= 0:
                    return taken
        return taken

    def events(self, first: int, last: int, at_most: int) -> list[NumberedEvent]:
        """Return the events from number `first` to `last`, the first `at_most` of them."""
        query = f"SELECT {rows.EVENT_COLUMNS} FROM events WHERE number BETWEEN ? AND ? ORDER BY number LIMIT ?"  # noqa: S608  # constants alone
        return [rows.event_of(row) for row in self.db.execute(query, (first, last, at_most))]

    def count(self, spans: Iterable[Span]) -> Counted:
        """Return what the batches in `spans` hold."""
        readings: int = 0
        oldest: Instant | None = None
        query = "SELECT sum(readings), min(first_at) FROM batches WHERE number BETWEEN ? AND ?"
        for span in spans:
            found, first_at = self.db.execute(query, span).fetchone()
            readings += found or 0
            oldest = min((at for at in (oldest, first_at) if at is not None), default=None)
        return Counted(readings, oldest)

    def readings_since(self, at: Instant, wanted: Collection[SensorId]) -> list[Reading]:
        """Return the readings of `wanted` from `at` on, in the order in which they were folded."""
        first = "(SELECT min(number) FROM batches WHERE last_at >= ?)"
        query = f"SELECT {writing.COLUMNS} FROM batches WHERE number >= {first} ORDER BY number"  # noqa: S608  # constants alone
        found: list[Reading] = []
        chosen = frozenset(wanted)
        for _, *columns in self.db.execute(query, (at,)):
            with contextlib.suppress(IllegibleBatch):
                readings = unpack(Columns(*columns), self.sensors.ids)
                found.extend(reading for reading in readings if reading.sensor in chosen and reading.taken_at >= at)
        return found
