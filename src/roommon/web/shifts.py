"""Which shift the page of the hand-over shows. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from roommon.model.clock import Duration, Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.record.moments import moment
from roommon.record.shift import EMPTY, USUAL

_REMEDY = Text("write it as 2026-11-23T08:00", "请写作 2026-11-23T08:00")


@dataclass(frozen=True, slots=True)
class Asked:
    """A shift as somebody asks for it."""

    begin: Instant
    end: Instant
    is_running: bool
    """It goes on: `end` is now."""

    @property
    def before(self) -> str:
        """The query of the shift before it, as long as this one."""
        return _query(Instant(2 * self.begin - self.end), self.begin)

    def after(self, now: Instant) -> str:
        """Return the query of the shift after it, as long as this one; of the running shift when that is it."""
        length = Duration(self.end - self.begin)
        return "" if self.end + length >= now else _query(self.end, Instant(self.end + length))


def asked(query: Mapping[str, str], now: Instant) -> Asked:
    """Return the shift that `query` asks for with `from` and `to`, in local time; the running one when it says nothing.

    Raises:
        Invalid: one of them is no time, or there is no time between them.
    """
    until = _instant(query.get("to", ""))
    end = now if until is None else min(until, now)
    begin = _instant(query.get("from", ""))
    begin = Instant(end - USUAL) if begin is None else begin
    if begin >= end:
        raise Invalid(EMPTY, Text("let it begin before it ends, and before now", "开始时间应早于结束时间，且早于现在"))
    return Asked(begin, end, is_running=end == now)


def written(at: Instant) -> str:
    """Return `at` as a form has it, to the minute: `2026-11-23T08:00`."""
    return moment(at).strftime("%Y-%m-%dT%H:%M")


def _query(begin: Instant, end: Instant) -> str:
    return urlencode({"from": written(begin), "to": written(end)})


def _instant(words: str) -> Instant | None:
    if not words.strip():
        return None
    try:
        ms = round(datetime.fromisoformat(words.strip()).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise Invalid(Text(f"{words!r} is not a time", f"{words!r} 不是时间"), _REMEDY) from error
    return Instant(max(ms, 0))
