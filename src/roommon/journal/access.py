"""The way from the event loop to the file in its thread; a file found damaged is replaced on the way."""

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from roommon.journal import damage
from roommon.journal.carried import carry_over
from roommon.journal.damage import Memory
from roommon.journal.error import DiskTrouble, JournalUnusable
from roommon.journal.file import JournalFile
from roommon.journal.rescue import copy_of
from roommon.journal.schema import connect
from roommon.journal.sensors import Sensors
from roommon.journal.thread import SqlThread, Urgency
from roommon.journal.trouble import FileDamaged, translated
from roommon.model.clock import Clock, Instant

_LOG = logging.getLogger(__name__)

T = TypeVar("T")


def opened(path: Path, at: Instant) -> tuple[JournalFile, Memory]:
    """Return the file and what it knows; a damaged one is set aside and a new one takes over what is legible.

    Raises:
        JournalUnusable: the file is not ours, or cannot be opened.
    """
    copy_of(path).unlink(missing_ok=True)
    try:
        return _opened(path)
    except FileDamaged as error:
        _LOG.error("journal %s: damaged (%s); set aside, a new one begins", path, error)
    except DiskTrouble as error:
        raise JournalUnusable(f"{path}: {error}") from error
    memory = damage.salvage(path)
    aside = damage.put_aside(path, at)
    db = connect(path)
    damage.seed(db, memory)
    carry_over(aside, db, Sensors([]))
    return JournalFile(path, db), memory


def _opened(path: Path) -> tuple[JournalFile, Memory]:
    try:
        with contextlib.ExitStack() as stack:
            db = stack.enter_context(contextlib.closing(connect(path)))
            damage.examine(db, path)
            file, memory = JournalFile(path, db), damage.remember(db)
            stack.pop_all()  # the file keeps it open
            return file, memory
    except sqlite3.DatabaseError as error:
        raise translated(error) from error


class Access:
    """Runs work on the file, one piece after the other."""

    def __init__(
        self, thread: SqlThread, file: JournalFile, clock: Clock, memory: Callable[[FileDamaged], Memory]
    ) -> None:
        self._thread = thread
        self._file = file
        self._clock = clock
        self._memory = memory

    async def run(self, urgency: Urgency, work: Callable[[JournalFile], T]) -> T:
        """Return what `work` returns.

        Raises:
            DiskTrouble: the disk does not do its part.
            FileDamaged: it was; a new file has taken its place, and `work` was not done.
        """
        generation = self._file.generation
        try:
            return await self._thread.run(urgency, lambda: _tried(work, self._file))
        except FileDamaged as error:
            if generation == self._file.generation:
                await self._begin_anew(generation, self._memory(error))
            raise

    async def read(self, work: Callable[[JournalFile], T], nothing: Callable[[], T]) -> T:
        """Return what `work` reads, or `nothing()` when the file was damaged, for the new one holds nothing.

        Raises:
            DiskTrouble: the disk does not do its part.
        """
        try:
            return await self.run(Urgency.READ, work)
        except FileDamaged:
            return nothing()

    async def _begin_anew(self, generation: int, memory: Memory) -> None:
        at = self._clock.instant(self._clock.monotonic())
        await self._thread.run(Urgency.COMMIT, lambda: self._file.begin_anew(generation, memory, at))


def _tried(work: Callable[[JournalFile], T], file: JournalFile) -> T:
    try:
        return work(file)
    except sqlite3.DatabaseError as error:
        raise translated(error) from error
