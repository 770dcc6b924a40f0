"""The page's certificate while it is served: a renewed one is taken up without a restart, its end is told in time."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from roommon.model import system_words
from roommon.model.clock import Clock, Instant
from roommon.model.worded import Invalid
from roommon.web import tls
from roommon.web.file_identity import Identity, identity
from roommon.web.times import day
from roommon.web.validity import Validity, days_left, validity

LOOK_S = 60.0
"""How often the files are looked at."""
AGAIN_S = 86_400.0
"""How often it is said that it expires."""

_log = logging.getLogger(__name__)

_Pair = tuple[Identity | None, Identity | None]


class Certificate:
    """Certificate and key on the disk, and the context that connections are begun with."""

    def __init__(self, certificate: Path, key: Path, clock: Clock, tell: Callable[[Instant], None]) -> None:
        """`tell` is told until when the certificate holds that is served.

        Raises:
            Invalid: certificate and key are not what they should be.
        """
        self._certificate = certificate
        self._key = key
        self._clock = clock
        self._tell = tell
        self._known = self._pair()
        self.context: ssl.SSLContext = tls.context(certificate, key)
        self._said: tuple[Validity, float] | None = None
        """What was said last of its end, and when by the monotonic clock, s."""
        self._refused = ""
        self._served(tls.ends(certificate))

    def _pair(self) -> _Pair:
        return identity(self._certificate), identity(self._key)

    def _served(self, ends: Instant) -> None:
        self._ends = ends
        self._tell(ends)

    async def mind(self) -> None:
        """Look after it for ever."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Take up what was renewed, and say when it expires; a slow disk keeps nobody waiting."""
        found = await asyncio.to_thread(self._pair)
        if found != self._known:
            await self._renew(found)
        self._say()

    async def _renew(self, found: _Pair) -> None:
        try:
            ends = await asyncio.to_thread(self._loaded)
        except (OSError, Invalid) as error:
            why = (error.problem if isinstance(error, Invalid) else system_words.said(error)).en
            if why != self._refused:
                words = self._certificate, why
                _log.warning("web: the renewed certificate %s cannot be used: %s; the former one is served on", *words)
            self._refused = why
            return
        self._known, self._refused, self._said = found, "", None
        _log.info("web: the renewed certificate %s is served now, until %s", self._certificate, day(ends))
        self._served(ends)

    def _loaded(self) -> Instant:
        """Let new connections have what is on the disk, if it is sound, and return until when it holds."""
        tls.context(self._certificate, self._key)  # on a context of its own: a bad pair leaves the live one as it is
        ends = tls.ends(self._certificate)
        tls.load(self.context, self._certificate, self._key)
        return ends

    def _say(self) -> None:
        """Say that it expires, once a day and when it has come nearer."""
        now = self._clock.monotonic()
        at = self._clock.instant(now)
        stands = validity(self._ends, at)
        if self._said is not None and self._said[0] is stands and now - self._said[1] < AGAIN_S:
            return
        self._said = stands, now
        words, left = (self._certificate, day(self._ends)), days_left(self._ends, at)
        match stands:
            case Validity.EXPIRES:
                _log.warning("web: the certificate %s expires on %s, in %d days", *words, left)
            case Validity.EXPIRES_SOON:
                _log.error("web: the certificate %s expires on %s, in %d days: renew it now", *words, left)
            case Validity.EXPIRED:
                _log.critical("web: the certificate %s EXPIRED on %s: nobody can open the page safely", *words)
