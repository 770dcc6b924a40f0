"""What a rule that is tried reads of the journal: its sensors, what they are compared with or made of, and before.

Derived sensors are derived anew of what was recorded of their inputs: as the configuration says now, wherever in the
time it said so.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from roommon.derive.again import again
from roommon.derive.derivation import STALE_BEATS, Derived
from roommon.derive.deriver import Deriver
from roommon.journal.reader import JournalReader
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading, SensorId
from roommon.record.figures import DAY, Span
from roommon.record.trial import Moving, Past, engine_of
from roommon.rules.rule import Rule

_NOTHING = Duration(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be read."""

    judged: frozenset[SensorId]
    """Sensors that the rules look at: their own, and those that they are compared with."""
    read: frozenset[SensorId]
    """Of which readings are needed: the same, with the inputs of derived ones in their place."""
    derived: Sequence[Derived]
    before: Duration
    """How far back before the time."""


def wanted(rules: Iterable[Rule], devices: Sequence[Device], known: Iterable[Derived]) -> Wanted:
    """Return what `rules` want of the past; `known` are the site's derived sensors."""
    derived = {each.id: each for each in known}
    judged: set[SensorId] = set()
    history = _NOTHING
    for rule in rules:
        windows = engine_of(rule, devices).windows()
        judged.update((sensor.id for _, sensor in rule.meant(devices)), windows)
        history = max(history, *windows.values(), _NOTHING)
    needed = list(_needed(judged, derived))
    made = [derived[sensor] for sensor in derived if sensor in needed]
    reach = max((_reach(sensor, derived) for sensor in judged), default=_NOTHING)
    return Wanted(frozenset(judged), frozenset(needed) - derived.keys(), made, Duration(history + reach))


def _needed(sensors: Iterable[SensorId], derived: Mapping[SensorId, Derived]) -> set[SensorId]:
    """Return `sensors` and all that they are made of."""
    found: set[SensorId] = set()
    new = set(sensors)
    while new:
        found |= new
        new = {each.sensor.id for name in new if name in derived for each in derived[name].inputs} - found
    return found


def _reach(sensor: SensorId, derived: Mapping[SensorId, Derived]) -> Duration:
    """Return how long `sensor` must have been derived until it is as if it always had been."""
    made = derived.get(sensor)
    if made is None:
        return _NOTHING
    window = max(Deriver([made]).windows().values(), default=_NOTHING)
    deepest = max(_reach(each.sensor.id, derived) for each in made.inputs)
    return Duration(window + STALE_BEATS * made.every + deepest)


def past(what: Wanted, reader: JournalReader, time: Span) -> Past:
    """Return the past of `time`, which is read when it is asked for.

    The rule judges from a day before it on.
    """
    fold_from = Instant(time.begin - DAY)

    def read() -> Iterator[Moving]:
        entries = reader.inputs_of(what.read, Instant(fold_from - what.before), time.end)
        moving = (entry for entry in entries if isinstance(entry, Reading | ClockStep | Resumed))
        return again(moving, Deriver(what.derived))

    return Past(read, time.begin, fold_from)
