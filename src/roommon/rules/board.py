"""All alarms of one configuration, and who has to hear of what."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent, AlarmId, RuleId
from roommon.model.clock import Instant
from roommon.model.device import Device, Sensor
from roommon.model.reading import SensorId
from roommon.rules import causes
from roommon.rules.abilities import carries, meets
from roommon.rules.alarm import Alarm
from roommon.rules.causes import Circumstance
from roommon.rules.flood import Flood
from roommon.rules.policy import Policy
from roommon.rules.rule import Judge, Rule, is_joint
from roommon.rules.services import Services
from roommon.rules.state import AlarmState
from roommon.rules.watching import Watcher, Watching
from roommon.rules.windows import hand_over


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of an alarm, whether or not it is configured."""

    state: AlarmState
    last: AlarmEvent | None = None
    judge: Judge | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    """A rule whose judges know each other."""

    sensors: Sequence[Sensor]
    """All that the rule concerns."""
    alarms: Mapping[SensorId, Alarm]
    """Its alarms, by their own sensors."""
    joint: bool

    def watched(self, own: SensorId) -> Sequence[SensorId]:
        """Return the sensors whose readings the alarm of `own` judges."""
        return [sensor.id for sensor in self.sensors] if self.joint else (own,)

    def heeding(self, sensor: Sensor) -> Iterator[AlarmId]:
        """Yield the alarms that judge by what `sensor` says to others of the circle."""
        if any(each.id == sensor.id for each in self.sensors):
            yield from (each.id for each in self.alarms.values() if meets(each.judge) and each.judge.heeds(sensor))


class Board:
    """The alarms that rules make of sensors; what was known of them before goes on."""

    def __init__(
        self,
        rules: Sequence[Rule],
        devices: Sequence[Device],
        before: dict[AlarmId, Before],
        tells: Policy,
        flood: Flood,
    ) -> None:
        """Take over from `before` what is configured; the rest are `orphans`."""
        self.rules = rules
        self.devices = devices
        self.alarms: dict[AlarmId, Alarm] = {}
        self.places: dict[AlarmId, tuple[Rule, Device, Sensor]] = {}
        self.circumstances: dict[AlarmId, Circumstance] = {}
        self.circles: dict[RuleId, Circle] = {}
        self.policy = tells
        watching = Watching()
        for rule in rules:
            repeat, chosen = tells.repeat.get(rule.config.priority), list(rule.meant(devices))
            alarms = {
                sensor.id: self._placed(Alarm(rule, device, sensor, flood, repeat), (rule, device, sensor))
                for device, sensor in rule.alarmed(chosen)
            }
            circle = Circle([sensor for _, sensor in chosen], alarms, is_joint(rule.config))
            if self._watch(circle, watching):
                self.circles[rule.id] = circle
            for alarm in alarms.values():
                self._take_over(alarm, before)
        self.carriers = [id_ for id_, alarm in self.alarms.items() if carries(alarm.judge)]
        self._watch_circumstances(watching.watchers, before)
        self.windows = watching.windows
        self.watchers_of: dict[SensorId, tuple[Watcher, ...]] = {
            sensor: tuple(found) for sensor, found in watching.watchers.items()
        }
        self.orphans = before
        self.causes = causes.graph(self.places)
        self.dependents = self._turned(self.causes)

    def _placed(self, alarm: Alarm, place: tuple[Rule, Device, Sensor]) -> Alarm:
        self.alarms[alarm.id] = alarm
        self.places[alarm.id] = place
        return alarm

    def _watch(self, circle: Circle, watching: Watching) -> bool:
        """Let the alarms of one rule watch their sensors; return whether their judges know each other."""
        judges = {sensor: alarm.judge for sensor, alarm in circle.alarms.items()}
        known = False
        for own, alarm in circle.alarms.items():
            judge = alarm.judge
            known = known or meets(judge)
            wanted = judge.meet(circle.sensors, judges) if meets(judge) else ()
            watching.post(alarm, own, circle.watched(own), wanted)
        return known

    def _take_over(self, alarm: Alarm, known: dict[AlarmId, Before]) -> None:
        before = known.get(alarm.id)
        fits = before is not None and alarm.fits(before.last)
        if before is not None and fits:
            alarm.restore(before.state, before.last)
            del known[alarm.id]
            hand_over(before.judge, alarm.judge)

    def _watch_circumstances(
        self, watchers: "defaultdict[SensorId, list[Watcher]]", before: dict[AlarmId, Before]
    ) -> None:
        """Put circumstances in front of the alarms of their sensors: a cause is known before what it explains."""
        for id_, (sensor, states) in causes.circumstances(self.places).items():
            circumstance = self.circumstances[id_] = Circumstance(id_, states)
            watchers[sensor].insert(0, circumstance)
            known = before.pop(id_, None)
            if known is not None:
                circumstance.restore(known.state)

    def _turned(self, found: Mapping[AlarmId, Sequence[AlarmId]]) -> dict[AlarmId, tuple[Alarm, ...]]:
        dependents: defaultdict[AlarmId, list[Alarm]] = defaultdict(list)
        for id_, explained_by in found.items():
            for cause in explained_by:
                dependents[cause].append(self.alarms[id_])
        return {cause: tuple(alarms) for cause, alarms in dependents.items()}

    def place_of(self, sensor: SensorId) -> tuple[Device, Sensor] | None:
        """Return `sensor` and its device; None when there is none of this name."""
        for device in self.devices:
            for each in device.sensors:
                if each.id == sensor:
                    return device, each
        return None

    def moved_by(self, sensor: SensorId) -> set[AlarmId]:
        """Return the alarms that may be moved by what `sensor` says."""
        found = {watcher.id for watcher in self.watchers_of.get(sensor, ())}
        place = self.place_of(sensor)
        if place is not None:
            found.update(id_ for circle in self.circles.values() for id_ in circle.heeding(place[1]))
        return found & self.places.keys()

    def watcher(self, id_: AlarmId) -> Alarm | Circumstance | None:
        """Return the alarm or circumstance of this name."""
        return self.alarms.get(id_) or self.circumstances.get(id_)

    def restore_causes(self, at: Instant) -> list[Alarm]:
        """Tell every alarm which of its causes are there, after a start or a reload at `at`; return whom it moved."""
        watchers: list[Watcher] = [*self.alarms.values(), *self.circumstances.values()]
        there = frozenset(watcher.id for watcher in watchers if watcher.active)
        shared: dict[int, frozenset[AlarmId]] = {}
        moved: list[Alarm] = []
        for id_, alarm in self.alarms.items():
            causes = self.causes.get(id_, ())
            present = shared.get(id(causes))
            if present is None:
                present = shared[id(causes)] = there.intersection(causes)
            if alarm.restore_causes(present, at):
                moved.append(alarm)
        return moved

    def restore_services(self, services: Services) -> None:
        """Tell every alarm what it is out of service by."""
        if not services:
            return
        for id_, (rule, device, sensor) in self.places.items():
            self.alarms[id_].restore_service(services.of(rule.id, device, sensor))

    def known(self) -> dict[AlarmId, Before]:
        """Return what is known of every alarm, for the board that comes after this one."""
        found = self.orphans
        for id_, alarm in self.alarms.items():
            found[id_] = Before(alarm.stored() or AlarmState(), alarm.last, alarm.judge)
        for id_, circumstance in self.circumstances.items():
            found[id_] = Before(circumstance.stored() or AlarmState())
        return found
