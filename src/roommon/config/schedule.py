"""When a rule is in force, as people write it: `mon-fri 08:00-18:00 Asia/Shanghai`.

Several spans are joined by `;`: `daily 22:00-06:00; sat,sun 00:00-24:00`. Without a zone, that of this box is meant.
"""

import re
from collections.abc import Iterator
from datetime import tzinfo
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from roommon.config.units import NotAValue, plain
from roommon.config.zones import zone
from roommon.model.clock import TimeOfDay
from roommon.model.schedule import DAYS, Hours, Schedule
from roommon.model.text import Text

_EVERY_DAY = frozenset(range(7))
_SPAN = re.compile(r"(?P<days>[^\d\s]\S*\s+)?(?P<begin>\d{1,2}:\d\d)\s*-\s*(?P<end>\d{1,2}:\d\d)")
_REMEDY = Text(
    "write it like `mon-fri 08:00-18:00 Asia/Shanghai` or `daily 22:00-06:00`",
    "请写成 `mon-fri 08:00-18:00 Asia/Shanghai` 或 `daily 22:00-06:00` 的形式",
)
_TIME = re.compile(r"\d{1,2}:\d\d")
_WHOLE_DAY = 24 * 60
_ZONES = frozenset({"UTC", "GMT"})
_LOCALTIME = Path("/etc/localtime")


def schedule(value: object) -> Schedule:
    """Return the schedule that `value` says.

    Raises:
        NotAValue: it says none.
    """
    if not isinstance(value, str):
        raise NotAValue(Text("a time of day is expected here", "此处应为生效时段"), _REMEDY)
    words = plain(value)
    head, _, last = words.rpartition(" ")
    named = bool(head) and ("/" in last or last in _ZONES)
    spans = (head if named else words).split(";")
    return Schedule(tuple(_hours(span.strip()) for span in spans), zone(last) if named else local_zone(), words)


def time_of_day(value: object) -> TimeOfDay:
    """Return the time of day that `value` says: `08:00`.

    Raises:
        NotAValue: it says none.
    """
    words = plain(value) if isinstance(value, str) else ""
    if not _TIME.fullmatch(words) or _minute(words) == _WHOLE_DAY:
        raise NotAValue(
            Text(f"`{value}` is no time of day", f"`{value}` 不是时刻"),
            Text("write it like `08:00`", "请写成 `08:00` 的形式"),
        )
    return TimeOfDay(_minute(words))


def _hours(span: str) -> Hours:
    found = _SPAN.fullmatch(span)
    if found is None:
        raise NotAValue(Text(f"`{span}` is no span of the day", f"`{span}` 不是时段"), _REMEDY)
    begin, end = _minute(found["begin"]), _minute(found["end"])
    if begin == end:
        raise NotAValue(
            Text(f"`{span}` begins when it ends", f"`{span}` 的起止相同"),
            Text("write 00:00-24:00 for a whole day", "全天请写 00:00-24:00"),
        )
    return Hours(_days((found["days"] or "daily").strip()), begin, end)


def _minute(text: str) -> int:
    hour, minute = map(int, text.split(":"))
    if hour * 60 + minute > _WHOLE_DAY or minute > 59:
        raise NotAValue(Text(f"`{text}` is no time of day", f"`{text}` 不是时刻"), _REMEDY)
    return hour * 60 + minute


def _days(words: str) -> frozenset[int]:
    if words in ("daily", "每天"):
        return _EVERY_DAY
    return frozenset(day for part in words.split(",") for day in _run(part))


def _run(part: str) -> Iterator[int]:
    first, dash, last = part.partition("-")
    begin, end = _day(first), _day(last if dash else first)
    yield from range(begin, end + 1) if begin <= end else (*range(begin, 7), *range(end + 1))


_CHINESE = "一二三四五六日"


def _day(word: str) -> int:
    short = word.lower()[:3]
    if short in DAYS:
        return DAYS.index(short)
    chinese = word.removeprefix("周").removeprefix("星期")
    if chinese and chinese in _CHINESE:
        return _CHINESE.index(chinese)
    raise NotAValue(Text(f"`{word}` is no day of the week", f"`{word}` 不是星期"), _REMEDY)


@lru_cache(1)
def local_zone() -> tzinfo:
    """Return the time zone of this box; UTC where it says none."""
    name = str(_LOCALTIME.resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
