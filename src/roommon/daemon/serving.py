"""The server of the status page under way: open where the site wants it, tried again where it cannot be."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from roommon.alerts import commands
from roommon.alerts.sink import Ask
from roommon.config.site import Site
from roommon.daemon.pulse import Pulse
from roommon.daemon.showing import Showing
from roommon.daemon.supervise import supervised
from roommon.journal.journal import Login
from roommon.model import system_words
from roommon.model.clock import Clock, Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid, about
from roommon.rules.answer import Answer, refused
from roommon.web.config import Config

if TYPE_CHECKING:
    from roommon.web.door import Door

PART = "web"
_AGAIN_S = 10.0
"""How soon a place that cannot be had is tried again."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom the page tells what."""

    ask: Ask
    """Take a command into the rules."""
    keep: Callable[[Login], bool]
    """Put on record who logs in."""
    ends: Callable[[Instant], None]
    """Until when the certificate holds."""
    report: Callable[[Text | None], None]
    """Why the page cannot be seen, or None."""


class Serving:
    """The status page, where the present site wants it."""

    def __init__(self, showing: Showing, pulse: Pulse, telling: Telling, clock: Clock) -> None:
        """`showing` says how everything is, `pulse` how roommon itself is."""
        self._showing = showing
        self._pulse = pulse
        self._telling = telling
        self._door: Door | None = None
        self._clock = clock
        self._config: Config | None = None
        self._changed = asyncio.Event()
        self._said = ""

    def take(self, site: Site) -> None:
        """Serve as `site` says; a certificate is read again."""
        self._showing.take(site)
        if site.web != self._config or (site.web is not None and site.web.has_tls):
            self._config = site.web
            self._changed.set()

    async def run(self) -> None:
        """Serve for ever; a bug costs the page alone."""
        await supervised(PART, self._serve, self._telling.report, self._clock)

    async def _serve(self) -> None:
        while True:
            self._changed.clear()
            config = self._config
            if config is None:  # then it is no part that could be in trouble
                await self._change(None)
                continue
            try:
                async with self._opened(config):
                    self._well(config)
                    await self._change(None)
            except (OSError, Invalid) as error:
                self._cannot(config, system_words.said(error) if isinstance(error, OSError) else error.problem)
                await self._change(_AGAIN_S)

    def _opened(self, config: Config) -> AbstractAsyncContextManager[None]:
        """Serve as `config` says; whoever is in stays in while that is the same."""
        from roommon.web.opened import Door, opened  # noqa: PLC0415  # not before a page is wanted

        if self._door is None or self._door.config != config:
            self._door = Door(config, self._telling.keep, self._clock)
        return opened(self._door, self._showing, self._pulse, self._act, self._telling.ends, self._clock)

    async def _act(self, verb: str, members: Mapping[str, object], source: str) -> Answer:
        at = self._clock.instant(self._clock.monotonic())
        try:
            command = commands.command_of(verb, members, at, source)
        except commands.CommandRefused as refusal:
            return refused(refusal.words)
        return await self._telling.ask(command)

    def _well(self, config: Config) -> None:
        scheme = "https" if config.has_tls else "http"
        _log.info("web: the status page is at %s://%s", scheme, config.listen)
        self._said = ""
        self._telling.report(None)

    def _cannot(self, config: Config, why: Text) -> None:
        self._telling.report(about(config.listen, why))
        if why.en != self._said:
            _log.warning("web: the status page cannot be served at %s: %s", config.listen, why.en)
        self._said = why.en

    async def _change(self, within_s: float | None) -> None:
        """Wait for another site."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()
