"""What is said once a day, on its way from the calendar to those who tell people: on the disk before it is told."""

import asyncio
import contextlib

from roommon.journal import alive as written
from roommon.journal.access import Access
from roommon.journal.alive import NumberedAlive
from roommon.journal.committer import Committer
from roommon.journal.known import News
from roommon.model.alive import Alive

_LOOK_EVERY_S = 60.0
"""A message that the disk took late is found by then."""


class Voice:
    """The daily messages, and how far each deliverer is with them."""

    def __init__(self, access: Access, committer: Committer) -> None:
        self._access = access
        self._committer = committer
        self._news = News()
        self._told: dict[str, int] = {}
        self.newest = 0
        """The highest number that was seen: a file that takes this one's place goes on from it."""

    async def say(self, alive: Alive) -> None:
        """Let `alive` be told when it is on the disk; while the disk takes nothing it waits, like everything else."""
        self._committer.group.alive.append(alive)
        await self._committer.hurry()
        self._news.tell()

    async def last(self) -> Alive | None:
        """Return the newest message that is on the disk; None when there is none."""
        return await self._access.read(lambda file: written.last(file.db), lambda: None)

    async def begin(self, deliverer: str) -> None:
        """Let `deliverer` go on from where it was; one that is new begins with the next message."""
        self.newest = max(self.newest, await self._access.read(lambda file: written.newest(file.db), int))
        known = await self._access.read(lambda file: written.told(file.db), dict[str, int])
        self._told.setdefault(deliverer, known.get(deliverer, self.newest))
        self._committer.group.alive_told[deliverer] = self._told[deliverer]

    async def untold(self, deliverer: str) -> list[NumberedAlive]:
        """Return what `deliverer` has not told, in order."""
        after = self._told.get(deliverer, self.newest)
        found = await self._access.read(lambda file: written.after(file.db, after), list[NumberedAlive])
        self.newest = max([self.newest, *(one.number for one in found)])
        return found

    async def told(self, deliverer: str, number: int) -> None:
        """Note that the far side has confirmed the messages up to `number`; written with the next group commit."""
        self._told[deliverer] = self._committer.group.alive_told[deliverer] = number

    async def news(self) -> None:
        """Return when there may be something to tell."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY_S):
                await self._news.wait()
