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


def day_began(rota: Rota, at: Instant) -> Instant:
    """Return when the day of duty began that holds at `at`: the last instant at which it may have passed on."""
    return _turn(rota, _day_of_duty(rota, at))


def _day_of_duty(rota: Rota, at: Instant) -> date:
    """Return the day whose duty holds at `at`: before the hour of the turn, that is the day before."""
    today = (_EPOCH + timedelta(milliseconds=at)).astimezone(rota.zone).date()
    return today if at >= _turn(rota, today) else today - timedelta(days=1)


def _turn(rota: Rota, day: date) -> Instant:
    """Return the instant of the turn on `day`; of an hour that comes twice the first, so that it turns once."""
    local = datetime.combine(day, time(rota.turn // 60, rota.turn % 60), rota.zone)
    return Instant(round(local.timestamp() * 1000))


def _begin_of_week(rota: Rota, day: date) -> date:
    return day - timedelta(days=(day.weekday() - DAYS.index(rota.day)) % _WEEK)
