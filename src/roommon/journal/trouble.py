"""What is wrong with the journal: said once in the log and to the daemon's health, and once more when it is over."""

import logging
import sqlite3
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from roommon.journal.error import DiskTrouble

_LOG = logging.getLogger(__name__)


class FileDamaged(Exception):
    """The file is no longer a sound SQLite file."""


class Trouble(StrEnum):
    """Kinds of trouble, which may stand at the same time."""

    DISK = "disk"
    SLOW = "slow"
    BACKLOG = "backlog"
    DAMAGED = "damaged"
    FOREIGN = "foreign"
    PUT_BACK = "put back"


class Troubles:
    """The troubles that stand now."""

    def __init__(self, path: Path, report: Callable[[str | None], None]) -> None:
        self._path = path
        self._report = report
        self._standing: dict[Trouble, str] = {}

    def say(self, trouble: Trouble, words: str | None) -> None:
        """Note that `trouble` stands, in these words, or is over (None); only a change of standing is logged."""
        before = self._standing.get(trouble)
        if words == before:
            return
        if words is None:
            del self._standing[trouble]
            _LOG.info("journal %s: over: %s", self._path, before)
        else:
            self._standing[trouble] = words
            _LOG.log(logging.DEBUG if before else logging.WARNING, "journal %s: %s", self._path, words)
        self._report("; ".join(self._standing.values()) or None)


def translated(error: sqlite3.DatabaseError) -> Exception:
    """Return what `error` means to the journal; a mistake of ours in SQL comes back as it is."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return FileDamaged(str(error))
    if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
        return DiskTrouble(str(error))
    return error
