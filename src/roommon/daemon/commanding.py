"""The socket for commands under way: open where the site wants it, opened again when its file was taken away."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from roommon.alerts.sink import Ask
from roommon.alerts.socket import entrance
from roommon.alerts.socket.clerk import Clerk
from roommon.alerts.socket.config import DEFAULT, Config
from roommon.alerts.socket.reception import Reception
from roommon.config.site import Site
from roommon.daemon.supervise import supervised
from roommon.model import system_words
from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.model.worded import about

PART = "commands"
_LOOK_S = 10.0
"""How often the socket's file is looked for, and how soon a socket that cannot be made is tried again."""

_log = logging.getLogger(__name__)


class Commanding:
    """The socket for commands, as the present site wants it."""

    def __init__(self, ask: Ask, report: Callable[[Text | None], None], clock: Clock) -> None:
        """`ask` takes a command into the rules; `report` is told why nobody can command here, or None."""
        self._report = report
        self._clock = clock
        self._clerk = Clerk(ask, clock)
        self._config: Config | None = None
        self._changed = asyncio.Event()
        self._said = ""

    def take(self, site: Site) -> None:
        """Take commands as `site` says."""
        self._config = site.commands
        self._clerk.language = site.language
        self._changed.set()

    async def run(self) -> None:
        """Take commands for ever; a bug costs this way to command alone."""
        await supervised(PART, self._serve, self._report, self._clock)

    async def _serve(self) -> None:
        while True:
            config = self._config
            if config is None:  # before the first `take`
                await self._change(None)
            elif _is_nowhere(config):
                _log.info("commands: no socket, for there is no folder %s", config.socket.parent)
                self._report(None)
                await self._change(None)
            else:
                await self._hold(config)

    async def _hold(self, config: Config) -> None:
        """Keep the socket open until its file or the configuration is another one."""
        try:
            with entrance.opened(config.socket) as opened:
                self._well(config)
                await self._attend(opened, config)
        except* OSError as errors:
            self._cannot(config, _first(errors))
            await self._change(_LOOK_S)

    async def _attend(self, opened: entrance.Entrance, config: Config) -> None:
        async with asyncio.TaskGroup() as tasks:
            receiving = tasks.create_task(Reception(self._clerk).receive(opened.socket), name=f"{PART}:receive")
            while self._config == config and opened.is_there():
                await self._change(_LOOK_S)
            receiving.cancel()

    def _well(self, config: Config) -> None:
        _log.info("commands: taken at %s", config.socket)
        self._said = ""
        self._report(None)

    def _cannot(self, config: Config, error: OSError) -> None:
        why = system_words.said(error)
        self._report(about(config.socket, why))
        if why.en != self._said:
            _log.warning("commands: cannot be taken at %s: %s", config.socket, why.en)
        self._said = why.en

    async def _change(self, within_s: float | None) -> None:
        """Wait for another site."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()
                self._changed.clear()


def _is_nowhere(config: Config) -> bool:
    """Return whether nobody chose the place, and no service manager made its folder."""
    return config.socket == DEFAULT and not DEFAULT.parent.exists()


def _first(errors: BaseExceptionGroup[OSError]) -> OSError:
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
