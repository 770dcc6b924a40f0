"""`roommon drills`: what was drilled, how long each step took, and who answered, as the journal has it."""

import json
from datetime import datetime
from pathlib import Path

from roommon.cli.moments import instant, lasted, local
from roommon.cli.screen import print_table
from roommon.cli.sites import opened
from roommon.cli.spoken import say
from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Instant
from roommon.record.drills import Drill, gathered
from roommon.record.members import iso_8601


def show(config: Path, journal: Path | None, since: str | None, *, as_json: bool) -> int:
    """Print the drills, the newest last; return 0 when each brought an alarm and an answer, else 1."""
    first = None if since is None else instant(since, datetime.now().astimezone())
    with opened(config, journal) as reader:
        found = gathered(numbered.event for numbered in reader.events(first))
    if as_json:
        for each in found:
            print(json.dumps(_document(each), ensure_ascii=False))
    elif found:
        print_table(_headings(), [_row(each) for each in found])
    else:
        print(say("Nothing was drilled.", "没有演练记录。"))
    return 0 if found and all(each.proves for each in found) else 1


def _headings() -> tuple[str, ...]:
    return (
        say("begun", "开始"),
        say("sensor", "传感器"),
        say("by", "发起人"),
        say("alarm after", "告警用时"),
        say("answered after", "应答用时"),
        say("answered by", "应答人"),
        say("over", "结束"),
        say("why", "原因"),
    )


def _row(drill: Drill) -> tuple[str, ...]:
    begun, answered, over = drill.begun, drill.acknowledged, drill.over
    return (
        local(begun.at),
        begun.sensor,
        begun.by or "",
        _after(begun.at, drill.raised) or say("no alarm", "无告警"),
        _after(begun.at if drill.raised is None else drill.raised.at, answered) or say("nobody", "无人"),
        (answered.by or "") if answered else "",
        local(over.at) if over else say("runs", "进行中"),
        (over.note or "") if over else "",
    )


def _after(begun: Instant, event: AlarmEvent | None) -> str:
    return "" if event is None else lasted(event.at - begun)


def _document(drill: Drill) -> dict[str, object]:
    begun = drill.begun
    return {
        "sensor": begun.sensor,
        "value": begun.value,
        "by": begun.by,
        "note": begun.note,
        "begun": iso_8601(begun.at),
        "alarms": sorted(drill.alarms),
        "raised": _at(drill.raised),
        "acknowledged": _at(drill.acknowledged),
        "acknowledged_by": drill.acknowledged.by if drill.acknowledged else None,
        "over": _at(drill.over),
        "why": drill.over.note if drill.over else None,
        "proves": drill.proves,
    }


def _at(event: AlarmEvent | None) -> str | None:
    return None if event is None else iso_8601(event.at)
