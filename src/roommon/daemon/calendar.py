"""What belongs to the calendar: jobs at a time of day, by APScheduler, which follows the wall clock.

No beat hangs on it. After a step of the clock its timer would sleep until the old time, so it is woken then. What a
step leaps over is not made up for: APScheduler would reckon each of the 20,000 midnights since 1970, and hold the loop.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from roommon.model.clock import Clock, TimeOfDay

Job = Callable[[], Awaitable[None]]

_LATE_S = 3600


def daily(at: TimeOfDay) -> str:
    """Return the crontab line of each day at `at`."""
    hour, minute = divmod(at, 60)
    return f"{minute} {hour} * * *"


class Calendar:
    """The running jobs."""

    def __init__(self, scheduler: AsyncIOScheduler, clock: Clock) -> None:
        self._scheduler = scheduler
        self._clock = clock

    def move(self, name: str, crontab: str) -> None:
        """Let the job `name` be due by `crontab` from now on."""
        self._scheduler.reschedule_job(name, trigger=CronTrigger.from_crontab(crontab))

    def clock_stepped(self) -> None:
        """Reckon anew when each job is due; one that the step made late by up to an hour runs now."""
        now = datetime.fromtimestamp(self._clock.instant(self._clock.monotonic()) / 1000, self._scheduler.timezone)
        for job in self._scheduler.get_jobs():
            if not timedelta(0) <= now - job.next_run_time <= timedelta(seconds=_LATE_S):
                job.modify(next_run_time=job.trigger.get_next_fire_time(None, now))
        self._scheduler.wakeup()


@asynccontextmanager
async def running(jobs: Mapping[str, tuple[str, Job]], clock: Clock) -> AsyncIterator[Calendar]:
    """Run `jobs`: name to (crontab line in local time, what to do). One that is up to an hour late still runs, once."""
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler = AsyncIOScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": _LATE_S},
    )
    for name, (crontab, job) in jobs.items():
        scheduler.add_job(job, CronTrigger.from_crontab(crontab), id=name, name=name)
    scheduler.start()
    try:
        yield Calendar(scheduler, clock)
    finally:
        scheduler.shutdown(wait=False)
