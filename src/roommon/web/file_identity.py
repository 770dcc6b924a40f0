"""By what a file is known: another file, or one that was changed, also in its mode, is another one."""

from pathlib import Path

Identity = tuple[int, ...]


def identity(path: Path) -> Identity | None:
    """Return by what the file at `path` is known; None when it is not there, or not for us."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
