"""The fold: readings, commands and steps of the clock go in, alarm events come out.

Pure and synchronous: the same inputs in the same order give the same events. An alarm is known by its name (rule and
sensor), so whatever else of its rule or device changes, it goes on from where it was.

A quiet reading costs one look-up and one call per rule that concerns its sensor; nothing else is touched.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent, AlarmId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading, SensorId
from roommon.rules.alarm import Alarm, removed
from roommon.rules.rule import Judge, Rule
from roommon.rules.state import AlarmState, Condition
from roommon.rules.windows import Windows, hand_over, is_window

Input = Sequence[Reading] | ClockStep | Resumed | Acknowledge

_UNKNOWN = Condition.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is known of an alarm, whether or not it is configured."""

    state: AlarmState
    last: AlarmEvent | None = None
    judge: Judge | None = None


class Engine:
    """All alarms of a site."""

    def __init__(
        self,
        rules: Sequence[Rule],
        devices: Sequence[Device],
        states: Mapping[AlarmId, AlarmState] | None = None,
        standing: Iterable[AlarmEvent] = (),
    ) -> None:
        """Go on from `states` and the newest event of every alarm that stands, both as the journal kept them."""
        self._journalled: dict[AlarmId, AlarmState] = dict(states or {})
        """What `take_changed` has told."""
        self._changed: set[AlarmId] = set()
        newest = {event.alarm: event for event in standing}
        self._configure(rules, devices, {id_: _Kept(state, newest.get(id_)) for id_, state in self._journalled.items()})

    def _configure(self, rules: Sequence[Rule], devices: Sequence[Device], kept: dict[AlarmId, _Kept]) -> None:
        self._alarms: dict[AlarmId, Alarm] = {}
        self._windows = Windows()
        of_sensor: defaultdict[SensorId, list[Alarm]] = defaultdict(list)
        for rule, device, sensor in _selected(rules, devices):
            alarm = Alarm(rule, device, sensor)
            self._alarms[alarm.id] = alarm
            of_sensor[sensor.id].append(alarm)
            self._take_over(alarm, sensor.id, kept)
        self._alarms_of = {sensor: tuple(alarms) for sensor, alarms in of_sensor.items()}
        self._orphans = kept

    def _take_over(self, alarm: Alarm, sensor: SensorId, kept: dict[AlarmId, _Kept]) -> None:
        before = kept.get(alarm.id)
        fits = before is not None and alarm.fits(before.last)
        if before is not None and fits:
            alarm.restore(before.state, before.last)
            del kept[alarm.id]
        if is_window(alarm.judge):
            self._windows.add(sensor, alarm.judge)
            if before is not None and fits and is_window(before.judge):
                hand_over(before.judge, alarm.judge)

    def reconfigure(self, rules: Sequence[Rule], devices: Sequence[Device], at: Instant) -> list[AlarmEvent]:
        """Take new rules and devices; return the events that end what no longer exists."""
        kept = self._orphans
        for id_, alarm in self._alarms.items():
            kept[id_] = _Kept(alarm.stored() or AlarmState(), alarm.last, alarm.judge)
        self._configure(rules, devices, kept)
        return self.settle(at)

    def settle(self, at: Instant) -> list[AlarmEvent]:
        """End what was stored and is no longer configured; call it once at start. Ordered by alarm id.

        Alarms that wait for an acknowledgement which their rule no longer asks for get it, by nobody.
        """
        events = [removed(at, orphan.last) for _, orphan in sorted(self._orphans.items()) if orphan.last]
        self._changed.update(self._orphans)
        self._orphans = {}
        for id_ in sorted(id_ for id_, alarm in self._alarms.items() if alarm.needs_no_person()):
            events += self._moved(self._alarms[id_], self._alarms[id_].acknowledge(at, None))
        return events

    def fold(self, entry: Input) -> list[AlarmEvent]:
        """Take one input and return what it moves, in order."""
        match entry:
            case Acknowledge(at, id_, by):
                alarm = self._alarms.get(id_)
                return [*self._moved(alarm, alarm.acknowledge(at, by))] if alarm else []
            case ClockStep(_, by):
                self._shift_delays(by)
                self._windows.clock_stepped(entry)
                return []
            case Resumed(_, after):
                self._shift_delays(after)
                self._windows.resumed(entry)
                return []
            case _:
                return self._judge(entry)

    def _judge(self, readings: Sequence[Reading]) -> list[AlarmEvent]:
        events: list[AlarmEvent] = []
        alarms_of = self._alarms_of
        for reading in readings:
            for alarm in alarms_of.get(reading.sensor, ()):
                condition = alarm.evaluate(reading, alarm.active)
                if condition is alarm.quiet or (condition is _UNKNOWN and alarm.quiet):
                    continue
                events += self._moved(alarm, alarm.take(condition, reading))
        return events

    def _moved(self, alarm: Alarm, event: AlarmEvent | None) -> Sequence[AlarmEvent]:
        self._changed.add(alarm.id)
        return () if event is None else (event,)

    def _shift_delays(self, by: Duration) -> None:
        for alarm in self._alarms.values():
            if alarm.quiet is None:
                alarm.shift(by)
                self._changed.add(alarm.id)

    def take_changed(self) -> dict[AlarmId, AlarmState | None]:
        """Return the states that changed since the last call, for the journal; None when nothing is left to keep."""
        changed: dict[AlarmId, AlarmState | None] = {}
        for id_ in self._changed:
            alarm = self._alarms.get(id_)
            state = alarm.stored() if alarm else None
            if state != self._journalled.get(id_):
                changed[id_] = state
        self._changed.clear()
        self._note(changed)
        return changed

    def _note(self, changed: Mapping[AlarmId, AlarmState | None]) -> None:
        for id_, state in changed.items():
            if state is None:
                del self._journalled[id_]
            else:
                self._journalled[id_] = state

    @property
    def standing(self) -> dict[AlarmId, State]:
        """Every alarm that is not normal."""
        return {id_: alarm.state for id_, alarm in self._alarms.items() if alarm.state is not State.NORMAL}

    def windows(self) -> dict[SensorId, Duration]:
        """Return how much of the past `remember` wants to see, of which sensors."""
        return self._windows.histories()

    def remember(self, inputs: Iterable[Reading | ClockStep | Resumed | Acknowledge]) -> None:
        """Fill the windows from inputs of the past, in the order in which they were folded; no alarm moves."""
        for entry in inputs:
            self._windows.remember(entry)


def _selected(rules: Sequence[Rule], devices: Sequence[Device]) -> Iterator[tuple[Rule, Device, Sensor]]:
    for rule in rules:
        for device in devices:
            for sensor in device.sensors:
                if rule.sensors.selects(device, sensor):
                    yield rule, device, sensor
