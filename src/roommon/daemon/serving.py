"""The server of the status page under way: open where the site wants it, tried again where it cannot be."""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Mapping

from aiohttp import web

from roommon.alerts import commands
from roommon.alerts.sink import Ask
from roommon.config.site import Site
from roommon.daemon.pulse import Pulse
from roommon.daemon.showing import Showing
from roommon.daemon.supervise import supervised
from roommon.model import system_words
from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.model.worded import Invalid, about
from roommon.rules.answer import Answer, refused
from roommon.web import tls
from roommon.web.config import Config
from roommon.web.door import Door
from roommon.web.server import Server

PART = "web"
_AGAIN_S = 10.0
"""How soon a place that cannot be had is tried again."""
_GOODBYE_S = 1.0
"""How long an answer under way is waited for at the end."""

_log = logging.getLogger(__name__)


class Serving:
    """The status page, where the present site wants it."""

    def __init__(
        self, showing: Showing, pulse: Pulse, ask: Ask, report: Callable[[Text | None], None], clock: Clock
    ) -> None:
        """`ask` takes a command into the rules; `report` is told why the page cannot be seen, or None."""
        self._showing = showing
        self._pulse = pulse
        self._ask = ask
        self._door: Door | None = None
        self._report = report
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
        await supervised(PART, self._serve, self._report, self._clock)

    async def _serve(self) -> None:
        while True:
            self._changed.clear()
            config = self._config
            if config is None:
                self._report(None)
                await self._change(None)
                continue
            try:
                async with self._open(config):
                    self._well(config)
                    await self._change(None)
            except (OSError, Invalid) as error:
                self._cannot(config, system_words.said(error) if isinstance(error, OSError) else error.problem)
                await self._change(_AGAIN_S)

    @contextlib.asynccontextmanager
    async def _open(self, config: Config) -> AsyncIterator[None]:
        app = Server(self._showing, self._pulse, self._door_of(config), self._act, self._clock).app()
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_S)
        await runner.setup()
        try:
            at = config.listen
            await web.TCPSite(runner, str(at.host), at.port, ssl_context=_context(config)).start()
            yield
        finally:
            await runner.cleanup()

    def _door_of(self, config: Config) -> Door:
        """Return the door; whoever is in stays in while the page's configuration is the same."""
        if self._door is None or self._door.config != config:
            self._door = Door(config, self._clock)
        return self._door

    async def _act(self, verb: str, members: Mapping[str, object], source: str) -> Answer:
        at = self._clock.instant(self._clock.monotonic())
        try:
            command = commands.command_of(verb, members, at, source)
        except commands.CommandRefused as refusal:
            return refused(refusal.words)
        return await self._ask(command)

    def _well(self, config: Config) -> None:
        scheme = "https" if config.has_tls else "http"
        _log.info("web: the status page is at %s://%s", scheme, config.listen)
        self._said = ""
        self._report(None)

    def _cannot(self, config: Config, why: Text) -> None:
        self._report(about(config.listen, why))
        if why.en != self._said:
            _log.warning("web: the status page cannot be served at %s: %s", config.listen, why.en)
        self._said = why.en

    async def _change(self, within_s: float | None) -> None:
        """Wait for another site."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()


def _context(config: Config) -> ssl.SSLContext | None:
    if config.certificate is None or config.key is None:
        return None
    return tls.context(config.certificate, config.key)
