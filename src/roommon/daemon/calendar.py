"""What belongs to the calendar: jobs at a time of day, by APScheduler, which follows the wall clock.

No beat hangs on it. After a step of the clock its timer would sleep until the old time, so it is woken then.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

Job = Callable[[], Awaitable[None]]

_LATE_S = 3600


class Calendar:
    """The running jobs."""

    def __init__(self, scheduler: AsyncIOScheduler) -> None:
        self._scheduler = scheduler

    def clock_stepped(self) -> None:
        """Reckon anew when the next job is due."""
        self._scheduler.wakeup()


@asynccontextmanager
async def running(jobs: Mapping[str, tuple[str, Job]]) -> AsyncIterator[Calendar]:
    """Run `jobs`: name to (crontab line in local time, what to do). One that is up to an hour late still runs, once."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE_S},
    )
    for name, (crontab, job) in jobs.items():
        scheduler.add_job(job, CronTrigger.from_crontab(crontab), id=name, name=name)
    scheduler.start()
    try:
        yield Calendar(scheduler)
    finally:
        scheduler.shutdown(wait=False)
