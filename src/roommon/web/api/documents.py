"""What the API answers, member by member, in the words of the MQTT payloads. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from roommon.journal.record import NumberedEvent
from roommon.journal.standing import StandingAlarm
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.text import Language
from roommon.record.lives import is_true
from roommon.record.members import SCHEMA, Members, instant, iso_8601, of_event, of_reading, of_set_aside
from roommon.web import mood, tables
from roommon.web.facts import Building, Present, Watched
from roommon.web.wall import Tile, wall


def site(building: Building, present: Present) -> Members:
    """Return the room in one word, its protections, and what is set aside."""
    seen, language = wall(building, present), building.language
    return {
        **_head(present.at),
        "site": building.site,
        "room": building.room,
        "language": language,
        "version": building.version,
        "mood": seen.mood,
        "text": mood.ROOM[seen.mood].in_language(language),
        "sensors": _sensors(seen.watched, seen.watched - len(seen.unseen)),
        "standing": _by_priority(present.standing),
        "protections": [_tile(tile, language) for tile in seen.tiles],
        "aside": [of_set_aside(each) for each in seen.aside],
    }


def _tile(tile: Tile, language: Language) -> Members:
    return {
        "protection": tile.protection,
        "name": tile.name.in_language(language),
        "mood": tile.mood,
        "alarms": tile.alarms,
        "sensors": _sensors(tile.watched, tile.seen),
        "text": " ".join(part for each in (tile.value, tile.says) if (part := each.in_language(language))),
    }


def _by_priority(standing: Iterable[StandingAlarm]) -> Members:
    counts = Counter(each.event.priority for each in standing if is_true(each.event))
    return {priority.name.lower(): counts[priority] for priority in Priority}


def alarms(building: Building, present: Present) -> Members:
    """Return the alarms that are not normal, in the order of their newest events."""
    language, reached = building.language, present.reached_at
    return {
        **_head(present.at),
        "alarms": [
            {
                **of_event(each.newest.number, each.event, language),
                "since": iso_8601(each.since),
                "taken_by": each.taken_by,
                "reached_at": instant(reached.get(each.event.alarm)),
            }
            for each in present.standing
        ],
    }


def events(found: Sequence[NumberedEvent], older: str | None, language: Language, at: Instant) -> Members:
    """Return a page of the record, the newest first; `older` is where the next one is."""
    return {
        **_head(at),
        "events": [of_event(each.number, each.event, language) for each in found],
        "older": older,
    }


def devices(building: Building, present: Present) -> Members:
    """Return every device, in the order of the configuration."""
    return {**_head(present.at), "devices": [_device(id_, building, present) for id_ in building.units]}


def _device(id_: DeviceId, building: Building, present: Present) -> Members:
    row = tables.device_row(id_, building, present)
    unit, answering = row.unit, row.answering
    return {
        "device": id_,
        "name": unit.device.name.in_language(building.language),
        "room": unit.device.room,
        "bus": unit.bus or None,
        "address": unit.address or None,
        "unit_id": unit.unit,
        "profile": unit.profile,
        "identity": dict(present.identities.get(id_, {})),
        "mood": row.mood,
        "alarms": row.alarms,
        "sensors": _sensors(len(row.sensors), row.seen),
        "answers": answering.answered,
        "took_s": answering.took_s,
        "asked": answering.beats,
        "answered": answering.good,
    }


def sensors(building: Building, present: Present, device: str | None) -> Members:
    """Return every sensor, or those of `device`, with what it says now."""
    wanted = [each for each in building.watched.values() if device in (None, each.device.id)]
    return {**_head(present.at), "sensors": [_sensor(each, building.language, present) for each in wanted]}


def sensor(watched: Watched, building: Building, present: Present) -> Members:
    """Return one sensor."""
    return _sensor(watched, building.language, present)


def _sensor(watched: Watched, language: Language, present: Present) -> Members:
    row, described = tables.sensor_row(watched, present), watched.sensor
    return {
        **of_reading(row.reading, described, watched.device.room),
        "name": watched.name.in_language(language),
        "text": row.value.in_language(language) or None,
        "mood": row.mood,
        "protection": watched.protection,
        "labels": dict(described.labels),
        "states": {str(number): name.in_language(language) for number, name in described.states.items()},
        "every_s": watched.every / 1000,
    }


def _head(at: Instant) -> Members:
    return {"schema": SCHEMA, "at": iso_8601(at)}


def _sensors(configured: int, seen: int) -> Members:
    return {"configured": configured, "seen": seen}
