from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from roommon.daemon.calendar import Calendar
from roommon.model.clock import Instant

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 24, tzinfo=UTC)


class Stopped:
    """A clock that stands at NOW."""

    def monotonic(self) -> float:
        return 0.0

    def instant(self, monotonic: float) -> Instant:
        del monotonic
        return Instant(int(NOW.timestamp()) * 1000)


async def _nothing() -> None:
    """A job."""


@pytest.mark.parametrize(
    ("due_before", "due_after"),
    [
        pytest.param(datetime(1970, 1, 2, tzinfo=UTC), TONIGHT, id="the box woke up in 1970"),
        pytest.param(NOW - timedelta(hours=2), TONIGHT, id="leapt over by hours"),
        pytest.param(NOW - timedelta(minutes=30), NOW - timedelta(minutes=30), id="half an hour late: it runs now"),
        pytest.param(TONIGHT, TONIGHT, id="not leapt over"),
        pytest.param(datetime(2082, 1, 1, tzinfo=UTC), TONIGHT, id="set back by years"),
    ],
)
async def test_after_a_step_of_the_clock_a_job_is_due_when_it_would_be(
    due_before: datetime, due_after: datetime
) -> None:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.start(paused=True)
    try:
        trigger = CronTrigger.from_crontab("0 0 * * *", timezone=UTC)
        job = scheduler.add_job(_nothing, trigger, id="daily", next_run_time=due_before)
        Calendar(scheduler, Stopped()).clock_stepped()
        assert job.next_run_time == due_after
    finally:
        scheduler.shutdown(wait=False)
