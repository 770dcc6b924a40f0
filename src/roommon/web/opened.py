"""The page's server on its socket.

Imported when a page is wanted, and not before: aiohttp's server, Jinja2 and TLS cost half a second and some megabytes.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from aiohttp import web

from roommon.model.clock import Clock, Instant
from roommon.web.certificate import Certificate
from roommon.web.config import Config
from roommon.web.deeds import Act
from roommon.web.door import Door
from roommon.web.facts import Source
from roommon.web.server import Server
from roommon.web.vitals import Pulse

__all__ = ["Door", "opened"]

_GOODBYE_S = 1.0
"""How long an answer under way is waited for at the end."""


@contextlib.asynccontextmanager
async def opened(
    door: Door, source: Source, pulse: Pulse, act: Act, ends: Callable[[Instant], None], clock: Clock
) -> AsyncIterator[None]:
    """Serve the pages where the configuration of `door` says; `ends` is told until when the certificate holds.

    Raises:
        OSError: there is no listening at its address.
        Invalid: certificate and key are not what they should be.
    """
    config = door.config
    certificate = _certificate(config, ends, clock)
    app = Server(source, pulse, door, act, clock).app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_S)
    await runner.setup()
    try:
        at = config.listen
        context = None if certificate is None else certificate.context
        await web.TCPSite(runner, str(at.host), at.port, ssl_context=context).start()
        async with _minded(certificate):
            yield
    finally:
        await runner.cleanup()


def _certificate(config: Config, ends: Callable[[Instant], None], clock: Clock) -> Certificate | None:
    if config.certificate is None or config.key is None:
        return None
    return Certificate(config.certificate, config.key, clock, ends)


@contextlib.asynccontextmanager
async def _minded(certificate: Certificate | None) -> AsyncIterator[None]:
    """Look after `certificate` meanwhile."""
    if certificate is None:
        yield
        return
    task = asyncio.create_task(certificate.mind(), name="web:certificate")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
