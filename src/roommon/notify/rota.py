"""Who is on call at an instant: weeks in turn, and days that were swapped. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from roommon.model.clock import Instant
from roommon.model.schedule import DAYS
from roommon.notify.settings import Name, Rota

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK = 7


def on_duty(rota: Rota, at: Instant) -> Name:
    """Return who has the duty at `at`, by the wall clock of the rota's zone."""
    day = _day_of_duty(rota, at)
    for swap in reversed(rota.swaps):
        if swap.first <= day < swap.until:
            return swap.who
    weeks = (_begin_of_week(rota, day) - _begin_of_week(rota, rota.starts)).days // _WEEK
    return rota.people[weeks % len(rota.people)]


def _day_of_duty(rota: Rota, at: Instant) -> date:
    """Return the day whose duty holds at `at`: before the hour of the turn, that is the day before."""
    local = (_EPOCH + timedelta(milliseconds=at)).astimezone(rota.zone)
    turn = time(rota.turn // 60, rota.turn % 60)
    return local.date() if local.time() >= turn else local.date() - timedelta(days=1)


def _begin_of_week(rota: Rota, day: date) -> date:
    return day - timedelta(days=(day.weekday() - DAYS.index(rota.day)) % _WEEK)
