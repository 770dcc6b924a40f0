"""A gateway or serial line at the bench: units are asked one request at a time, paced, and never written to.

Not by `poll.bus`, which leaves units alone that do not answer: here most of those that are asked are not there.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from roommon.config.site import Bus as Endpoint
from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.model.worded import Worded, about, sentences
from roommon.poll.bus import Link, LinkLost, Silent
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.endpoint import SerialConfig
from roommon.poll.modbus.frames import Answer
from roommon.poll.plan import Block

_ONE_CLIENT = Text("some gateways take one client: stop the daemon first", "有些网关只接受一个客户端：请先停止守护进程")


class Units(Link, Protocol):
    """An open connection to units with registers."""

    async def read(self, unit: int, block: Block) -> Answer:
        """Return the data bytes of `block`, or what the unit said instead."""
        ...

    async def identify(self, unit: int) -> Answer:
        """Return the answer to "read device identification", from its MEI type on."""
        ...


@dataclass(frozen=True, slots=True)
class Mute:
    """No answer in time, or none that is right."""

    detail: Text


class Enough(Worded):
    """As many requests were sent as were allowed."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How gently a line is asked."""

    pause_s: float = 0.005
    """Rest between an answer and the next request."""
    at_most: int = 10_000
    """Requests in all."""


class Line:
    """One connection, opened when it is needed and again when it broke."""

    def __init__(self, endpoint: Endpoint, clock: Clock, manners: Manners) -> None:
        """Nothing is opened yet."""
        self.requests = 0
        self._endpoint = endpoint
        self._clock = clock
        self._manners = manners
        self._link: Units | None = None
        self._opened = contextlib.AsyncExitStack()
        self._rested_at = 0.0

    async def read(self, unit: int, block: Block) -> Answer | Mute:
        """Return the data bytes of `block` of `unit`, or what came instead.

        Raises:
            DeviceUnreachable: the gateway or line is not there.
            Enough: no more requests are allowed.
        """
        return await self._ask(lambda link: link.read(unit, block))

    async def identify(self, unit: int) -> Answer | Mute:
        """Return what `unit` says of itself (function 43/14); raises as `read` does."""
        return await self._ask(lambda link: link.identify(unit))

    async def aclose(self) -> None:
        """Close the connection."""
        self._link = None
        opened, self._opened = self._opened, contextlib.AsyncExitStack()
        await opened.aclose()

    async def _ask(self, request: Callable[[Units], Awaitable[Answer]]) -> Answer | Mute:
        if self.requests >= self._manners.at_most:
            most = self._manners.at_most
            raise Enough(Text(f"stopped after {most} requests", f"已发送 {most} 次请求，停止"))
        self.requests += 1
        try:
            return await self._exchange(request)
        except Silent as silent:
            await self._let_pass()
            return Mute(silent.words)
        except LinkLost as lost:
            await self.aclose()
            raise DeviceUnreachable(about(self._where, sentences(lost.words, _ONE_CLIENT))) from lost
        finally:
            self._rested_at = self._clock.monotonic() + self._manners.pause_s

    async def _exchange(self, request: Callable[[Units], Awaitable[Answer]]) -> Answer:
        """Ask over the open connection; one that broke since it was last used is opened anew, once."""
        if (rest_s := self._rested_at - self._clock.monotonic()) > 0:
            await asyncio.sleep(rest_s)
        if self._link is not None and self._link.usable:
            try:
                return await request(self._link)
            except LinkLost:
                await self.aclose()
        return await request(await self._open())

    async def _open(self) -> Units:
        await self.aclose()
        link: Units = await self._opened.enter_async_context(self._endpoint.module.connect(self._endpoint.endpoint))
        self._link = link
        return link

    async def _let_pass(self) -> None:
        """Wait for a late answer to go by: on a serial line nothing tells it from the next one."""
        if isinstance(self._endpoint.endpoint, SerialConfig):
            await asyncio.sleep(self._endpoint.endpoint.timeout / 1000)

    @property
    def _where(self) -> str:
        return str(self._endpoint.endpoint)
