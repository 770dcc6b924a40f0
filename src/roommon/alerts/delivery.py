"""Delivers over one connection after another: back-off, and what is said of an outage."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, NoReturn

from roommon.alerts.courier import Courier
from roommon.alerts.link import Link
from roommon.alerts.report import Report
from roommon.alerts.sink import SinkUnavailable

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
STEADY_S: Final = 10.0
"""A connection that lasted so long begins the pauses anew; two clients of one name throw each other out faster."""

Connect = Callable[[], AbstractAsyncContextManager[Link]]
"""Opens a link, or raises SinkUnavailable."""
Work = Callable[[Link], Coroutine[None, None, None]]
"""What is done over a link beside the courier, until it is lost."""


async def keep_delivering(
    connect: Connect, courier: Callable[[Link], Courier], besides: Sequence[Work], report: Report
) -> NoReturn:
    """Deliver for ever, whatever happens to the far side; on cancel, say goodbye to it."""
    pauses = _pauses()
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            async with connect() as link:
                await _deliver_over(link, courier(link), besides)
        except* SinkUnavailable as lost:
            if report.is_well and loop.time() - began > STEADY_S:
                pauses = _pauses()
            report.trouble(_first(lost).words)
        await asyncio.sleep(next(pauses))


async def _deliver_over(link: Link, courier: Courier, besides: Sequence[Work]) -> None:
    link.hear(courier.receive)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(courier.carry(), name="alerts:carry")
            tasks.create_task(courier.listen(), name="alerts:listen")
            tasks.create_task(courier.tidy(), name="alerts:tidy")
            tasks.create_task(courier.obey(), name="alerts:obey")
            tasks.create_task(link.lost(), name="alerts:lost")
            for work in besides:
                tasks.create_task(work(link), name="alerts:besides")
    except asyncio.CancelledError:
        await courier.leave()
        raise


def _first(lost: BaseExceptionGroup[SinkUnavailable]) -> SinkUnavailable:
    """Return the first error in `lost`: a lost connection fails every task on it in the same words."""
    inner = lost.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE_S)
