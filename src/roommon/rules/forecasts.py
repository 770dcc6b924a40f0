"""When a line meets a limit, and how a person is told: `reaches 32.0 °C in 11 min (9 to 14 min)`."""

from math import inf
from typing import NamedTuple

from roommon.model.clock import Duration, Instant
from roommon.model.text import Text
from roommon.rules import settings
from roommon.rules.trend import Line

_UNITS = ((86_400_000, 3, Text("d", "天")), (3_600_000, 2, Text("h", "小时")), (60_000, 2, Text("min", "分钟")))
"""A unit's milliseconds, from how many of it on it is used, and its name."""
_SECOND = (1_000, 0, Text("s", "秒"))
_FAR = 5
"""Times the likely time, beyond which a latest one says nothing."""


class Left(NamedTuple):
    """The times that are left, in milliseconds."""

    soonest: float
    likely: float
    latest: float


def left(line: Line, limit: float, at: Instant, *, rises: bool) -> Left | None:
    """Return how long after `at` the line meets `limit`; None if it does not surely go there, 0 if it has."""
    sign = 1 if rises else -1
    flattest, slope, steepest = sorted((sign * line.lowest, sign * line.slope, sign * line.highest))
    if flattest <= 0:
        return None
    away, gone = sign * (limit - line.level), at - line.at
    return Left(*(max(0.0, away / each - gone) for each in (steepest, slope, flattest)))


def said(limit: str, times: Left) -> Text:
    """Return when `limit` is reached."""
    ms, _, name = next((unit for unit in _UNITS if times.likely >= unit[0] * unit[1]), _SECOND)
    soonest, likely, latest = (_rounded(each / ms, name) for each in times)
    en = f"reaches {limit} in {likely} {name.en}"
    zh_cn = f"将在 {likely} {name.zh_cn}后达到 {limit}"
    if times.latest > _FAR * max(times.likely, ms):
        return Text(f"{en} ({soonest} {name.en} at the earliest)", f"{zh_cn}（最早 {soonest} {name.zh_cn}）")
    return Text(f"{en} ({soonest} to {latest} {name.en})", f"{zh_cn}（{soonest} 至 {latest} {name.zh_cn}）")


def _rounded(number: float, unit: Text) -> str:
    if number == inf:
        return "∞"
    return f"{number:.1f}" if unit.en in ("h", "d") else f"{number:.0f}"


def none(limit: str, within: Duration) -> Text:
    """Return that `limit` is not in sight."""
    time = settings.length(within)
    return Text(f"does not reach {limit} within {time}", f"{time} 内不会达到 {limit}")
