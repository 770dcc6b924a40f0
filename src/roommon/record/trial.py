"""A rule tried over the past: what it would have raised, beside what was raised.

The rule is folded alone: nothing explains its alarms, nobody shelves, acknowledges or resets them. So an alarm is
counted from when its condition had held for the on-delay until it had been absent for the off-delay, whoever had to see
it, and also where it latches. It is folded from some time before on, so that what stands as the time begins is known as
it would be if the rule had been in force: since when, and within its deadband.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from roommon.model.alarm import AlarmEvent, AlarmId, Trigger, alarm_id
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.rules.engine import Engine
from roommon.rules.kinds import bad_quality
from roommon.rules.rule import Measured, Rule, is_joint
from roommon.rules.text import NO_FINDING, Facts, filled

Moving = Reading | ClockStep | Resumed
"""What moves a rule that is tried."""

_ENDS = (Trigger.RETURNED, Trigger.REMOVED)
_VALUE = Text.same("{value}")


@dataclass(frozen=True, slots=True)
class Peak:
    """The farthest that an alarm went."""

    shown: Text
    """As a person reads it: a value, a rate, a number of votes; of a state its name, without a value the reason."""
    measured: Measured | None
    """None where nothing is measured: then it is what raised the alarm."""

    def or_farther(self, measured: Measured | None) -> "Peak":
        """Return this, or `measured` if that is farther on the side on which it began."""
        before = self.measured
        if before is None or measured is None or measured.number == before.number:
            return self
        farther = measured.number > before.number if before.upward else measured.number < before.number
        return Peak(measured.shown, measured._replace(upward=before.upward)) if farther else self


@dataclass(frozen=True, slots=True)
class Stood:
    """Once that an alarm stood."""

    alarm: AlarmId
    begin: Instant
    end: Instant | None
    """None when it still stood at the end of the time."""
    peak: Peak | None = None
    """None of what is in the record: it says what raised an alarm, and not how far it went."""
    stepped: Duration = Duration(0)
    """By how much the clock was set meanwhile."""

    def lasted(self, until: Instant) -> Duration:
        """Return how long it stood, or had stood by `until`."""
        return Duration((until if self.end is None else self.end) - self.begin - self.stepped)

    def meets(self, other: "Stood") -> bool:
        """Return whether both stood at one moment."""
        return (self.end is None or other.begin <= self.end) and (other.end is None or self.begin <= other.end)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a rule that was tried."""

    stood: Sequence[Stood]
    """In the order of beginnings."""
    judged: frozenset[SensorId]
    """Sensors that said something to judge in the time: a value, unless the rule is about readings without."""


_KEPT = 500_000
"""Inputs that are kept in memory: 8 sensors for a week at a beat of 10 s, about 100 MB."""


class Past:
    """What a rule needs to see of the record; a long one is read anew each time, for it may be larger than memory."""

    def __init__(
        self,
        read: Callable[[], Iterator[Moving]],
        begin: Instant,
        fold_from: Instant | None = None,
        keep: int = _KEPT,
    ) -> None:
        """`begin` is when the time begins that is asked about, `fold_from` when the rule begins to judge.

        `read` yields also what came before both, for rules that remember; up to `keep` inputs are read once.
        """
        self.begin = begin
        self._read = read
        self._keep = keep
        self._fold_from = begin if fold_from is None else fold_from
        self._kept: list[Moving] | None = None

    def _inputs(self) -> Iterator[Moving]:
        if self._kept is not None:
            yield from self._kept
            return
        kept: list[Moving] = []
        for entry in self._read():
            if len(kept) <= self._keep:
                kept.append(entry)
            yield entry
        self._kept = kept if len(kept) <= self._keep else None

    def to_fold(self, engine: Engine) -> Iterator[Moving]:
        """Yield what `engine` is to fold; it is shown what came before."""
        begun = False
        for entry in self._inputs():
            begun = begun or _at(entry) >= self._fold_from
            if begun:
                yield entry
            else:
                engine.remember((entry,))

    def tried(self, rule: Rule, devices: Sequence[Device]) -> Trial:
        """Return what would have come of `rule`."""
        engine = engine_of(rule, devices)
        watch = _Watch(engine, rule, devices)
        judged: set[SensorId] = set()
        for entry in self.to_fold(engine):
            watch.take(entry)
            if isinstance(entry, Reading) and entry.taken_at >= self.begin and _says_something(rule, entry):
                judged.add(entry.sensor)
        stood = [one for one in watch.stood() if one.end is None or one.end >= self.begin]
        return Trial(sorted(stood, key=_order), frozenset(judged))


def _says_something(rule: Rule, reading: Reading) -> bool:
    return reading.value is not None or isinstance(rule.config, bad_quality.Config)


def _at(entry: Moving) -> Instant:
    return entry.taken_at if isinstance(entry, Reading) else entry.at


def engine_of(rule: Rule, devices: Sequence[Device]) -> Engine:
    """Return an engine that has `rule` alone, and nothing that would keep its alarms from being raised."""
    return Engine([replace(rule, suppressed_by=())], devices)


def alarms_of(rule: Rule, devices: Sequence[Device]) -> Mapping[SensorId, AlarmId]:
    """Return which alarm the readings of each sensor of `rule` move: their own, or the joint one."""
    meant = [sensor.id for _, sensor in rule.meant(devices)]
    joint = is_joint(rule.config)
    return {sensor: alarm_id(rule.id, meant[0] if joint else sensor) for sensor in meant}


class _Watch:
    """Follows each alarm, and how far it goes."""

    def __init__(self, engine: Engine, rule: Rule, devices: Sequence[Device]) -> None:
        self._engine = engine
        self._rule = rule
        self._places = {sensor.id: (device, sensor) for device, sensor in rule.meant(devices)}
        self._alarms = alarms_of(rule, devices)
        self._over: list[Stood] = []
        self._standing: dict[AlarmId, Stood] = {}

    def take(self, entry: Moving) -> None:
        match entry:
            case Reading():
                self._read(entry)
            case ClockStep(_, by):
                self._engine.fold(entry)
                self._clock_stepped(by)
            case Resumed(_, after):
                self._engine.fold(entry)
                self._clock_stepped(min(after, Duration(0)))

    def _read(self, reading: Reading) -> None:
        for event in self._engine.fold((reading,)):
            if event.rule == self._rule.id:
                self._moved(event, reading)
        self._follow(reading)

    def _clock_stepped(self, by: Duration) -> None:
        for alarm, stood in self._standing.items():
            self._standing[alarm] = replace(stood, stepped=Duration(stood.stepped + by))

    def _moved(self, event: AlarmEvent, reading: Reading) -> None:
        if event.trigger is Trigger.RAISED:
            self._standing[event.alarm] = Stood(event.alarm, event.at, None, self._peak(event.alarm, reading))
        elif event.trigger in _ENDS and event.alarm in self._standing:
            self._over.append(replace(self._standing.pop(event.alarm), end=event.at))

    def _peak(self, alarm: AlarmId, reading: Reading) -> Peak:
        measured = self._engine.measured(alarm, reading)
        if measured is not None:
            return Peak(measured.shown, measured)
        return Peak(filled(_VALUE, Facts(*self._places[reading.sensor], reading, NO_FINDING)), None)

    def _follow(self, reading: Reading) -> None:
        alarm = self._alarms.get(reading.sensor)
        if alarm is None or alarm not in self._standing:
            return
        stood = self._standing[alarm]
        if stood.peak is None or stood.peak.measured is None:
            return
        peak = stood.peak.or_farther(self._engine.measured(alarm, reading))
        if peak is not stood.peak:
            self._standing[alarm] = replace(stood, peak=peak)

    def stood(self) -> list[Stood]:
        return [*self._over, *self._standing.values()]


def recorded(events: Iterable[AlarmEvent], rule: Rule) -> list[Stood]:
    """Return each time that an alarm of `rule` stood by the record, in the order of beginnings."""
    standing: dict[AlarmId, Instant] = {}
    over: list[Stood] = []
    for event in events:
        if event.rule != rule.id or event.drill:
            continue
        if event.trigger is Trigger.RAISED:
            standing[event.alarm] = event.at
        elif event.trigger in _ENDS and event.alarm in standing:
            over.append(Stood(event.alarm, standing.pop(event.alarm), event.at))
    return sorted([*over, *(Stood(alarm, begin, None) for alarm, begin in standing.items())], key=_order)


def matched(tried: Sequence[Stood], recorded: Sequence[Stood]) -> tuple[list[bool], list[bool]]:
    """Return of each of both whether the other has one of the same name that stood then; each is matched once."""
    found: tuple[set[Stood], set[Stood]] = set(), set()
    others = _by_alarm(recorded)
    for alarm, own in _by_alarm(tried).items():
        for one, other in _pairs(own, others.get(alarm, [])):
            found[0].add(one)
            found[1].add(other)
    return [one in found[0] for one in tried], [one in found[1] for one in recorded]


def _pairs(own: list[Stood], others: list[Stood]) -> Iterator[tuple[Stood, Stood]]:
    """Yield those of both that stood at one moment; of each none stands while another does."""
    own, others = own[::-1], others[::-1]
    while own and others:
        if own[-1].meets(others[-1]):
            yield own.pop(), others.pop()
        elif own[-1].begin < others[-1].begin:
            own.pop()
        else:
            others.pop()


def _by_alarm(stood: Iterable[Stood]) -> dict[AlarmId, list[Stood]]:
    ordered = sorted(stood, key=lambda one: (one.alarm, one.begin))
    return {alarm: list(group) for alarm, group in groupby(ordered, key=lambda one: one.alarm)}


def _order(stood: Stood) -> tuple[Instant, AlarmId]:
    return stood.begin, stood.alarm
