"""The page's server on its socket.

Imported when a page is wanted, and not before: aiohttp's server, Jinja2 and TLS cost half a second and some megabytes.
"""

import contextlib
import ssl
from collections.abc import AsyncIterator

from aiohttp import web

from roommon.model.clock import Clock
from roommon.web import tls
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
async def opened(door: Door, source: Source, pulse: Pulse, act: Act, clock: Clock) -> AsyncIterator[None]:
    """Serve the pages where the configuration of `door` says.

    Raises:
        OSError: there is no listening at its address.
        Invalid: certificate and key are not what they should be.
    """
    config = door.config
    app = Server(source, pulse, door, act, clock).app()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE_S)
    await runner.setup()
    try:
        at = config.listen
        await web.TCPSite(runner, str(at.host), at.port, ssl_context=_context(config)).start()
        yield
    finally:
        await runner.cleanup()


def _context(config: Config) -> ssl.SSLContext | None:
    if config.certificate is None or config.key is None:
        return None
    return tls.context(config.certificate, config.key)
