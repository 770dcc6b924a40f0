"""Times as a person writes and reads them on the command line: local time, or so long ago."""

import re
from datetime import datetime, time, timedelta

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import language, say
from roommon.model.clock import Instant
from roommon.record import moments as record
from roommon.record.moments import local

__all__ = ["NotATime", "coming", "instant", "lasted", "lasting_s", "local"]

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)")
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}


class NotATime(Complaint):
    """The words are no time; the message says what would be."""


def instant(words: str, now: datetime) -> Instant:
    """Return the instant that `words` mean: `2h` (ago), `2026-11-23`, `2026-11-23T08:00` (local), `...Z`.

    Raises:
        NotATime: they mean none.
    """
    try:
        if ago := _AGO.fullmatch(words.strip()):
            return _instant(now - timedelta(seconds=float(ago[1]) * _SECONDS[ago[2]]))
        return _instant(datetime.fromisoformat(words.strip()).astimezone())
    except (ValueError, OverflowError) as error:
        raise NotATime(
            say(
                f"{words!r} is not a time; write 2h, 30min, 2026-11-23 or 2026-11-23T08:00",
                f"{words!r} 不是时间；可写作 2h、30min、2026-11-23 或 2026-11-23T08:00",
            )
        ) from error


def lasting_s(words: str) -> float:
    """Return how many seconds `words` last: `2h`, `30min`.

    Raises:
        NotATime: they mean no length of time.
    """
    if length := _AGO.fullmatch(words.strip()):
        return float(length[1]) * _SECONDS[length[2]]
    raise NotATime(
        say(f"{words!r} is no length of time; 30min, 2h and 1d are", f"{words!r} 不是时长；可写作 30min、2h 或 1d")
    )


def coming(words: str, now: datetime) -> datetime:
    """Return the moment that `words` mean: `18:00` (the next), `2026-11-23T08:00` (local), `...Z`.

    Raises:
        NotATime: they mean none.
    """
    try:
        if _CLOCK.fullmatch(words.strip()):
            today = datetime.combine(now.date(), time.fromisoformat(words.strip().zfill(5))).astimezone()
            return today if today > now else _a_day_later(today)
        return datetime.fromisoformat(words.strip()).astimezone()
    except (ValueError, OverflowError) as error:
        raise NotATime(
            say(
                f"{words!r} is no moment; 18:00, 2026-11-23 and 2026-11-23T08:00 are",
                f"{words!r} 不是时刻；可写作 18:00、2026-11-23 或 2026-11-23T08:00",
            )
        ) from error


def _a_day_later(moment: datetime) -> datetime:
    """Return the same time by the clock on the next day, which is not 24 h later when the clocks change."""
    return (moment.replace(tzinfo=None) + timedelta(days=1)).astimezone()


def _instant(moment: datetime) -> Instant:
    return Instant(round(moment.timestamp() * 1000))


def lasted(ms: int) -> str:
    """Return a length of time in two units at most: `3 h 12 min`, in the reader's language."""
    return record.lasted(ms).in_language(language())
