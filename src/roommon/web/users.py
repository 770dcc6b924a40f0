"""Who may log in, as the running daemon knows it: the users file, read again when it changed, and passwords tried."""

import asyncio
import logging
import os
from pathlib import Path

from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.web.passwords import of_nobody
from roommon.web.user import User, UserId, typed_id
from roommon.web.users_file import Listed, read

LOOK_S = 1.0
"""How old what is known of the file may be."""
WAITING = 8
"""Passwords that wait to be looked at, one after the other: each takes some tenths of a second and 32 MiB."""
_NOBODYS = of_nobody()
"""Tried for names that do not exist, so that the time does not tell which do."""

_log = logging.getLogger(__name__)

_Identity = tuple[int, ...]


class Busy(Exception):
    """More passwords wait to be looked at than can be looked at soon."""


class Users:
    """The users in one file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Nobody is known before the first `refresh`."""
        self._path = path
        self._clock = clock
        self._listed = Listed()
        self._identity: _Identity | None = None
        self._looked_at = float("-inf")
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def faults(self) -> tuple[Text, ...]:
        """What is wrong in the file, a line each."""
        return tuple(broken.told(self._path) for broken in self._listed.broken)

    def get(self, user: UserId) -> User | None:
        """Return the user as the file said when it was last looked at."""
        return self._listed.users.get(user)

    async def refresh(self) -> None:
        """Look whether the file changed, if that is more than `LOOK_S` ago; a slow disk keeps nobody else waiting."""
        now = self._clock.monotonic()
        if now - self._looked_at < LOOK_S:
            return
        self._looked_at = now
        found = await asyncio.to_thread(_looked, self._path, self._identity)
        if found is not None:
            self._take(*found)

    def _take(self, identity: _Identity | None, listed: Listed) -> None:
        known = self._listed.broken
        self._identity, self._listed = identity, listed
        for broken in listed.broken:
            if broken not in known:
                _log.warning("web: users: %s", broken.told(self._path).en)

    async def verify(self, name: str, password: str) -> User | None:
        """Return the user called `name`, if that is their password; None takes the same time for every reason.

        Raises:
            Busy: too many wait already.
        """
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._turn:
                await self.refresh()
                user = self.get(typed_id(name))
                kept = _NOBODYS if user is None else user.password
                is_right = await asyncio.to_thread(kept.is_of, password)
        finally:
            self._waiting -= 1
        return user if is_right else None


def _looked(path: Path, known: _Identity | None) -> tuple[_Identity | None, Listed] | None:
    """Return what the file says now and by what it is known; None when it is the one that is `known`."""
    identity = _identity(path)
    if identity is not None and identity == known:
        return None
    return identity, read(path)


def _identity(path: Path) -> _Identity | None:
    """Return by what the file is known: another file, or one that was changed, also in its mode, is another one."""
    try:
        found = os.stat(path)  # noqa: PTH116 - beside os.stat_result
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
