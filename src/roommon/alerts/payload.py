"""What a subscriber is sent: alarm events and readings as UTF-8 JSON (docs/asyncapi.yaml describes every member)."""

import json
from collections.abc import Mapping

from roommon.alerts.alive_text import sentence
from roommon.model.alarm import AlarmEvent, Priority
from roommon.model.alive import Alive
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.reading import Reading
from roommon.model.text import Language
from roommon.record.members import SCHEMA, iso_8601, of_event, of_reading, of_set_aside
from roommon.rules.answer import Answer


def alarm_message(number: int, event: AlarmEvent, language: Language) -> bytes:
    """Return event `number` for machines and, in `language`, for a person."""
    return _json(of_event(number, event, language))


def alive_message(alive: Alive, language: Language) -> bytes:
    """Return the daily message."""
    return _json(
        {
            "schema": SCHEMA,
            "at": iso_8601(alive.at),
            "devices": alive.devices,
            "sensors": {"configured": alive.sensors, "good": alive.good, "bad": alive.bad},
            "standing": {priority.name.lower(): alive.standing.get(priority, 0) for priority in Priority},
            "aside": [of_set_aside(each) for each in alive.aside],
            "text": sentence(alive).in_language(language),
        }
    )


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
    return _json(of_reading(reading, sensor, room))


def _json(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
