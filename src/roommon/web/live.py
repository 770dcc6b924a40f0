"""Server-sent events: the parts of a page that changed, drawn once for all who look at it in one language.

A watcher who does not keep up is given the newest and never the backlog.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from roommon.model.clock import Clock, Instant
from roommon.model.text import Language

EVERY_S = 1.0
_SHARE = 0.05
"""Of a core that all pages together may take to be drawn: one that is dear is drawn less often than every second."""
_SELDOM_S = 5.0
"""Not less often than this, whatever it costs."""
_BEAT_S = 3.0
"""An event at least so often: the page takes silence for a dead daemon."""

_log = logging.getLogger(__name__)


class Seen(NamedTuple):
    """What somebody looks at."""

    page: str
    about: str
    """Which sensor, or alarm; empty for pages of everything."""
    language: Language


Parts = dict[str, str]
"""HTML by the id of the element that holds it."""


@dataclass(eq=False, slots=True)
class Watcher:
    """One open page."""

    seen: Seen
    parts: Parts = field(default_factory=dict)
    """What it has not been sent yet."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    is_over: bool = False
    """The server ends."""

    async def next_event(self) -> Parts:
        """Return what changed, at least every few seconds."""
        try:
            async with asyncio.timeout(_BEAT_S):
                await self.wake.wait()
        except TimeoutError:
            pass
        self.wake.clear()
        parts, self.parts = self.parts, {}
        return parts


class Live:
    """Everybody who watches."""

    def __init__(self, draw: Callable[[Seen], Awaitable[Parts]], clock: Clock) -> None:
        """`draw` returns all parts of a page as they are now."""
        self._draw = draw
        self._clock = clock
        self._watchers: set[Watcher] = set()
        self._drawn: dict[Seen, Parts] = {}
        self._due: dict[Seen, float] = {}
        """When a page may be drawn again."""
        self._written: tuple[Parts, str] = ({}, "{}")
        """What was sent last: most watchers are sent the same."""
        self._anybody = asyncio.Event()

    def join(self, seen: Seen) -> Watcher:
        """Let somebody watch; the first event brings every part."""
        watcher = Watcher(seen, dict(self._drawn.get(seen, {})))
        if watcher.parts:
            watcher.wake.set()
        self._watchers.add(watcher)
        self._anybody.set()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Forget who closed the page."""
        self._watchers.discard(watcher)
        if not self._watchers:
            self._anybody.clear()

    def close(self) -> None:
        """Let every event stream end."""
        for watcher in self._watchers:
            watcher.is_over = True
            watcher.wake.set()

    async def run(self) -> None:
        """For ever: look what changed, while anybody looks."""
        while True:
            await self._anybody.wait()
            await self._tell()
            await asyncio.sleep(EVERY_S)

    async def _tell(self) -> None:
        seen = {watcher.seen for watcher in self._watchers}
        for gone in self._drawn.keys() - seen:
            del self._drawn[gone], self._due[gone]
        for each in seen:
            if self._clock.monotonic() >= self._due.get(each, float("-inf")):
                await self._tell_of(each)

    async def _tell_of(self, seen: Seen) -> None:
        began = self._clock.monotonic()
        parts, before = await self._draw(seen), self._drawn.get(seen, {})
        changed = {id_: html for id_, html in parts.items() if before.get(id_) != html}
        self._drawn[seen] = parts
        ended = self._clock.monotonic()
        self._due[seen] = ended + min((ended - began) * len(self._drawn) / _SHARE - EVERY_S, _SELDOM_S)
        if changed:
            for watcher in [watcher for watcher in self._watchers if watcher.seen == seen]:
                watcher.parts |= changed
                watcher.wake.set()

    def event(self, parts: Parts) -> bytes:
        """Return an event as it goes over the wire."""
        now: Instant = self._clock.instant(self._clock.monotonic())
        if parts != self._written[0]:
            self._written = parts, json.dumps(parts, ensure_ascii=False)
        return f'data: {{"now": {json.dumps(now)}, "parts": {self._written[1]}}}\n\n'.encode()
