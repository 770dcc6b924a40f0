"""The one thread in which all SQL of the daemon runs, so that a slow disk never holds the event loop."""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import TypeVar

T = TypeVar("T")


class Urgency(IntEnum):
    """What waits for what: commits are never behind a read that waits, nor a read behind the retention."""

    COMMIT = 1
    READ = 2
    TIDY = 3
    CLOSE = 4


@dataclass(frozen=True, slots=True, order=True)
class _Job:
    urgency: Urgency
    number: int
    work: Callable[[], None] | None = field(compare=False)


class SqlThread:
    """Runs one job after the other: the most urgent first, equals in the order in which they came."""

    def __init__(self, name: str) -> None:
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def run(self, urgency: Urgency, work: Callable[[], T]) -> T:
        """Return what `work` returns, or raise what it raises; a cancelled caller does not stop it once begun."""
        done: Future[T] = Future()
        self._jobs.put(_Job(urgency, next(self._numbers), partial(_do, work, done)))
        return await asyncio.wrap_future(done)

    async def close(self) -> None:
        """Do what was asked for, then end."""
        self._jobs.put(_Job(Urgency.CLOSE, next(self._numbers), None))
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while (work := self._jobs.get().work) is not None:
            work()


def _do(work: Callable[[], T], done: "Future[T]") -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(work())
    except BaseException as error:  # noqa: BLE001  # goes whole to the one who asked
        done.set_exception(error)
