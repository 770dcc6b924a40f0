"""SNMP traps under way: a listener where the site wants one, which lets devices be polled at once."""

import asyncio
import contextlib
import logging
from collections.abc import Callable

from roommon.config.site import Site
from roommon.daemon.supervise import supervised
from roommon.model import system_words
from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.snmp import endpoint
from roommon.poll.traps.asking import Asking
from roommon.poll.traps.config import Config
from roommon.poll.traps.listener import Listener
from roommon.poll.traps.port import Port
from roommon.poll.traps.senders import Senders, Source
from roommon.poll.traps.telling import Telling

PART = "traps"
_MINUTE_S = 60.0
_AGAIN_S = 10.0

_log = logging.getLogger(__name__)


class Trapping:
    """The trap listener, as the present site wants it."""

    def __init__(self, ask: Callable[[DeviceId], None], report: Callable[[Text | None], None], clock: Clock) -> None:
        """`ask` starts a poll; `report` is told why traps cannot be heard, or None."""
        self._report = report
        self._clock = clock
        self._asking = Asking(ask, clock)
        self._telling = Telling(clock)
        self._listener = Listener(Senders((), Config()), self._asking, self._telling, clock)
        self._config: Config | None = None
        self._changed = asyncio.Event()

    def take(self, site: Site) -> None:
        """Listen as `site` says."""
        self._config = site.traps
        if site.traps is not None:
            self._listener.senders = Senders(sources_of(site), site.traps)
        self._changed.set()

    async def run(self) -> None:
        """Listen for ever; a bug costs the traps alone."""
        try:
            await supervised(PART, self._serve, self._report, self._clock)
        finally:
            self._asking.forget()

    async def _serve(self) -> None:
        is_said = False
        while True:
            config = self._config
            if config is None:
                await self._change(None)
                continue
            try:
                port = Port(config, self._listener.hear)
            except OSError as error:
                self._cannot(config, error, say=not is_said)
                is_said = True
                await self._change(_AGAIN_S)
                continue
            is_said = False
            with contextlib.closing(port):
                await self._attend(config)

    def _cannot(self, config: Config, error: OSError, *, say: bool) -> None:
        why = system_words.said(error)
        self._report(about(config, why))
        if say:
            _log.warning("traps: cannot listen at %s: %s", config, why.en)

    async def _attend(self, config: Config) -> None:
        """Do what is due once a minute, until there is another configuration."""
        _log.info("traps: listening at %s", config)
        self._report(None)
        while self._config == config:
            await self._listener.senders.look_up()
            if not await self._change(_MINUTE_S):
                self._telling.minute()

    async def _change(self, within_s: float | None) -> bool:
        """Wait for another site; return whether one came."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._changed.wait()
                self._changed.clear()
                return True
        return False


def sources_of(site: Site) -> list[Source]:
    """Return the devices of `site` that may send traps: those that are polled by SNMP."""
    agents = {bus.id: bus.endpoint for bus in site.buses if isinstance(bus.endpoint, endpoint.Config)}
    return [Source(each.device.id, agents[each.bus]) for each in site.devices if each.bus in agents]
