"""`roommon alarms test`: what a rule as it is written now would have done over the last days, and what was done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from roommon.cli.complaint import Complaint, near
from roommon.cli.sites import reader_at, site_of
from roommon.cli.spoken import say
from roommon.cli.trial_shown import Tried, print_json, print_tried
from roommon.config.site import Site
from roommon.daemon.build import devices_of, rules_of
from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading
from roommon.record.advice import advice
from roommon.record.trial import Past, Stood, engine_of, recorded, same
from roommon.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants to know."""

    rule: str
    days: float
    suggest: bool
    as_json: bool


def trial(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print the alarms that a rule would have raised; return 1 when they are not those of the record."""
    since = datetime.now().astimezone() - timedelta(days=asked.days)
    site = site_of(config)
    with reader_at(journal or site.journal.path) as reader:
        found = _tried(_rule(site, asked.rule), site, reader, since, suggest=asked.suggest)
    if asked.as_json:
        print_json(found)
    else:
        print_tried(found)
    return 0 if all(_both_ways(found)) else 1


def _rule(site: Site, name: str) -> Rule:
    known = {str(rule.id): rule for rule in rules_of(site)}
    if name not in known:
        raise Complaint(say(f"no rule `{name}`", f"没有规则 `{name}`") + near(name, known))
    return known[name]


def _tried(rule: Rule, site: Site, reader: JournalReader, since: datetime, *, suggest: bool) -> Tried:
    devices = [device for device in devices_of(site).values() if _sensors(rule, device)]
    sensors = {sensor.id: sensor for device in devices for sensor in _sensors(rule, device)}
    begin = max(Instant(round(since.timestamp() * 1000)), reader.first_instant() or Instant(0))
    end = reader.last_instant() or begin
    past = Past(lambda: reader.inputs_of(sensors, begin, end), list(_before(rule, devices, reader, begin)))
    told = advice(rule, devices, past) if suggest else None
    return Tried(rule, sensors, begin, end, past.tried(rule, devices), _recorded(rule, reader, begin, end), told)


def _recorded(rule: Rule, reader: JournalReader, begin: Instant, end: Instant) -> list[Stood]:
    """Return what stood of `rule` between `begin` and `end`, also what was raised before."""
    found = recorded((one.event for one in reader.events(until=end)), rule)
    return [one for one in found if one.end is None or one.end >= begin]


def _sensors(rule: Rule, device: Device) -> list[Sensor]:
    return [sensor for sensor in device.sensors if rule.sensors.selects(device, sensor)]


def _before(rule: Rule, devices: Sequence[Device], reader: JournalReader, begin: Instant) -> Iterator[Reading]:
    """Yield what a rule that remembers must have seen before `begin`."""
    histories = engine_of(rule, devices).windows()
    if histories:
        inputs = reader.inputs_of(histories, Instant(begin - max(histories.values())), Instant(begin - 1))
        yield from (entry for entry in inputs if isinstance(entry, Reading))


def _both_ways(found: Tried) -> list[bool]:
    return [*same(found.tried, found.recorded), *same(found.recorded, found.tried)]
