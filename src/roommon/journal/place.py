"""The file at its path: whether it is still the one that is open, and unchanged since we wrote it last.

SQLite goes on in a file that was removed, renamed or written over, without a word. Somebody who copies a backup to the
journal's place while the daemon runs must be told at once, not at the next start.

In WAL mode the file itself changes when the log is carried into it, and that is our doing alone. What is looked at is
what `stat` tells; when that has changed, the file's own head decides.
"""

import contextlib
import os
import sqlite3
import struct
from enum import Enum
from pathlib import Path

from roommon.model.text import Text

_HEAD = 100
_PAGES, _FREE, _SCHEMA = 28, 36, 40
"""Where in the head the number of pages, of free pages and of changes of the schema stand (SQLite file format, 1.3)."""


class Found(Enum):
    """What is at the path."""

    OURS = Text("it is ours", "未变")
    NOTHING = Text("it was removed", "文件被删除")
    ANOTHER = Text("another file was put in its place", "原处被放上了另一个文件")
    OVERWRITTEN = Text("it was written over", "文件被覆盖")


class Place:
    """The path of an open journal. One descriptor is held: closing one would end SQLite's own locks on the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        opened = os.fstat(self._descriptor)
        self._identity = opened.st_dev, opened.st_ino
        self._beside = {name: _identity(name) for name in _beside(path)}
        self._seen = opened.st_size, opened.st_mtime_ns
        self._head = os.pread(self._descriptor, _HEAD, 0)

    def written(self) -> None:
        """Note that we have just written the file."""
        with contextlib.suppress(OSError):  # a disk that fails is SQLite's to tell
            head, status = os.pread(self._descriptor, _HEAD, 0), os.fstat(self._descriptor)
            self._head, self._seen = head, (status.st_size, status.st_mtime_ns)

    def look(self, db: sqlite3.Connection) -> Found:
        """Return what is at the path now; `db` is the connection that writes it, between two transactions."""
        try:
            return self._looked(db)
        except (FileNotFoundError, NotADirectoryError):
            return Found.NOTHING
        except OSError:
            return Found.OURS  # as far as can be told; SQLite meets the same disk

    def _looked(self, db: sqlite3.Connection) -> Found:
        status = self._path.stat()
        if (status.st_dev, status.st_ino) != self._identity:
            return Found.ANOTHER
        if (status.st_size, status.st_mtime_ns) == self._seen:
            return Found.OURS
        head = os.pread(self._descriptor, _HEAD, 0)
        if head != self._head and not _is_carried_over(head, db):
            return Found.OVERWRITTEN
        self.written()
        return Found.OURS

    def leave(self) -> None:
        """Let go of the file, which SQLite has closed."""
        os.close(self._descriptor)

    def clear(self) -> None:
        """Remove what is left of the file's log; SQLite leaves it when the file has moved."""
        for name, identity in self._beside.items():
            if identity is not None and _identity(name) == identity:
                name.unlink()


def _is_carried_over(head: bytes, db: sqlite3.Connection) -> bool:
    """Whether `head` is what the log says: somebody's SQLite carried it into the file, which harms nothing."""
    if len(head) < _HEAD:
        return False
    said = (struct.unpack_from(">I", head, at)[0] for at in (_PAGES, _FREE, _SCHEMA))
    known = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "schema_version"))
    return tuple(said) == tuple(known)


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
