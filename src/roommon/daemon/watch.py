"""Two watches: over the wall clock, and over the daemon itself for systemd's watchdog."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from roommon.daemon import service
from roommon.daemon.fold import Fold
from roommon.model.clock import Clock
from roommon.model.command import ClockStep
from roommon.poll.clock import SystemClock

_EVERY_S = 0.2
_STUCK_S = 20.0

_log = logging.getLogger(__name__)


async def watch_clock(clock: SystemClock, stepped: Callable[[ClockStep], Awaitable[None]]) -> None:
    """Look at the wall clock five times a second and say when somebody set it."""
    while True:
        by = clock.check()
        if by:
            _log.warning("the clock was set %s by %.1f s; delays go on from where they were", _way(by), abs(by) / 1000)
            await stepped(ClockStep(clock.instant(clock.monotonic()), by))
        await asyncio.sleep(_EVERY_S)


def _way(by: int) -> str:
    return "forward" if by > 0 else "back"


async def feed_watchdog(
    fold: Fold, journal_answers: Callable[[], Awaitable[object]], stalled: Callable[[], str | None], clock: Clock
) -> None:
    """Feed systemd's watchdog while the fold, the journal's thread and the pollers make progress; say once why not."""
    interval_s = service.watchdog_interval_s()
    if interval_s is None:
        return
    said: str | None = None
    while True:
        trouble = await _trouble(fold, journal_answers, stalled, clock, interval_s)
        if trouble is None:
            service.notify("WATCHDOG=1")
        elif trouble != said:
            _log.critical("no progress: %s; the watchdog is not fed until it goes on", trouble)
        said = trouble
        await asyncio.sleep(interval_s / 2)


async def _trouble(
    fold: Fold,
    journal_answers: Callable[[], Awaitable[object]],
    stalled: Callable[[], str | None],
    clock: Clock,
    within_s: float,
) -> str | None:
    if clock.monotonic() - fold.progress_at > _STUCK_S:
        return "no reading was judged"
    try:
        async with asyncio.timeout(within_s):
            await journal_answers()
    except TimeoutError:
        return "the journal does not answer"
    return stalled()
