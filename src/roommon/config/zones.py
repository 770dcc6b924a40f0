"""Time zones by their names in the IANA database: `Asia/Shanghai`."""

from zoneinfo import ZoneInfo, available_timezones

from roommon.config.units import NotAValue
from roommon.config.wording import meant, shown
from roommon.model.text import Text


def zone(value: object) -> ZoneInfo:
    """Return the zone that `value` names.

    Raises:
        NotAValue: there is no such zone on this box.
    """
    try:
        return ZoneInfo(value if isinstance(value, str) else "")
    except (LookupError, ValueError, OSError):
        raise _unknown(value) from None


def _unknown(value: object) -> NotAValue:
    known = available_timezones()
    if not known:
        problem = Text("this box has no time zone database", "本机没有时区数据库")
        return NotAValue(problem, Text("install it: apt install tzdata", "请安装：apt install tzdata"))
    near = meant(str(value), sorted(known))
    problem = Text(f"`{shown(value)}` is no time zone", f"`{shown(value)}` 不是时区")
    return NotAValue(problem, near or Text("write it like `Asia/Shanghai`", "请写成 `Asia/Shanghai` 的形式"))
