"""Instants and lengths of time as a person reads them: the box's own local time."""

from datetime import UTC, datetime

from roommon.model.clock import Instant
from roommon.model.text import Text

_UNITS = ((86_400, Text("d", "天")), (3_600, Text("h", "小时")), (60, Text("min", "分")), (1, Text("s", "秒")))


def local(at: Instant) -> str:
    """Return `at` in local time, to the second: `2026-11-23 08:00:00`."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def lasted(ms: int) -> Text:
    """Return a length of time in two units at most: `3 h 12 min`."""
    rest, found = max(ms, 0) // 1000, list[Text]()
    for seconds, unit in _UNITS:
        number, rest = divmod(rest, seconds)
        if number:
            found.append(Text(f"{number} {unit.en}", f"{number} {unit.zh_cn}"))
    two = found[:2] or [Text("0 s", "0 秒")]
    return Text(" ".join(each.en for each in two), " ".join(each.zh_cn for each in two))
