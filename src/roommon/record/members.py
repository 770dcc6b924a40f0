"""What machines are told of events and readings, member by member: the same over MQTT and over HTTP.

docs/asyncapi.yaml describes every member. Pure.
"""

from datetime import UTC, datetime, timedelta

from roommon.model.alarm import AlarmEvent
from roommon.model.alive import SetAside
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS
from roommon.model.reading import Reading
from roommon.model.suppression import Suppression
from roommon.model.text import Language

SCHEMA = 1
"""Version of the documents; a member may be added without changing it, none may be taken away or change its meaning."""

Members = dict[str, object]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def of_event(number: int, event: AlarmEvent, language: Language) -> Members:
    """Return event `number` for machines and, in `language`, for a person."""
    return {
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


def _suppression(suppression: Suppression) -> Members:
    return {
        "kind": suppression.kind,
        "since": iso_8601(suppression.since),
        "until": instant(suppression.until),
        "by": suppression.by,
        "why": suppression.why,
    }


def of_set_aside(one: SetAside) -> Members:
    """Return what a person keeps from being told."""
    return {"what": one.what, "kind": one.kind, "until": instant(one.until), "by": one.by, "why": one.why}


def of_reading(reading: Reading | None, sensor: Sensor, room: str) -> Members:
    """Return what `sensor` in `room` said; everything that is said is null where it said nothing."""
    return {
        "schema": SCHEMA,
        "at": None if reading is None else iso_8601(reading.taken_at),
        "device": sensor.device,
        "sensor": sensor.id,
        "room": room,
        "quantity": sensor.quantity,
        "value": None if reading is None else reading.value,
        "unit": UNITS[sensor.quantity].ucum,
        "quality": None if reading is None else reading.quality,
        "reason": None if reading is None else reading.reason,
    }


def instant(at: Instant | None) -> str | None:
    """Return `at` as `iso_8601`, or None."""
    return None if at is None else iso_8601(at)


def iso_8601(at: Instant) -> str:
    """Return `at` in UTC with milliseconds: `2026-11-23T20:16:05.120Z`."""
    moment = _EPOCH + timedelta(milliseconds=at)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
