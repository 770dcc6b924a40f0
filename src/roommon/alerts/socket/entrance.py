"""The socket's file: made for the daemon's group, replaced when its daemon is dead, left alone when it lives.

asyncio's own server would take the file of a living daemon away, so the socket is made here.
"""

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

_BACKLOG = 16
_MODE = 0o660
"""To connect is to write: owner and group may. Nobody can connect before `listen`, so the mode is in time."""


class Entrance:
    """A socket that listens, and its file."""

    def __init__(self, listening: socket.socket, path: Path) -> None:
        """`listening` is bound to `path`."""
        self.socket = listening
        self._path = path
        self._file = _identity(path)

    def is_there(self) -> bool:
        """Return whether its file is still ours: nobody removed or replaced it."""
        return _identity(self._path) == self._file

    def remove(self) -> None:
        """Remove the file, if it is ours."""
        if self.is_there():
            self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Entrance]:
    """Listen at `path` until the end of the context.

    Raises:
        OSError: it cannot be made there, or another daemon listens at it.
    """
    _clear(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as listening:
        listening.bind(str(path))
        entrance = Entrance(listening, path)
        try:
            path.chmod(_MODE)
            listening.listen(_BACKLOG)
            yield entrance
        finally:
            entrance.remove()


def _clear(path: Path) -> None:
    """Remove what a dead daemon left; raise OSError where something else is in the way."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if _is_answered(path):
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), str(path))
    path.unlink(missing_ok=True)


def _is_answered(path: Path) -> bool:
    """Return whether a process listens at `path`; one that is frozen does, with a queue that is full."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as caller:
        try:
            caller.connect(str(path))
        except BlockingIOError:
            return True
        except (ConnectionRefusedError, FileNotFoundError):
            return False
    return True


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
