"""Instants and lengths of time as a person reads them: the box's own local time."""

from collections.abc import Sequence
from datetime import UTC, datetime

from roommon.model.clock import Instant
from roommon.model.text import Text

_UNITS = ((86_400, Text("d", "天")), (3_600, Text("h", "小时")), (60, Text("min", "分")), (1, Text("s", "秒")))


def moment(at: Instant) -> datetime:
    """Return `at` in local time."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone()


def local(at: Instant) -> str:
    """Return `at` in local time, to the second: `2026-11-23 08:00:00`."""
    return moment(at).strftime("%Y-%m-%d %H:%M:%S")


def lasted(ms: int) -> Text:
    """Return a length of time in two units at most: `3 h 12 min`."""
    return _in_two_units(ms, _UNITS, Text("0 s", "0 秒"))


def lasted_to_the_minute(ms: int) -> Text:
    """Return the same for what is drawn again and again, and is not to change each second; less is `< 1 min`."""
    return _in_two_units(ms, _UNITS[:-1], Text("< 1 min", "不到 1 分"))


def _in_two_units(ms: int, units: Sequence[tuple[int, Text]], least: Text) -> Text:
    rest, found = max(ms, 0) // 1000, list[Text]()
    for seconds, unit in units:
        number, rest = divmod(rest, seconds)
        if number:
            found.append(Text(f"{number} {unit.en}", f"{number} {unit.zh_cn}"))
    two = found[:2] or [least]
    return Text(" ".join(each.en for each in two), " ".join(each.zh_cn for each in two))
