"""Times as a person writes and reads them on the command line: local time, or so long ago."""

import re
from datetime import UTC, datetime, timedelta

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import say
from roommon.model.clock import Instant

_AGO = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)")
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


def _instant(moment: datetime) -> Instant:
    return Instant(round(moment.timestamp() * 1000))


def local(at: Instant) -> str:
    """Return `at` in local time, to the second: `2026-11-23 08:00:00`."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def lasted(ms: int) -> str:
    """Return a length of time in two units at most: `3 h 12 min`, in the reader's language."""
    minutes, seconds = divmod(max(ms, 0) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = ((days, say("d", "天")), (hours, say("h", "小时")), (minutes, say("min", "分")), (seconds, say("s", "秒")))
    given = [f"{number} {unit}" for number, unit in units if number]
    return " ".join(given[:2]) or f"0 {units[-1][1]}"
