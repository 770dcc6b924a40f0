"""Instants and lengths of time as a page shows them: the box's own local time."""

from datetime import UTC, datetime

from roommon.model.clock import Instant
from roommon.model.text import Text

_UNITS = ((86_400, Text("d", "天")), (3_600, Text("h", "小时")), (60, Text("min", "分钟")))


def moment(at: Instant) -> datetime:
    """Return `at` in local time."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def clock(at: Instant) -> str:
    """Return the time of day: `08:00:00`."""
    return moment(at).strftime("%H:%M:%S")


def day_and_clock(at: Instant) -> str:
    """Return `2026-11-23 08:00:00`."""
    return moment(at).strftime("%Y-%m-%d %H:%M:%S")


def day(at: Instant) -> str:
    """Return the day of `at` in UTC, as certificates are dated: `2026-11-23`."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def iso_8601(at: Instant) -> str:
    """Return `at` in UTC with milliseconds: `2026-11-23T20:16:05.120Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def since(at: Instant, now: Instant) -> str:
    """Return `08:00:00` if `at` is of today, else with its day."""
    return clock(at) if moment(at).date() == moment(now).date() else day_and_clock(at)


def lasted(ms: int) -> Text:
    """Return a length of time in two units at most, to the minute: `3 h 12 min`; less is `< 1 min`."""
    rest, found = max(ms, 0) // 1000, list[Text]()
    for seconds, name in _UNITS:
        number, rest = divmod(rest, seconds)
        if number:
            found.append(Text(f"{number} {name.en}", f"{number} {name.zh_cn}"))
    two = found[:2] or [Text("< 1 min", "不到 1 分钟")]
    return Text(" ".join(each.en for each in two), " ".join(each.zh_cn for each in two))
