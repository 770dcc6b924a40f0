"""`roommon alarms report`: how the alarm system does, beside what ANSI/ISA-18.2-2016 recommends."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from roommon.cli.complaint import Complaint, complain
from roommon.cli.moments import instant, lasted, local
from roommon.cli.report_lines import Line, lines
from roommon.cli.screen import print_beside, print_table
from roommon.cli.sites import opened
from roommon.cli.spoken import say
from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.record.figures import DAY, Figures, Span
from roommon.record.members import iso_8601
from roommon.record.reckoning import figures

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_SINCE = "30d"


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which time, and how it is printed."""

    month: str | None
    since: str | None
    until: str | None
    as_json: bool


def report(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print the figures; return 1 when one of them is not as recommended."""
    now = datetime.now().astimezone()
    span = _span(asked, now)
    with opened(config, journal) as reader:
        known = _known(span, reader)
        found = figures(reader.events(until=known.end), known)
    told = lines(found)
    if asked.as_json:
        print(json.dumps(_document(found, told), ensure_ascii=False))
    else:
        _print(found, told)
    return 0 if all(line.well is not False for line in told) else 1


def _span(asked: Asked, now: datetime) -> Span:
    present = Instant(round(now.timestamp() * 1000))
    if asked.month is None:
        begin = instant(asked.since or _SINCE, now)
        end = present if asked.until is None else instant(asked.until, now)
    elif asked.since or asked.until:
        raise Complaint(say("--month or --from and --to, not both", "--month 与 --from、--to 只能取其一"))
    else:
        begin, end = _of_month(asked.month)
        end = min(end, present)
    if begin >= end:
        raise Complaint(say("the time is empty, or yet to come", "时间范围为空，或尚未到来"))
    return Span(begin, end)


def _known(span: Span, reader: JournalReader) -> Span:
    """Return the part of `span` that the journal has; say so when that is not all of it."""
    first, last = reader.first_instant(), reader.last_instant()
    if first is None or last is None or first >= span.end or last <= span.begin:
        raise Complaint(say("the journal has nothing of this time", "日志库中没有这段时间的记录"))
    known = Span(max(first, span.begin), min(last, span.end))
    if known.length < span.length - DAY:
        complain(
            say(
                f"the journal has {local(known.begin)} to {local(known.end)} of it; the figures are of that time",
                f"日志库中只有 {local(known.begin)} 至 {local(known.end)} 的记录，指标按该时段计算",
            )
        )
    return known


def _of_month(words: str) -> tuple[Instant, Instant]:
    found = _MONTH.fullmatch(words.strip())
    if found is None or not 1 <= int(found[2]) <= 12:
        raise Complaint(say(f"{words!r} is not a month; write 2026-11", f"{words!r} 不是月份；请写作 2026-11"))
    year, month = int(found[1]), int(found[2])
    return _first_of(year, month), _first_of(year + month // 12, month % 12 + 1)


def _first_of(year: int, month: int) -> Instant:
    return Instant(round(datetime(year, month, 1).astimezone().timestamp() * 1000))


def _print(found: Figures, told: list[Line]) -> None:
    span = found.span
    print(say("Alarm system, ", "告警系统，") + f"{local(span.begin)} – {local(span.end)} ({lasted(span.length)})")
    headings = say("figure", "指标"), say("found", "实际"), say("recommended", "推荐值"), ""
    print_table(headings, ((line.name, line.found, line.recommended, _mark(line)) for line in told))
    for advice, group in groupby((line for line in told if line.advice), key=lambda line: line.advice):
        names = say(", ", "、").join(line.name for line in group)
        print_beside(say(f"{names}:  ", f"{names}："), advice, 4)


def _mark(line: Line) -> str:
    return "" if line.well is None else say("ok", "达标") if line.well else say("look", "待改进")


def _document(found: Figures, told: list[Line]) -> dict[str, object]:
    span = found.span
    return {
        "from": iso_8601(span.begin),
        "to": iso_8601(span.end),
        "alarms": found.alarms,
        "figures": [
            {
                "figure": line.key,
                "value": line.value,
                "recommended": line.recommended,
                "ok": line.well,
                "text": f"{line.name}: {line.found}",
                "advice": line.advice,
            }
            for line in told
        ],
        "top": [{"alarm": alarm, "count": count} for alarm, count in found.top],
    }
