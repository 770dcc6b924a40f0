"""What `roommon incidents` prints."""

from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text as Styled

from roommon.cli.history_rows import value_of
from roommon.cli.incident_facts import Around
from roommon.cli.moments import local
from roommon.cli.screen import print_beside, print_table
from roommon.cli.spoken import counted, language, say
from roommon.cli.words import COLOURS, PRIORITIES, TRIGGERS, word
from roommon.journal.record import NumberedEvent
from roommon.model.clock import Instant
from roommon.record import words as record
from roommon.record.incidents import Incident, Member, notes, seen_by
from roommon.record.words import why_here


def why(member: Member) -> str:
    """Return why an alarm is in its incident."""
    return word(why_here(member))


def stood(incident: Incident, now: Instant) -> str:
    """Return how long it lasted, or that it stands."""
    return word(record.stood(incident, now))


def print_list(found: Sequence[Incident], now: Instant) -> None:
    """Print incidents, one a line."""
    headings = (
        say("incident", "故障"),
        say("begun", "开始"),
        say("lasted", "历时"),
        say("priority", "优先级"),
        say("alarms", "告警数"),
        say("began with", "首发告警"),
        say("acknowledged", "确认人"),
    )
    print_table(headings, (_cells(incident, now) for incident in found))


def _cells(incident: Incident, now: Instant) -> tuple[RenderableType, ...]:
    return (
        str(incident.id),
        local(incident.begun),
        stood(incident, now),
        Styled(word(PRIORITIES[incident.priority]), COLOURS[incident.priority]),
        str(len(incident.members)),
        incident.first.text.in_language(language()),
        ", ".join(seen_by(incident)),
    )


def print_incident(incident: Incident, now: Instant, around: Sequence[Around]) -> None:
    """Print one incident: what happened in the order of time, and what was measured."""
    number = len(incident.members)
    alarms = counted(number, "alarm", "条告警")
    print(
        say(f"Incident {incident.id}: {alarms}, ", f"故障 {incident.id}：{alarms}，")
        + f"{local(incident.begun)}, {stood(incident, now)}"
    )
    _print_time_line(incident)
    _print_people(incident)
    if around:
        _print_measured(around)


def _print_time_line(incident: Incident) -> None:
    reasons = {member.life.number: why(member) for member in incident.members}
    headings = say("time", "时间"), say("priority", "优先级"), say("what", "动作"), say("text", "内容")
    rows = (_event_cells(one, reasons.get(one.number, "")) for one in incident.events())
    print_table((*headings, say("alarm", "告警"), say("belongs here", "归入原因")), rows)


def _event_cells(one: NumberedEvent, reason: str) -> tuple[RenderableType, ...]:
    event = one.event
    return (
        local(event.at),
        Styled(word(PRIORITIES[event.priority]), COLOURS[event.priority]),
        word(TRIGGERS[event.trigger]) + (f" ({event.by})" if event.by else ""),
        event.text.in_language(language()),
        event.alarm,
        reason,
    )


def _print_people(incident: Incident) -> None:
    names = say(", ", "、").join(seen_by(incident)) or say("nobody", "无人")
    print_beside(say("acknowledged by", "确认人"), names, 20)
    for event in notes(incident):
        print_beside(say("note", "备注"), f"{local(event.at)} {event.by or ''}: {event.note}", 20)


def _print_measured(around: Sequence[Around]) -> None:
    headings = (
        say("measured", "测量值"),
        say("lowest", "最低"),
        say("at", "时间"),
        say("highest", "最高"),
        say("at", "时间"),
        say("first beyond the limit", "首次越限"),
        say("without a value", "无数值"),
    )
    print_table(headings, (_measured_cells(each) for each in around))


def _measured_cells(each: Around) -> tuple[str, ...]:
    found = each.measured
    if found is None:
        return each.id, "–", "", "–", "", "", ""
    crossed = (
        "" if found.crossed is None else f"{local(found.crossed.taken_at)}, {value_of(found.crossed, each.sensor)}"
    )
    low, high = found.lowest, found.highest
    return (
        each.id,
        value_of(low, each.sensor),
        local(low.taken_at),
        value_of(high, each.sensor),
        local(high.taken_at),
        crossed,
        str(found.without_value or ""),
    )
