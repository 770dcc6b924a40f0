"""Delivers over one connection after another: back-off, and what is said of an outage."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Final, NoReturn

from roommon.alerts.courier import Courier
from roommon.alerts.link import Link
from roommon.alerts.report import Report
from roommon.alerts.sink import Context, SinkUnavailable
from roommon.alerts.topics import Topics

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0

Connect = Callable[[], AbstractAsyncContextManager[Link]]
"""Opens a link, or raises SinkUnavailable."""


async def keep_delivering(connect: Connect, topics: Topics, context: Context, report: Report) -> NoReturn:
    """Deliver the journal for ever, whatever happens to the far side; on cancel, say goodbye to it."""
    pauses = _pauses()
    while True:
        try:
            async with connect() as link:
                await _deliver_over(link, topics, context, report)
        except* SinkUnavailable as lost:
            if report.is_well:
                pauses = _pauses()
            report.trouble(str(_first(lost)))
        await asyncio.sleep(next(pauses))


async def _deliver_over(link: Link, topics: Topics, context: Context, report: Report) -> None:
    courier = Courier(link, topics, context, report)
    link.hear(courier.receive)
    try:
        async with asyncio.TaskGroup() as tasks:
            for work in (courier.carry, courier.listen, courier.tidy, link.lost):
                tasks.create_task(work(), name=f"{context.name}:{work.__name__}")
    except asyncio.CancelledError:
        await courier.leave()
        raise


def _first(lost: BaseExceptionGroup[SinkUnavailable]) -> BaseException:
    """Return the first error in `lost`: a lost connection fails every task on it in the same words."""
    inner: BaseException = lost
    while isinstance(inner, BaseExceptionGroup):
        inner = inner.exceptions[0]
    return inner


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE_S)
