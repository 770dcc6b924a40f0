"""What a subscriber is sent: alarm events and readings as UTF-8 JSON (docs/asyncapi.yaml describes every member)."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from roommon.alerts.alive_text import sentence
from roommon.model.alarm import AlarmEvent, Priority
from roommon.model.alive import Alive, SetAside
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS
from roommon.model.reading import Reading
from roommon.model.suppression import Suppression
from roommon.model.text import Language
from roommon.rules.answer import Answer

SCHEMA = 1
"""Version of the payloads; a member may be added without changing it, none may be taken away or change its meaning."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def alarm_message(number: int, event: AlarmEvent, language: Language) -> bytes:
    """Return event `number` for machines and, in `language`, for a person."""
    return _json(
        {
            "schema": SCHEMA,
            "number": number,
            "at": iso_8601(event.at),
            "alarm": event.alarm,
            "priority": event.priority.name.lower(),
            "state": event.state,
            "was": event.was,
            "trigger": event.trigger,
            "by": event.by,
            "source": event.source,
            "note": event.note,
            "tell": event.tell,
            "tier": event.tier,
            "count": event.count,
            "drill": event.drill,
            "suppression": None if event.suppression is None else _suppression(event.suppression),
            "device": event.device,
            "sensor": event.sensor,
            "room": event.room,
            "value": event.value,
            "unit": UNITS[event.quantity].ucum,
            "setpoint": event.setpoint,
            "quality": event.quality,
            "text": event.text.in_language(language),
            "response": event.response.in_language(language),
            "words": {
                each: {"text": event.text.in_language(each), "response": event.response.in_language(each)}
                for each in Language
            },
        }
    )


def _suppression(suppression: Suppression) -> dict[str, object]:
    until = suppression.until
    return {
        "kind": suppression.kind,
        "since": iso_8601(suppression.since),
        "until": None if until is None else iso_8601(until),
        "by": suppression.by,
        "why": suppression.why,
    }


def alive_message(alive: Alive, language: Language) -> bytes:
    """Return the daily message."""
    return _json(
        {
            "schema": SCHEMA,
            "at": iso_8601(alive.at),
            "devices": alive.devices,
            "sensors": {"configured": alive.sensors, "good": alive.good, "bad": alive.bad},
            "standing": {priority.name.lower(): alive.standing.get(priority, 0) for priority in Priority},
            "aside": [_set_aside(each) for each in alive.aside],
            "text": sentence(alive).in_language(language),
        }
    )


def _set_aside(one: SetAside) -> dict[str, object]:
    until = None if one.until is None else iso_8601(one.until)
    return {"what": one.what, "kind": one.kind, "until": until, "by": one.by, "why": one.why}


def reply_message(at: Instant, verb: str, answer: Answer, language: Language) -> bytes:
    """Return what a command that was taken at `at` came to."""
    return _json(
        {
            "schema": SCHEMA,
            "at": iso_8601(at),
            "command": verb,
            "done": answer.done,
            "text": answer.words.in_language(language),
        }
    )


def reading_message(reading: Reading, sensor: Sensor, room: str) -> bytes:
    """Return what `sensor` in `room` said."""
    return _json(
        {
            "schema": SCHEMA,
            "at": iso_8601(reading.taken_at),
            "device": sensor.device,
            "sensor": sensor.id,
            "room": room,
            "quantity": sensor.quantity,
            "value": reading.value,
            "unit": UNITS[sensor.quantity].ucum,
            "quality": reading.quality,
            "reason": reading.reason,
        }
    )


def iso_8601(at: Instant) -> str:
    """Return `at` in UTC with milliseconds: `2026-11-23T20:16:05.120Z`."""
    moment = _EPOCH + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def _json(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
