"""Keeps a task alive: what fails is logged with its traceback, reported, and started again after a back-off."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.model.worded import about

_FIRST_S = 1.0
_CAP_S = 60.0
_HEALTHY_S = 300.0

_log = logging.getLogger(__name__)


async def supervised(
    name: str, work: Callable[[], Awaitable[None]], report: Callable[[Text | None], None], clock: Clock
) -> None:
    """Run `work` for ever; `report` is told in one line what ended it.

    This is one of the two places that catch everything (the other keeps pollers alive): a bug in one deliverer must
    not blind the others.
    """
    delay_s = _FIRST_S
    while True:
        began = clock.monotonic()
        try:
            await work()
            trouble = Text("ended", "已结束")
        except Exception as error:  # noqa: BLE001  # the supervisor: see the docstring
            trouble = Text.same(f"{type(error).__name__}: {error}")
            _log.exception("%s: stopped unexpectedly; it starts again in %.0f s", name, delay_s)
        report(about(name, trouble))
        await asyncio.sleep(delay_s)
        healthy = clock.monotonic() - began > _HEALTHY_S
        delay_s = _FIRST_S if healthy else min(delay_s * 2, _CAP_S)
