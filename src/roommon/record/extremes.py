"""How far what a rule holds against its limit went, whether or not that raised an alarm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.device import Device
from roommon.model.reading import Reading
from roommon.record.trial import Past, alarms_of, engine_of
from roommon.rules.rule import Measured, Rule


@dataclass(frozen=True, slots=True)
class Extreme:
    """The farthest on one side."""

    alarm: AlarmId
    """Whose it is: of the sensor, or the joint one."""
    at: Instant
    measured: Measured


def extremes(rules: Sequence[Rule], devices: Sequence[Device], past: Past) -> list[Extreme]:
    """Return the highest of what may be too high and the lowest of what may be too low, while `rules` are in force."""
    found: dict[bool, Extreme] = {}
    for rule in rules:
        for one in measurements(rule, devices, past):
            if rule.active is None or rule.active.holds(one.at):
                upward = one.measured.upward
                before = found.setdefault(upward, one)
                found[upward] = one if _is_farther(one.measured, before.measured) else before
    return [found[upward] for upward in (True, False) if upward in found]


def _is_farther(one: Measured, other: Measured) -> bool:
    return one.number > other.number if one.upward else one.number < other.number


def measurements(rule: Rule, devices: Sequence[Device], past: Past) -> Iterator[Extreme]:
    """Yield what `rule` held against its limit in the time, reading for reading."""
    engine, alarms = engine_of(rule, devices), alarms_of(rule, devices)
    for entry in past.to_fold(engine):
        engine.fold((entry,) if isinstance(entry, Reading) else entry)
        alarm = alarms.get(entry.sensor) if isinstance(entry, Reading) else None
        if alarm is None or not isinstance(entry, Reading) or entry.taken_at < past.begin:
            continue
        measured = engine.measured(alarm, entry)
        if measured is not None:
            yield Extreme(alarm, entry.taken_at, measured)
