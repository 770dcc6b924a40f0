"""`roommon history`: what the journal holds of a sensor or of alarms, as table, CSV or JSON lines."""

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from roommon.alerts.payload import alarm_message, iso_8601
from roommon.cli.journals import opened
from roommon.cli.moments import instant, local
from roommon.cli.spoken import language, say
from roommon.cli.words import PRIORITIES, QUALITIES, REASONS, STATES, TRIGGERS, word
from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId


class Form(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


Row = tuple[Sequence[str], dict[str, object]]
"""What a person reads, and what a program reads."""


def form(*, as_json: bool, as_csv: bool) -> Form:
    """Return the form that the options ask for."""
    return Form.JSON if as_json else Form.CSV if as_csv else Form.TABLE


def history(of: str | None, config: Path, journal: Path | None, since: str, until: str | None, shape: Form) -> int:
    """Print the readings of the sensor `of`, or the events of the alarm `of`, or all events; return 1 when none."""
    now = datetime.now().astimezone()
    first, last = instant(since, now), None if until is None else instant(until, now)
    with opened(config, journal) as reader:
        if of is not None and SensorId(of) in reader.sensors():
            rows: Iterator[Row] = map(_reading_row, reader.readings(SensorId(of), first, last))
            return _print(rows, _reading_headings(), shape)
        return _print(map(_event_row, _events(reader, of, first, last)), _event_headings(), shape)


def _events(reader: JournalReader, of: str | None, first: Instant, last: Instant | None) -> Iterator[NumberedEvent]:
    return reader.events(first, last, alarm=None if of is None else AlarmId(of))


def _reading_headings() -> Sequence[str]:
    return say("time", "时间"), say("value", "数值"), say("quality", "质量"), say("reason", "原因")


def _reading_row(reading: Reading) -> Row:
    value = "" if reading.value is None else f"{reading.value:g}"
    reason = "" if reading.reason is None else word(REASONS[reading.reason])
    facts: dict[str, object] = {
        "at": iso_8601(reading.taken_at),
        "sensor": reading.sensor,
        "value": reading.value,
        "quality": reading.quality,
        "reason": reading.reason,
    }
    return (local(reading.taken_at), value, word(QUALITIES[reading.quality]), reason), facts


def _event_headings() -> Sequence[str]:
    return (
        say("number", "编号"),
        say("time", "时间"),
        say("priority", "优先级"),
        say("what", "事件"),
        say("state", "状态"),
        say("text", "内容"),
        say("alarm", "报警"),
    )


def _event_row(numbered: NumberedEvent) -> Row:
    event = numbered.event
    cells = (
        str(numbered.number),
        local(event.at),
        word(PRIORITIES[event.priority]),
        word(TRIGGERS[event.trigger]) + (f" ({event.by})" if event.by else ""),
        word(STATES[event.state]),
        event.text.in_language(language()),
        event.alarm,
    )
    return cells, json.loads(alarm_message(numbered.number, event, language()))


def _print(rows: Iterator[Row], headings: Sequence[str], shape: Form) -> int:
    printed = {Form.TABLE: _print_table, Form.CSV: _print_csv, Form.JSON: _print_json}[shape](rows, headings)
    if not printed and shape is Form.TABLE:
        print(say("The journal has nothing of it in this time.", "日志库中没有这段时间的记录。"))
    return 0 if printed else 1


def _print_table(rows: Iterator[Row], headings: Sequence[str]) -> int:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    shown = Table(*headings, box=box.SIMPLE_HEAD)
    for cells, _ in rows:
        shown.add_row(*cells)
    if shown.row_count:
        Console().print(shown)
    return shown.row_count


def _print_csv(rows: Iterator[Row], _: Sequence[str]) -> int:
    writer, printed = None, 0
    for _cells, facts in rows:
        if writer is None:
            writer = csv.DictWriter(sys.stdout, list(facts))
            writer.writeheader()
        writer.writerow(facts)
        printed += 1
    return printed


def _print_json(rows: Iterator[Row], _: Sequence[str]) -> int:
    printed = 0
    for _cells, facts in rows:
        print(json.dumps(facts, ensure_ascii=False))
        printed += 1
    return printed
