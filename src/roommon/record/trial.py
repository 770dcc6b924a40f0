"""A rule tried over the past: what it would have raised, beside what was raised.

The rule is folded alone: nothing explains its alarms, nobody shelves or acknowledges them. So an alarm is counted from
when its condition had held for the on-delay until it had been absent for the off-delay, whoever had to see it.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from roommon.journal.record import Input
from roommon.model.alarm import AlarmEvent, AlarmId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading, SensorId
from roommon.rules.engine import Engine
from roommon.rules.rule import Rule

_ENDS = (Trigger.RETURNED, Trigger.REMOVED)


@dataclass(frozen=True, slots=True)
class Stood:
    """Once that an alarm stood."""

    alarm: AlarmId
    begin: Instant
    end: Instant | None
    """None when it still stood at the end of the time."""
    setpoint: float | None
    peak: float | None
    """The value farthest beyond the setpoint; of a rule without one, the highest."""

    def lasted(self, until: Instant) -> Duration:
        """Return how long it stood, or had stood by `until`."""
        return Duration((until if self.end is None else self.end) - self.begin)

    def meets(self, other: "Stood") -> bool:
        """Return whether both stood at one moment."""
        return (self.end is None or other.begin <= self.end) and (other.end is None or self.begin <= other.end)


_KEPT = 500_000
"""Inputs that are kept in memory: 8 sensors for a week at a beat of 10 s, about 100 MB."""
_NOISE_OF = 20_000
"""Readings of a sensor, the newest, of which its noise is told."""


class Past:
    """What a rule needs to see of the record; a long one is read anew each time, for it may be larger than memory."""

    def __init__(self, read: Callable[[], Iterator[Input]], before: Sequence[Reading]) -> None:
        """`before` are readings from before the time, for rules that remember."""
        self._read = read
        self._before = before
        self._kept: list[Input] | None = None

    def _inputs(self) -> Iterator[Input]:
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Input] = []
        for entry in self._read():
            if len(kept) <= _KEPT:
                kept.append(entry)
            yield entry
        self._kept = kept if len(kept) <= _KEPT else None

    def readings(self) -> dict[SensorId, deque[Reading]]:
        """Return what each sensor said, the newest of it."""
        found: defaultdict[SensorId, deque[Reading]] = defaultdict(lambda: deque(maxlen=_NOISE_OF))
        for entry in self._inputs():
            if isinstance(entry, Reading):
                found[entry.sensor].append(entry)
        return found

    def tried(self, rule: Rule, devices: Sequence[Device]) -> list[Stood]:
        """Return each time that an alarm of `rule` would have stood, in the order of beginnings."""
        engine = engine_of(rule, devices)
        engine.remember(self._before)
        watch = _Watch()
        for entry in self._inputs():
            if isinstance(entry, Reading):
                watch.take(engine.fold((entry,)))
                watch.follow(entry)
            elif isinstance(entry, ClockStep | Resumed):
                watch.take(engine.fold(entry))
        return sorted(watch.stood(), key=_order)


def engine_of(rule: Rule, devices: Sequence[Device]) -> Engine:
    """Return an engine that has `rule` alone, and nothing that would keep its alarms from being raised."""
    return Engine([replace(rule, suppressed_by=())], devices)


class _Watch:
    """Follows each alarm, and how far it goes."""

    def __init__(self) -> None:
        self._over: list[Stood] = []
        self._standing: dict[SensorId, Stood] = {}

    def take(self, events: Iterable[AlarmEvent]) -> None:
        for event in events:
            if event.trigger is Trigger.RAISED:
                self._standing[event.sensor] = _begun(event)
            elif event.trigger in _ENDS and event.sensor in self._standing:
                self._over.append(replace(self._standing.pop(event.sensor), end=event.at))

    def follow(self, reading: Reading) -> None:
        stood = self._standing.get(reading.sensor)
        if stood is None or reading.value is None:
            return
        peak = _farther(stood, reading.value)
        if peak != stood.peak:
            self._standing[reading.sensor] = replace(stood, peak=peak)

    def stood(self) -> list[Stood]:
        return [*self._over, *self._standing.values()]


def _begun(event: AlarmEvent) -> Stood:
    return Stood(event.alarm, event.at, None, event.setpoint, event.value)


def _farther(stood: Stood, value: float) -> float:
    """Return the one of the peak and `value` that is farther beyond the setpoint, on the side where it was crossed."""
    peak, setpoint = stood.peak, stood.setpoint
    if peak is None:
        return value
    return min(peak, value) if setpoint is not None and peak < setpoint else max(peak, value)


def recorded(events: Iterable[AlarmEvent], rule: Rule) -> list[Stood]:
    """Return each time that an alarm of `rule` stood by the record, in the order of beginnings."""
    standing: dict[AlarmId, Stood] = {}
    over: list[Stood] = []
    for event in events:
        if event.rule != rule.id or event.drill:
            continue
        if event.trigger is Trigger.RAISED:
            standing[event.alarm] = _begun(event)
        elif event.trigger in _ENDS and event.alarm in standing:
            over.append(replace(standing.pop(event.alarm), end=event.at))
    return sorted([*over, *standing.values()], key=_order)


def same(tried: Iterable[Stood], recorded: Sequence[Stood]) -> list[bool]:
    """Return of each of `tried` whether an alarm of the same name stood then by the record."""
    return [any(one.alarm == other.alarm and one.meets(other) for other in recorded) for one in tried]


def _order(stood: Stood) -> tuple[Instant, AlarmId]:
    return stood.begin, stood.alarm
