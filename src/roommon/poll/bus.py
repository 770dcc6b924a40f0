"""One endpoint: a TCP gateway, a serial line, an SNMP agent. One connection, shared by all units behind it.

Turns are first come, first served, and one request is on the way at a time. What fails costs the others little:

- the endpoint cannot be connected: every unit fails at once until its back-off is over;
- one unit is silent: it costs its own timeout, then nothing until its back-off is over; and all units that are known to
  be silent may together take at most a fifth of the bus's time (`_DOUBT`), however many they are;
- `_IN_A_ROW` units fail one after the other without an answer in between: then it is the endpoint that is mute.

Nothing here knows a protocol. A driver gives `connect`, which opens a link, and asks with a function of that link.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar
from weakref import WeakSet

from roommon.model.clock import Clock, Duration
from roommon.model.text import Text
from roommon.model.worded import Worded, about
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.standing import DEFAULT, BackOff, Standing

_IN_A_ROW = 4
_DOUBT = 4.0
_ENDPOINT_CAP = Duration(10_000)
"""Of its back-off: to try to connect takes time from nobody, as asking a silent unit does from its neighbours."""


class Silent(Worded):
    """The unit gave no answer, or none that is right, to this request. Its words say what was heard instead."""


class LinkLost(Worded):
    """The connection broke, or could not be made. Its words say why, as the system words it."""


class Link(Protocol):
    """One open connection."""

    @property
    def usable(self) -> bool:
        """False once the connection is gone or out of step: the bus closes it and opens another."""
        ...


L = TypeVar("L", bound=Link)
T = TypeVar("T")


class Unit:
    """One device behind a bus, with a standing of its own."""

    __slots__ = ("__weakref__", "settle_s", "standing")

    def __init__(self, standing: Standing, settle_s: float) -> None:
        """Made by `Bus.join` alone."""
        self.standing = standing
        self.settle_s = settle_s


class Bus(Generic[L]):
    """The shared connection to one endpoint."""

    def __init__(
        self,
        name: str,
        connect: Callable[[], contextlib.AbstractAsyncContextManager[L]],
        clock: Clock,
        *,
        gap: Duration = Duration(0),
        back_off: BackOff = DEFAULT,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`name` is who and where (`gateway-1 10.0.0.7:502`); `gap` is the rest between an answer and the next request.

        `connect` raises LinkLost within its own timeout. A request raises Silent or LinkLost within its own timeout;
        whatever else it returns counts as an answer.
        """
        self.standing = Standing(name, BackOff(back_off.first, min(back_off.cap, _ENDPOINT_CAP)), jitter)
        self._connect = connect
        self._clock = clock
        self._gap_s = gap / 1000
        self._back_off = back_off
        self._jitter = jitter
        self._units: WeakSet[Unit] = WeakSet()
        self._turn = asyncio.Lock()
        self._link: L | None = None
        self._opened: contextlib.AbstractAsyncContextManager[L] | None = None
        self._free_at = 0.0
        self._doubt_until = 0.0
        self._failed_in_a_row: WeakSet[Unit] = WeakSet()

    def join(self, name: str, settle: Duration = Duration(0)) -> Unit:
        """Return a new unit of this bus, which counts as long as somebody holds it.

        `settle` is the rest that its device wants after a connection was made.
        """
        unit = Unit(Standing(name, self._back_off, self._jitter), settle / 1000)
        self._units.add(unit)
        return unit

    async def ask(self, unit: Unit, request: Callable[[L], Awaitable[T]]) -> T:
        """Return what `request` returns, in its turn.

        Raises:
            DeviceUnreachable: no answer, or the unit or the endpoint is left alone for now (then at once).
        """
        self._refuse_while_backing_off(unit)
        async with self._turn:
            self._refuse_while_backing_off(unit)
            asked_at = self._clock.monotonic()
            try:
                answer = await self._exchange(request)
            except (Silent, LinkLost) as error:
                self._unit_failed(unit, error.words, asked_at)
                raise DeviceUnreachable(about(unit.standing.name, error.words)) from error
            self._unit_answered(unit)
            return answer

    def ask_again(self) -> None:
        """Leave nobody alone any longer: something of this endpoint was heard."""
        self.standing.retry_at = self._doubt_until = 0.0
        for unit in self._units:
            unit.standing.retry_at = 0.0

    async def aclose(self) -> None:
        """Close the connection; a later `ask` opens it again."""
        async with self._turn:
            await self._close()

    def _refuse_while_backing_off(self, unit: Unit) -> None:
        now = self._clock.monotonic()
        if now < self.standing.retry_at:
            raise DeviceUnreachable(self.standing.said)
        doubtful = unit.standing.failures and len(self._units) > 1 and now < self._doubt_until
        if doubtful or now < unit.standing.retry_at:
            raise DeviceUnreachable(unit.standing.said)

    async def _exchange(self, request: Callable[[L], Awaitable[T]]) -> T:
        """Ask over the open link; one that broke since it was last used is opened anew, once."""
        if self._link is not None and self._link.usable:
            try:
                return await self._paced(self._link, request)
            except LinkLost:
                await self._close()
        return await self._paced(await self._open(), request)

    async def _paced(self, link: L, request: Callable[[L], Awaitable[T]]) -> T:
        if self._free_at:
            await asyncio.sleep(self._free_at - self._clock.monotonic())
            self._free_at = 0.0
        try:
            return await request(link)
        finally:
            if self._gap_s:
                self._free_at = self._clock.monotonic() + self._gap_s

    async def _open(self) -> L:
        await self._close()
        opened = self._connect()
        try:
            link = await opened.__aenter__()
        except LinkLost as error:
            self.standing.failed(error.words, self._clock.monotonic())
            raise DeviceUnreachable(about(self.standing.name, error.words)) from error
        self._opened, self._link = opened, link
        settle_s = max((unit.settle_s for unit in self._units), default=0.0)
        self._free_at = self._clock.monotonic() + settle_s if settle_s else 0.0
        return link

    async def _close(self) -> None:
        self._link = None
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.__aexit__(None, None, None)

    def _unit_answered(self, unit: Unit) -> None:
        if self._failed_in_a_row:
            self._failed_in_a_row.clear()
        if self.standing.failures:
            self._endpoint_answered()
        if unit.standing.failures:
            unit.standing.answered(self._clock.monotonic())

    def _endpoint_answered(self) -> None:
        """Ask everybody again: while the endpoint was away, no unit could show that it is there."""
        self.standing.answered(self._clock.monotonic())
        self.ask_again()

    def _unit_failed(self, unit: Unit, why: Text, asked_at: float) -> None:
        now = self._clock.monotonic()
        unit.standing.failed(why, now)
        self._doubt_until = now + _DOUBT * (now - asked_at)
        self._failed_in_a_row.add(unit)
        if len(self._units) > 1 and len(self._failed_in_a_row) >= min(_IN_A_ROW, len(self._units)):
            silent = len(self._failed_in_a_row)
            row = Text(f"connected, but {silent} units in a row were silent", f"已连接，但连续 {silent} 个站号无应答")
            self.standing.failed(Text(f"{row.en}: {why.en}", f"{row.zh_cn}：{why.zh_cn}"), now)
