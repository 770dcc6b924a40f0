"""Calendar days of a time zone, as instants: a day has 23, 24 or 25 hours where clocks are changed."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from roommon.model.clock import Duration, Instant

SHORTEST = Duration(23 * 3_600_000)
LONGEST = Duration(26 * 3_600_000)
"""No day is longer: clocks are changed by an hour, and by two in a zone or two."""
SHORTEST_MONTH = Duration(28 * 24 * 3_600_000 - 3_600_000)


class Day(NamedTuple):
    """From its first instant to that of the next day."""

    begins: int
    ends: int


def day_of(at: Instant, zone: ZoneInfo) -> Day:
    """Return the day of `zone` in which `at` lies."""
    day = datetime.fromtimestamp(at / 1000, zone).date()
    return Day(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))


def is_same_month(one: int, other: int, zone: ZoneInfo) -> bool:
    """Return whether both instants lie in the same month of the calendar in `zone`."""
    days = [datetime.fromtimestamp(at / 1000, zone) for at in (one, other)]
    return len({(day.year, day.month) for day in days}) == 1


def _midnight(day: date, zone: ZoneInfo) -> int:
    """Return when `day` begins; where the clock skips midnight, that is the skip."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
