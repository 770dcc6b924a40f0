"""The journal's file: how it is opened, what lies in it, and how an older one is brought forward.

`MIGRATIONS[n]` takes a file from version n to n + 1; a released one is never edited. The version is SQLite's
`user_version`, so a file always says itself what it is.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from roommon.journal.error import JournalUnusable
from roommon.model.text import Text

APPLICATION_ID = 0x726D4A4C
"""`rmJL`: what `file` and SQLite's tools show for a journal."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE sensors (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE
    ) STRICT;

    -- The readings of one group commit, in the order in which they were folded (columns.py).
    CREATE TABLE batches (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        readings INTEGER NOT NULL,
        sensor BLOB NOT NULL,
        taken_at BLOB NOT NULL,
        value BLOB NOT NULL,
        code BLOB NOT NULL
    ) STRICT;
    -- Holds all that is asked of a batch besides its readings, so that no blob is touched for it.
    CREATE INDEX batches_by_time ON batches (last_at, first_at, readings);
    CREATE INDEX batches_by_number ON batches (number, first_at, last_at, readings);

    -- Every other input: it came before reading `position` of batch `batch` (which may not be there yet).
    CREATE TABLE commands (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        batch INTEGER NOT NULL,
        position INTEGER NOT NULL,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX commands_in_order ON commands (batch, position, number);

    CREATE TABLE configurations (
        digest TEXT PRIMARY KEY,
        source BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE events (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        batch INTEGER NOT NULL,
        at INTEGER NOT NULL,
        alarm TEXT NOT NULL,
        rule TEXT NOT NULL,
        sensor TEXT NOT NULL,
        device TEXT NOT NULL,
        room TEXT NOT NULL,
        priority INTEGER NOT NULL,
        was TEXT NOT NULL,
        state TEXT NOT NULL,
        moved_by TEXT NOT NULL,
        person TEXT,
        quantity TEXT NOT NULL,
        value REAL,
        setpoint REAL,
        quality TEXT NOT NULL,
        text_en TEXT NOT NULL,
        text_zh_cn TEXT NOT NULL,
        response_en TEXT NOT NULL,
        response_zh_cn TEXT NOT NULL
    ) STRICT;
    CREATE INDEX events_by_time ON events (at);
    CREATE INDEX events_by_alarm ON events (alarm, number);

    -- The newest event of every alarm that is not normal; retention leaves these.
    CREATE TABLE standing (
        alarm TEXT PRIMARY KEY,
        event INTEGER NOT NULL UNIQUE
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE states (
        alarm TEXT PRIMARY KEY,
        state TEXT NOT NULL,
        condition TEXT NOT NULL,
        since INTEGER,
        held INTEGER
    ) STRICT, WITHOUT ROWID;

    -- All states, compressed, as they were before the batch `batch` and after the command `last_command`.
    CREATE TABLE snapshots (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        batch INTEGER NOT NULL,
        last_command INTEGER NOT NULL,
        last_event INTEGER NOT NULL,
        states BLOB NOT NULL
    ) STRICT;

    CREATE TABLE cursors (
        deliverer TEXT PRIMARY KEY,
        readings INTEGER NOT NULL,
        events INTEGER NOT NULL,
        last_event INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Numbers of the batches that a deliverer has sent, as spans, both ends included.
    CREATE TABLE sent (
        deliverer TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (deliverer, first)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE lost (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        deliverer TEXT NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        readings INTEGER NOT NULL,
        events INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE rejected (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        deliverer TEXT NOT NULL,
        at INTEGER NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT;

    -- One row: the instant of the last input in the order of inputs.
    CREATE TABLE newest (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        at INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE lost ADD COLUMN why TEXT NOT NULL DEFAULT 'unknown';
    -- When it was noted, which may be long after `last_at`.
    ALTER TABLE lost ADD COLUMN noted_at INTEGER NOT NULL DEFAULT 0;
    UPDATE lost SET noted_at = last_at;
    """,
    """
    -- Who a device said that it was, each time that it said something else; retention leaves these.
    CREATE TABLE identities (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        device TEXT NOT NULL,
        identity TEXT NOT NULL
    ) STRICT;
    CREATE INDEX identities_by_device ON identities (device, number);
    """,
    """
    -- Whether people are to be told, and as JSON what only some events have: suppression, note, count, ...
    ALTER TABLE events ADD COLUMN tell INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE events ADD COLUMN more TEXT;
    -- As JSON what only some states have; a row whose name holds a `:` is no alarm, and `state` says what it is.
    ALTER TABLE states ADD COLUMN more TEXT;
    """,
    """
    -- What was said once a day, as JSON; the numbers are their own and not those of events.
    CREATE TABLE alive (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    -- The last of them that each deliverer has told.
    CREATE TABLE alive_told (
        deliverer TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- Summaries of the sensors with the numbers from `first` on (block.py): of one step of time (slots = 1, a part), or
    -- of many (a block). The same step may lie in a part and in a block; the truth is what both come to.
    CREATE TABLE summaries (
        number INTEGER PRIMARY KEY,
        slots INTEGER NOT NULL,
        step INTEGER NOT NULL,
        begin INTEGER NOT NULL,
        first INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX summaries_by_place ON summaries (slots, step, begin, first);

    -- The blocks that there are, with the first step that holds something and what they take on the disk.
    CREATE TABLE summary_blocks (
        step INTEGER NOT NULL,
        begin INTEGER NOT NULL,
        oldest INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (step, begin)
    ) STRICT, WITHOUT ROWID;

    -- The last batch whose readings are in the summaries: of all sensors (first = -1; without it they begin with the
    -- oldest that is kept), and of groups that are ahead of the others, for they are written one after the other.
    CREATE TABLE summarised (
        first INTEGER PRIMARY KEY,
        batch INTEGER NOT NULL
    ) STRICT;
    """,
)
VERSION = len(MIGRATIONS)


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection for the one writer, with the schema of this program.

    Raises:
        JournalUnusable: the file belongs to a newer roommon or to another program, or cannot be opened.
        sqlite3.DatabaseError: it is damaged.
    """
    try:
        db = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise JournalUnusable(f"{path}: {error}") from error
    try:
        _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    check_kind(db, path)
    db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # takes effect while the file is empty
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 0")  # housekeeping does it: a commit never waits for a checkpoint
    db.execute(f"PRAGMA journal_size_limit = {8 << 20}")
    migrate(db)


def check_kind(db: sqlite3.Connection, path: Path) -> None:
    """See that the file is empty or a journal, and not newer than this program.

    Raises:
        JournalUnusable: it is neither.
    """
    kind, version = _number(db, "application_id"), _number(db, "user_version")
    if kind not in (APPLICATION_ID, 0) or (kind == 0 and _number(db, "schema_version") != 0):
        raise JournalUnusable(
            Text(
                f"{path}: an SQLite file of another program; name another path in journal.path",
                f"{path}：是其他程序的 SQLite 文件；请在 journal.path 中改用其他路径",
            )
        )
    if version > VERSION:
        raise JournalUnusable(
            Text(
                f"{path}: written by a newer roommon (schema {version}, this one knows {VERSION});"
                " install that version again, or move the file away",
                f"{path}：由更新版本的 roommon 写入（结构版本 {version}，本版本为 {VERSION}）；"
                "请重新安装该版本，或移走此文件",
            )
        )


def _number(db: sqlite3.Connection, pragma: str) -> int:
    return int(db.execute(f"PRAGMA {pragma}").fetchone()[0])


def migrate(db: sqlite3.Connection) -> None:
    """Bring the file forward to `VERSION`, each step a transaction of its own."""
    for version in range(_number(db, "user_version"), VERSION):
        with transaction(db):
            for statement in _statements(MIGRATIONS[version]):
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {version + 1}")


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit what is done inside, or none of it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # SQLite has rolled back by itself after some errors (disk full)
            db.execute("ROLLBACK")
        raise
