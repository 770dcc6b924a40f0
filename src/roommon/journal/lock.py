"""One daemon per journal: a lock beside the file, held by the process and freed by its end, however it ends.

The lock file also holds the number of the last event that anyone was told of. It is written in place, which needs no
room on the disk, so no number is used twice even when the events themselves could not be committed before a crash, or
the journal had to be set aside.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from roommon.journal.error import JournalLocked, JournalUnusable
from roommon.model import system_words
from roommon.model.text import Text
from roommon.model.worded import about

_SIZE = 64


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock that this process holds."""

    descriptor: int

    def last_event(self) -> int:
        """Return the number of the last event that was told by any daemon of this journal; 0 when unknown."""
        words = os.pread(self.descriptor, _SIZE, 0).split()
        return int(words[1]) if len(words) == 2 and words[1].isdigit() else 0

    def tell(self, last_event: int) -> None:
        """Note that the event `last_event` is about to be told; a disk that fails must not keep people from hearing."""
        with contextlib.suppress(OSError):
            os.pwrite(self.descriptor, f"{os.getpid()} {last_event}\n".ljust(_SIZE).encode(), 0)


@contextlib.contextmanager
def locked(journal: Path) -> Iterator[Lock]:
    """Hold the lock of `journal`.

    Raises:
        JournalLocked: another process holds it.
        JournalUnusable: its folder is missing or may not be written.
    """
    path = journal.with_name(f"{journal.name}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except FileNotFoundError as error:
        raise JournalUnusable(
            Text(
                f"{journal}: there is no folder {journal.parent}; make it first",
                f"{journal}：没有目录 {journal.parent}；请先建立",
            )
        ) from error
    except OSError as error:
        raise JournalUnusable(about(path, system_words.said(error))) from error
    try:
        yield _lock(descriptor, journal)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, journal: Path) -> Lock:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, _SIZE, 0).split()
        pid = holder[0].decode() if holder else "unknown"
        raise JournalLocked(
            Text(
                f"{journal}: in use by process {pid}; one journal serves one daemon",
                f"{journal}：正被进程 {pid} 使用；一个日志库只供一个守护进程使用",
            )
        ) from error
    lock = Lock(descriptor)
    lock.tell(lock.last_event())
    return lock
