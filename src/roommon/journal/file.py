"""The journal's file as the daemon's SQL thread holds it: a transaction per group commit, and reads for deliverers."""

import contextlib
import sqlite3
from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from roommon.journal import cursors, history, holdings, identities, rows, writing
from roommon.journal.carried import carry_over
from roommon.journal.columns import Columns, IllegibleBatch, unpack
from roommon.journal.damage import Memory, put_aside, seed
from roommon.journal.error import DiskTrouble, JournalUnusable
from roommon.journal.group import Cursor, Group, Packed, packed
from roommon.journal.holdings import Counted, Kept
from roommon.journal.place import Found, Place
from roommon.journal.record import Batch, Identified, Lost, NumberedEvent, WhyLost
from roommon.journal.rescue import NotCopied, copied, put_in_place
from roommon.journal.schema import connect, transaction
from roommon.journal.sensors import Sensors
from roommon.journal.spans import Span
from roommon.journal.trouble import FileDamaged
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text

WAITING_BYTES = 16 << 20
"""Compressed readings that are kept in memory while the disk takes none: 6 to 18 minutes of 5,000 a second."""
WAITING_EVENTS = 20_000
CHECKPOINT_BYTES = 4 << 20
COMMIT_BYTES = 32 << 10
"""What a commit adds to the log besides its readings: the pages that it touches, whole."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Batches as they were read."""

    batches: list[Batch] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    """What of them is illegible; such a batch has no readings."""


class JournalFile:
    """An open file, and what waits in memory to be written to it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self.sensors = Sensors.of(db)
        self.generation = 0
        """Grows with every file that had to be set aside."""
        self.usable = True
        """False while a damaged file could not be replaced yet."""
        self._place = Place(path)
        self._unchecked = 0
        self._waiting: deque[Packed] = deque()

    @property
    def db(self) -> sqlite3.Connection:
        """The connection.

        Raises:
            FileDamaged: a damaged file could not be replaced yet.
        """
        if not self.usable:
            raise FileDamaged("no new file yet")
        return self._db

    def commit(self, group: Group, moved: Collection[Cursor], now: Instant, *, snapshot: bool) -> Kept:
        """Write `group` and everything that waited before it, in one transaction; after an error it waits in memory.

        The journal keeps its place: a file that somebody removed or replaced is put back first.
        """
        if group:
            self._waiting.append(packed(group, self.sensors.number_of))
        try:
            found = self._keep_place(now)
            with transaction(self.db):
                self._write(moved, now, snapshot=snapshot)
        except (sqlite3.Error, FileDamaged):
            self._shed()
            raise
        self._unchecked += COMMIT_BYTES + sum(group.size for group in self._waiting)
        self._waiting.clear()
        self.sensors.saved()
        return replace(self.kept(), put_back=found)

    def _keep_place(self, now: Instant) -> Text | None:
        """See that the open file is the one at the path; return what was the matter when it was put back."""
        match self._place.look(self.db):
            case Found.OURS:
                return None
            case Found.OVERWRITTEN as found:
                raise FileDamaged(found.value.en)
            case Found.NOTHING | Found.ANOTHER as found:
                return self._put_back(found, now)

    def _put_back(self, found: Found, now: Instant) -> Text:
        """Copy the open file to its path and go on in the copy; what lies there is set aside."""
        try:
            copy = copied(self._db, self.path)
        except NotCopied as error:
            raise FileDamaged(f"{found.value.en}, and it could not be copied back: {error}") from error
        with contextlib.suppress(sqlite3.Error):  # the old file is whole too, wherever it went
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        self.usable = False
        self._close()
        try:
            self._place.clear()
            aside = put_in_place(copy, self.path, now)
            self._open()
        except (OSError, sqlite3.Error, JournalUnusable) as error:
            raise FileDamaged(f"{found.value.en}, and its copy could not be used: {error}") from error
        self.usable = True
        return found.value if aside is None else _set_aside(found.value, aside.name)

    def _open(self) -> None:
        self._db = connect(self.path)
        self._place = Place(self.path)
        self._unchecked = 0

    def _close(self) -> None:
        self._db.close()
        self._place.leave()

    def _write(self, moved: Collection[Cursor], now: Instant, *, snapshot: bool) -> None:
        self.sensors.save(self.db)
        for group in self._waiting:
            writing.insert_group(self.db, group, now)
        cursors.save(self.db, moved)
        if snapshot:
            writing.insert_states(self.db)

    def _shed(self) -> None:
        """Give up the oldest readings and events that wait, where they are more than the memory for them."""
        size, events = sum(group.size for group in self._waiting), sum(len(group.events) for group in self._waiting)
        for group in self._waiting:
            if group.columns and size > WAITING_BYTES:
                size -= group.size
                group.lost.append(writing.lost_columns(group.columns, WhyLost.DISK))
                group.columns = None
            if events > WAITING_EVENTS and group.events:
                events -= len(group.events)
                group.lost.append(writing.lost_events(group.events, WhyLost.DISK))
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
            second.identified = [*first.identified, *second.identified]
            second.alive = [*first.alive, *second.alive]
            second.alive_told = first.alive_told | second.alive_told

    def begin_anew(self, generation: int, memory: Memory, at: Instant) -> None:
        """Set the file of `generation` aside, which is damaged, and go on in a new one with what the daemon knows.

        Raises:
            DiskTrouble: that cannot be done now; the file stays unusable until it can.
        """
        if generation != self.generation:
            return
        if self.usable:
            self.usable = False
            self._close()
        try:
            self._replace(memory, at)
        except (OSError, sqlite3.OperationalError, JournalUnusable) as error:
            raise DiskTrouble(
                Text(f"damaged, and no new file can be made: {error}", f"已损坏，且无法新建文件：{error}")
            ) from error
        self.usable = True
        self.generation += 1

    def _replace(self, memory: Memory, at: Instant) -> None:
        aside = put_aside(self.path, at)
        self.sensors.forget_saving()
        with contextlib.closing(connect(self.path)) as fresh:
            seed(fresh, memory)
            carry_over(aside, fresh, self.sensors)
        self._open()

    def checkpoint_when_due(self, written: int) -> None:
        """Carry what was committed from the log into the file, when it is worth it; `written` bytes came besides."""
        self._unchecked += written
        if self._unchecked > CHECKPOINT_BYTES and self._place.look(self.db) is Found.OURS:
            self.db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._place.written()
            self._unchecked = 0

    def close(self) -> None:
        """Close the file with everything in one piece, without a log beside it."""
        if self.usable:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._close()

    def waiting(self) -> int:
        """Return how many readings wait in memory."""
        return sum(group.columns.readings for group in self._waiting if group.columns)

    def kept(self) -> Kept:
        """Return what the file holds now."""
        return holdings.kept(self.db)

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
                found.lost.append(writing.lost_columns(columns, WhyLost.ILLEGIBLE))
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
        return holdings.counted(self.db, spans)

    def identities(self) -> list[Identified]:
        """Return who devices said that they were, in order."""
        return identities.all_of(self.db)

    def readings_since(self, since: Mapping[SensorId, Instant]) -> list[Reading]:
        """Return the readings of each sensor in `since` from its instant on, in the order in which they were folded."""
        first = "(SELECT min(number) FROM batches WHERE last_at >= ?)"
        query = f"SELECT {writing.COLUMNS} FROM batches WHERE number >= {first} ORDER BY number"  # noqa: S608  # constants alone
        oldest = min(since.values(), default=history.NEVER)
        batches = (Columns(*columns) for _, *columns in self.db.execute(query, (oldest,)))
        return list(history.wanted(batches, self.sensors.ids, since))


def _set_aside(found: Text, name: str) -> Text:
    return Text(f"{found.en}, which is set aside as {name}", f"{found.zh_cn}，该文件已移为 {name}")
