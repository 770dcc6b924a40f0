"""What is known of an incident, and how programs are told."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roommon.alerts.payload import alarm_message
from roommon.cli.spoken import language
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.reading import Reading, SensorId
from roommon.record.incidents import Incident, Member, notes, seen_by
from roommon.record.measured import Measured
from roommon.record.members import iso_8601


@dataclass(frozen=True, slots=True)
class Around:
    """One sensor of an incident."""

    id: SensorId
    sensor: Sensor | None
    """None where it is no longer configured: its values have no unit."""
    measured: Measured | None
    """None where it had no value."""


def print_list_json(found: Iterable[Incident], now: Instant) -> None:
    """Print incidents for programs, one a line."""
    for incident in found:
        print(json.dumps(_facts(incident, now), ensure_ascii=False))


def print_incident_json(incident: Incident, now: Instant, around: Sequence[Around]) -> None:
    """Print one incident for programs, with its events and what was measured."""
    events = [json.loads(alarm_message(one.number, one.event, language())) for one in incident.events()]
    measured = [_measured_facts(each) for each in around]
    print(json.dumps({**_facts(incident, now), "events": events, "measured": measured}, ensure_ascii=False))


def _facts(incident: Incident, now: Instant) -> dict[str, object]:
    ended = incident.ended
    return {
        "incident": incident.id,
        "begun": iso_8601(incident.begun),
        "ended": None if ended is None else iso_8601(ended),
        "lasted_s": ((now if ended is None else ended) - incident.begun) / 1000,
        "priority": incident.priority.name.lower(),
        "text": incident.first.text.in_language(language()),
        "acknowledged_by": seen_by(incident),
        "notes": [{"at": iso_8601(each.at), "by": each.by, "note": each.note} for each in notes(incident)],
        "alarms": [_member_facts(member) for member in incident.members],
    }


def _member_facts(member: Member) -> dict[str, object]:
    life = member.life
    return {
        "alarm": life.alarm,
        "begun": iso_8601(life.begun),
        "ended": None if life.ended is None else iso_8601(life.ended),
        "priority": life.priority.name.lower(),
        "link": member.link,
        "of": member.of,
    }


def _measured_facts(each: Around) -> dict[str, object]:
    found = each.measured
    if found is None:
        return {"sensor": each.id, "lowest": None, "highest": None, "crossed": None, "without_value": None}
    return {
        "sensor": each.id,
        "lowest": _reading(found.lowest),
        "highest": _reading(found.highest),
        "crossed": None if found.crossed is None else _reading(found.crossed),
        "without_value": found.without_value,
    }


def _reading(reading: Reading) -> dict[str, object]:
    return {"at": iso_8601(reading.taken_at), "value": reading.value}
