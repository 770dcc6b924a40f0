"""Keeps the summaries up with the batches, a piece at a time, between commits.

It is a cursor over the journal like a deliverer: take the next batches, and write what they come to, some groups of
sensors at a time, each together with how far it reaches. What a crash interrupts is taken again from the batches, by
those groups that do not have it; an older journal, which has no summaries yet, is one that is far behind.
"""

from collections.abc import Iterator
from itertools import islice

from roommon.journal.columns import Columns
from roommon.journal.file import JournalFile
from roommon.journal.schema import transaction
from roommon.journal.summaries import groups_ahead, note_ahead, note_taken, put_part, seal, taken_up_to, unsealed
from roommon.journal.summary import MINUTES
from roommon.journal.summing import LATE_MS, Found, Summing
from roommon.journal.writing import COLUMNS
from roommon.model.clock import Instant
from roommon.rules.drills import PREFIX

STEP_READINGS = 30_000
"""What one step takes at most: about 10 ms of work."""
HELD_READINGS = 400_000
"""What is taken at most before it is written: 3 MB."""
STEP_GROUPS = 16
"""What one step writes at most, as above."""
PAGE_BYTES = 4096
"""What a small row adds to the log."""


class Summariser:
    """Owned by the housekeeping; works in the SQL thread alone."""

    def __init__(self) -> None:
        self._summing = Summing()
        self._generation = -1
        """Of the file that `_summing` is about; -1 when it begins anew."""
        self._taken = 0
        """The last batch that was taken."""
        self._reached = Instant(0)
        """Up to when the batches went that were taken so far."""
        self._ahead: dict[int, int] = {}
        """Groups that have more than the others, for writing was interrupted, and up to which batch."""
        self._unwritten: Iterator[tuple[int, list[Found]]] | None = None
        """What is left of the minutes that are being written."""

    def step(self, file: JournalFile, now: Instant) -> bool:
        """Do one step of what is due, and return whether there may be more to do."""
        if file.generation != self._generation:
            self._begin(file)
        try:
            return self._step(file, now)
        except BaseException:
            self._generation = -1  # what was not written is taken again from the batches
            raise

    def _begin(self, file: JournalFile) -> None:
        self._summing.clear()
        self._unwritten = None
        self._taken, self._ahead = taken_up_to(file.db), groups_ahead(file.db)
        self._generation = file.generation

    def _step(self, file: JournalFile, now: Instant) -> bool:
        if self._unwritten is not None:
            self._write(file, self._unwritten)
            return True
        last = file.kept().batches.last
        behind = self._taken < last
        if self._seal(file, min(self._reached, now) if behind else now):
            return True
        if behind:
            self._take(file, last)
            behind = self._taken < last
        if self._summing.readings >= HELD_READINGS or (not behind and self._summing.over(now)):
            self._unwritten = self._summing.groups(lambda number: _is_true(file, number))
            return True
        return behind  # else there is nothing to do until the next commit

    def _take(self, file: JournalFile, last: int) -> None:
        """Take the next batches; when there are none up to `last`, the retention was faster."""
        query = f"SELECT {COLUMNS} FROM batches WHERE number > ? ORDER BY number LIMIT 64"  # noqa: S608  # constants alone
        before = self._taken
        upto = self._summing.readings + STEP_READINGS
        for number, *columns in file.db.execute(query, (before,)):
            batch = Columns(*columns)
            self._summing.take(batch, {first for first, ahead in self._ahead.items() if ahead >= number})
            self._taken, self._reached = number, batch.last_at
            if self._summing.readings >= upto:
                return
        if self._taken == before:
            self._taken = last

    def _write(self, file: JournalFile, unwritten: Iterator[tuple[int, list[Found]]]) -> None:
        """Write the next groups; after the last, note that all have what was taken."""
        some, written = list(islice(unwritten, STEP_GROUPS)), PAGE_BYTES
        with transaction(file.db):
            for first, minutes in some:
                written += sum(put_part(file.db, MINUTES, begin, first, found) for begin, found in minutes if found)
                note_ahead(file.db, first, self._taken)
            if len(some) < STEP_GROUPS:
                note_taken(file.db, self._taken)
        file.checkpoint_when_due(written)
        if len(some) < STEP_GROUPS:
            self._summing.clear()
            self._unwritten = None
            self._ahead = groups_ahead(file.db)

    def _seal(self, file: JournalFile, upto: Instant) -> bool:
        due = unsealed(file.db, Instant(upto - LATE_MS))
        if due is None:
            return False
        with transaction(file.db):
            written = seal(file.db, due)
        file.checkpoint_when_due(written + PAGE_BYTES)
        return True


def _is_true(file: JournalFile, number: int) -> bool:
    """Whether the sensor's readings are what was measured, and not a drill's."""
    ids = file.sensors.ids
    return number < len(ids) and not ids[number].startswith(PREFIX)
