"""When something is in force: days of the week and hours of a time zone, such as `mon-fri 08:00-18:00 Asia/Shanghai`.

Hours are those of the wall clock of the zone: where the clock is put forward, an hour that does not exist is left out;
where it is put back, an hour that comes twice belongs twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from roommon.model.clock import Instant

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of the day on some days of the week, in minutes since midnight; what ends earlier ends the next day."""

    days: frozenset[int]
    """0 is Monday."""
    begin: int
    end: int
    """1440 is the end of the day."""

    def has(self, day: int, minute: int) -> bool:
        """Return whether they hold at `minute` of the weekday `day`."""
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        yesterday = (day - 1) % 7
        return (day in self.days and minute >= self.begin) or (yesterday in self.days and minute < self.end)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Some hours, in one zone."""

    hours: tuple[Hours, ...]
    zone: tzinfo
    written: str
    """As the user wrote it."""

    def holds(self, at: Instant) -> bool:
        """Return whether it is in force at `at`."""
        local = (_EPOCH + timedelta(milliseconds=at)).astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(hours.has(local.weekday(), minute) for hours in self.hours)
