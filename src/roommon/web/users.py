"""Who may log in, as the running daemon knows it: the users file, read again when it changed, and passwords tried."""

import asyncio
import logging
from pathlib import Path

from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.web.file_identity import Identity, identity
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


class Busy(Exception):
    """More passwords wait to be looked at than can be looked at soon."""


class Users:
    """The users in one file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Nobody is known before the first `refresh`."""
        self._path = path
        self._clock = clock
        self._listed = Listed()
        self._identity: Identity | None = None
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

    def _take(self, found: Identity | None, listed: Listed) -> None:
        known = self._listed.broken
        self._identity, self._listed = found, listed
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


def _looked(path: Path, known: Identity | None) -> tuple[Identity | None, Listed] | None:
    """Return what the file says now and by what it is known; None when it is the one that is `known`."""
    found = identity(path)
    if found is not None and found == known:
        return None
    return found, read(path)
