"""What `history` prints of a reading or an event: cells for a person, facts for a program."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text as Styled

from roommon.alerts.payload import alarm_message
from roommon.cli.moments import local
from roommon.cli.spoken import language, say
from roommon.cli.words import COLOURS, PRIORITIES, QUALITIES, REASONS, STATES, TRIGGERS, word
from roommon.journal.record import NumberedEvent
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, shown
from roommon.model.reading import Quality, Reading
from roommon.record.members import iso_8601


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    cells: Sequence[RenderableType]
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Rows:
    """Lines of one kind."""

    headings: Sequence[str]
    fields: Sequence[str]
    """The names of the facts, in order."""
    rows: Iterator[Row]


def of_readings(readings: Iterable[Reading], sensor: Sensor | None) -> Rows:
    """Return `readings` as rows; without `sensor` the values are bare numbers."""
    headings = say("time", "时间"), say("value", "数值"), say("quality", "质量"), say("reason", "原因")
    fields = "at", "sensor", "value", "unit", "state", "quality", "reason"
    return Rows(headings, fields, (_reading_row(reading, sensor) for reading in readings))


def _reading_row(reading: Reading, sensor: Sensor | None) -> Row:
    reason = "" if reading.reason is None else word(REASONS[reading.reason])
    cells = local(reading.taken_at), value_of(reading, sensor), _quality(reading), reason
    facts: dict[str, object] = {
        "at": iso_8601(reading.taken_at),
        "sensor": reading.sensor,
        "value": reading.value,
        "unit": None if sensor is None else UNITS[sensor.quantity].ucum,
        "state": _state(reading, sensor),
        "quality": reading.quality,
        "reason": reading.reason,
    }
    return Row(cells, facts)


def _quality(reading: Reading) -> Styled:
    return Styled(word(QUALITIES[reading.quality]), "" if reading.quality is Quality.GOOD else "red")


def value_of(reading: Reading, sensor: Sensor | None) -> str:
    """Return the value as a person reads it: by the name of its state, with its unit, or, not knowing those, bare."""
    if reading.value is None:
        return ""
    if sensor is None:
        return f"{reading.value:.10g}"
    return _state(reading, sensor) or shown(reading.value, sensor.quantity)


def _state(reading: Reading, sensor: Sensor | None) -> str | None:
    value = reading.value
    if sensor is None or value is None or value != int(value) or int(value) not in sensor.states:
        return None
    return word(sensor.states[int(value)])


def of_events(events: Iterable[NumberedEvent]) -> Rows:
    """Return `events` as rows."""
    headings = (
        say("number", "编号"),
        say("time", "时间"),
        say("priority", "优先级"),
        say("what", "事件"),
        say("state", "状态"),
        say("text", "内容"),
        say("alarm", "告警"),
    )
    fields = (
        *("number", "at", "alarm", "priority", "state", "was", "trigger", "by", "device", "sensor", "room"),
        *("value", "unit", "setpoint", "quality", "text", "response"),
    )
    return Rows(headings, fields, map(_event_row, events))


def _event_row(numbered: NumberedEvent) -> Row:
    event = numbered.event
    cells = (
        str(numbered.number),
        local(event.at),
        Styled(word(PRIORITIES[event.priority]), COLOURS[event.priority]),
        word(TRIGGERS[event.trigger]) + (f" ({event.by})" if event.by else ""),
        word(STATES[event.state]),
        event.text.in_language(language()),
        event.alarm,
    )
    return Row(cells, json.loads(alarm_message(numbered.number, event, language())))
