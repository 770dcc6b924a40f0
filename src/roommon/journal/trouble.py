"""What is wrong with the journal: said once in the log and to the daemon's health, and once more when it is over."""

import logging
import sqlite3
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from roommon.journal.error import DiskTrouble
from roommon.model.text import Text
from roommon.model.worded import sentences

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

    def __init__(self, path: Path, report: Callable[[Text | None], None]) -> None:
        self._path = path
        self._report = report
        self._standing: dict[Trouble, Text] = {}

    def say(self, trouble: Trouble, words: Text | None) -> None:
        """Note that `trouble` stands, in these words, or is over (None); only a change of standing is logged."""
        before = self._standing.get(trouble)
        if words == before:
            return
        if words is None:
            del self._standing[trouble]
            _LOG.info("journal %s: over: %s", self._path, before and before.en)
        else:
            self._standing[trouble] = words
            _LOG.log(logging.DEBUG if before else logging.WARNING, "journal %s: %s", self._path, words.en)
        self._report(sentences(*self._standing.values()) or None)


_CHINESE = {
    sqlite3.SQLITE_FULL: "磁盘空间不足",
    sqlite3.SQLITE_READONLY: "文件只读",
    sqlite3.SQLITE_IOERR: "磁盘输入/输出错误",
    sqlite3.SQLITE_CANTOPEN: "无法打开文件",
    sqlite3.SQLITE_BUSY: "文件被占用",
    sqlite3.SQLITE_LOCKED: "文件被锁定",
    sqlite3.SQLITE_PERM: "权限不足",
}


def _words(error: sqlite3.DatabaseError, code: int) -> Text:
    return Text(str(error), _CHINESE.get(code, str(error)))


def translated(error: sqlite3.DatabaseError) -> Exception:
    """Return what `error` means to the journal; a mistake of ours in SQL comes back as it is."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return FileDamaged(str(error))
    if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
        return DiskTrouble(_words(error, code))
    return error
