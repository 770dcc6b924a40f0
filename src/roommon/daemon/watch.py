"""Two watches: over the wall clock, and over the daemon itself for systemd's watchdog."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from roommon.daemon import service
from roommon.daemon.fold import Fold, Input
from roommon.model.clock import Clock
from roommon.model.command import ClockStep
from roommon.poll.clock import SystemClock

_EVERY_S = 0.2
_FOLD_STUCK_S = 20.0
_JOURNAL_STUCK_S = 60.0
"""A flash card may hold a write for half a minute; measuring and alarms go on without it meanwhile."""

_log = logging.getLogger(__name__)


async def watch_clock(clock: SystemClock, inputs: "asyncio.Queue[Input]", stepped: Callable[[], None]) -> None:
    """Look at the wall clock five times a second; when somebody set it, tell the rules, then `stepped`.

    The step enters the queue in the same breath in which the offset changes, before any reading made with the new one;
    so the clock is looked at only while the queue has room.
    """
    while True:
        if not inputs.full() and (by := clock.check()):
            inputs.put_nowait(ClockStep(clock.instant(clock.monotonic()), by))
            _log.warning("the clock was set %s by %.1f s; delays go on from where they were", _way(by), abs(by) / 1000)
            stepped()
        await asyncio.sleep(_EVERY_S)


def _way(by: int) -> str:
    return "forward" if by > 0 else "back"


async def feed_watchdog(
    fold: Fold, journal_answers: Callable[[], Awaitable[None]], stalled: Callable[[], str | None], clock: Clock
) -> None:
    """Feed systemd's watchdog while the fold, the journal's thread and the pollers make progress; say once why not."""
    interval_s = service.watchdog_interval_s()
    if interval_s is None:
        return
    said: str | None = None
    journal = _Pulse(journal_answers, clock)
    while True:
        trouble = _trouble(fold, journal, stalled, clock)
        if trouble is None:
            service.notify("WATCHDOG=1")
        elif trouble != said:
            _log.critical("no progress: %s; the watchdog is not fed until it goes on", trouble)
        said = trouble
        await journal.felt_within(interval_s / 2)


def _trouble(fold: Fold, journal: "_Pulse", stalled: Callable[[], str | None], clock: Clock) -> str | None:
    now = clock.monotonic()
    if now - fold.progress_at > _FOLD_STUCK_S:
        return "no reading was judged"
    if now - journal.felt_at > _JOURNAL_STUCK_S:
        return "the journal does not answer"
    return stalled()


class _Pulse:
    """Whether something answers, with one question under way at most."""

    def __init__(self, ask: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._ask = ask
        self._clock = clock
        self._asked: asyncio.Task[None] | None = None
        self.felt_at = clock.monotonic()

    async def felt_within(self, seconds: float) -> None:
        """Wait for that long, and note an answer that comes meanwhile."""
        self._asked = self._asked or asyncio.create_task(self._answer(), name="watchdog:journal")
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self._asked.cancel()
            raise
        if self._asked.done():
            self._asked.result()
            self._asked = None

    async def _answer(self) -> None:
        await self._ask()
        self.felt_at = self._clock.monotonic()
