"""A journal whose file was removed or replaced while it is open: it is still whole, and goes back to its place."""

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from roommon.journal.damage import put_aside
from roommon.model.clock import Instant

COPY_S = 20.0
"""How long the copying may take; the watchdog lets the journal's thread be silent for a minute."""
_PAGES = 2048
"""Between two looks at the time: 8 MiB."""


class NotCopied(Exception):
    """There is no room for a copy, or no time; the message says which."""


def copy_of(path: Path) -> Path:
    """Return where the copy lies until it is whole."""
    return path.with_name(f"{path.name}.copy")


def copied(db: sqlite3.Connection, path: Path) -> Path:
    """Copy all that `db` holds to a file beside `path`, and return it.

    Raises:
        NotCopied: that is not possible; no part of a copy is left.
    """
    copy, until = copy_of(path), time.monotonic() + COPY_S

    def look(_status: int, _remaining: int, _total: int) -> None:
        if time.monotonic() > until:
            raise NotCopied(f"it would take longer than {COPY_S:g} s")

    try:
        copy.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(copy)) as beside:
            db.backup(beside, pages=_PAGES, progress=look)
    except (OSError, sqlite3.Error, NotCopied) as error:
        with contextlib.suppress(OSError):
            copy.unlink(missing_ok=True)
        raise NotCopied(str(error)) from error
    return copy


def put_in_place(copy: Path, path: Path, at: Instant) -> Path | None:
    """Let `copy` be the file at `path`; return the new name of what was there, None when nothing was.

    Raises:
        OSError: it cannot be renamed.
    """
    aside = put_aside(path, at, "foreign")
    copy.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return aside if aside.exists() else None
