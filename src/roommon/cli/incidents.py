"""`roommon incidents`: alarms that belong together, what was measured meanwhile, and the text for the next shift."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from roommon.cli.complaint import Complaint, complain
from roommon.cli.incident_facts import Around, print_incident_json, print_list_json
from roommon.cli.incident_shown import print_incident, print_list
from roommon.cli.moments import instant
from roommon.cli.sites import reader_at, site_if_sound, site_of
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident
from roommon.record.measured import measured
from roommon.record.shift import EMPTY, NOTHING_KNOWN, USUAL, known, missing, shift

if TYPE_CHECKING:
    from roommon.config.site import Site
    from roommon.journal.reader import JournalReader

_LIST, _SHIFT = timedelta(days=7), timedelta(milliseconds=USUAL)
_AROUND = Duration(10 * 60_000)
"""How long before an incident and after it its sensors are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants to see."""

    id: int | None
    since: str | None
    until: str | None
    handover: bool
    as_json: bool


def show(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print incidents, one of them, or the hand-over; return 1 when there is none."""
    if asked.id is not None and (asked.handover or asked.since or asked.until):
        raise Complaint(say("an incident has its own times", "指定某一故障时不能再给出时间或 --handover"))
    now = datetime.now().astimezone()
    site = site_of(config) if journal is None else site_if_sound(config)
    path = journal or (site.journal.path if site else None)
    if path is None:
        raise Complaint(say("no configuration names a journal", "没有配置指明日志库"))
    with reader_at(path) as reader:
        if asked.handover:
            return _hand_over(asked, reader, site, now)
        events = list(reader.events())
        found = incidents(events, _causes(site))
        if asked.id is not None:
            return _one(asked, _called(asked.id, found), reader, site, _instant(now))
        return _list(asked, found, now)


def _hand_over(asked: Asked, reader: "JournalReader", site: "Site | None", now: datetime) -> int:
    from roommon.cli.handover import print_handover

    begin, end = _times(asked, _SHIFT, now)
    _say_what_is_missing(reader, begin, end)
    print_handover(shift(reader, begin, end, _instant(now), _causes(site)), site, as_json=asked.as_json)
    return 0


def _list(asked: Asked, found: list[Incident], now: datetime) -> int:
    begin, end = _times(asked, _LIST, now)
    during = [each for each in found if each.begun <= end and (each.ended is None or each.ended >= begin)]
    if asked.as_json:
        print_list_json(during, end)
    elif during:
        print_list(during, end)
    else:
        complain(say("no incident in this time", "这段时间没有故障"))
    return 0 if during else 1


def _times(asked: Asked, length: timedelta, now: datetime) -> tuple[Instant, Instant]:
    """Return from when to when the user asks, now at the latest; without a beginning it is of this `length`."""
    end = _instant(now) if asked.until is None else min(instant(asked.until, now), _instant(now))
    begin = Instant(end - round(length.total_seconds() * 1000)) if asked.since is None else instant(asked.since, now)
    if begin >= end:
        raise Complaint(word(EMPTY))
    return begin, end


def _say_what_is_missing(reader: "JournalReader", begin: Instant, end: Instant) -> None:
    """Say which part of the time the journal does not have.

    Raises:
        Complaint: it has none of it.
    """
    found = known(reader, begin, end)
    if found is None:
        raise Complaint(word(NOTHING_KNOWN))
    words = missing(found, begin, end)
    if words is not None:
        complain(word(words))


def _instant(now: datetime) -> Instant:
    return Instant(round(now.timestamp() * 1000))


def _causes(site: "Site | None") -> Causes:
    if site is None:
        return {}
    from roommon.daemon.build import causes_of

    return causes_of(site)


def _called(number: int, found: list[Incident]) -> Incident:
    """Return the incident of this number, or the one that its event belongs to."""
    for incident in found:
        if any(one.number == number for one in incident.events()):
            return incident
    raise Complaint(say(f"no incident {number}", f"没有编号为 {number} 的故障"))


def _one(asked: Asked, incident: Incident, reader: "JournalReader", site: "Site | None", now: Instant) -> int:
    sensors = _sensors(site)
    begin, end = Instant(incident.begun - _AROUND), Instant((incident.ended or now) + _AROUND)
    raised = {member.life.first.sensor: member.life.first for member in reversed(incident.members)}
    seen = [
        Around(sensor, sensors.get(sensor), measured(reader.readings(sensor, begin, end), event))
        for sensor, event in reversed(raised.items())
    ]
    if asked.as_json:
        print_incident_json(incident, now, seen)
    else:
        print_incident(incident, now, seen)
    return 0


def _sensors(site: "Site | None") -> dict[SensorId, Sensor]:
    from roommon.daemon.build import devices_of

    if site is None:
        return {}
    return {sensor.id: sensor for device in devices_of(site).values() for sensor in device.sensors}
