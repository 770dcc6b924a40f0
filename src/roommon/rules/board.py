"""All alarms of one configuration, and who has to hear of what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.clock import Instant
from roommon.model.device import Device, Sensor
from roommon.model.reading import SensorId
from roommon.rules import causes, drills, policy
from roommon.rules.abilities import carries, is_window, meets, sees
from roommon.rules.alarm import Alarm
from roommon.rules.causes import Circumstance
from roommon.rules.flood import Flood
from roommon.rules.onlooker import Onlooker
from roommon.rules.policy import Policy
from roommon.rules.rule import Judge, Rule, is_joint
from roommon.rules.services import Services
from roommon.rules.state import AlarmState
from roommon.rules.windows import Windows, hand_over

Watcher = Alarm | Circumstance | Onlooker
"""What looks at a sensor's readings."""


_NO_FLOOD = Flood(policy.Flood(more_than=1 << 30), "")
"""What is told in a drill is no flood, and no part of one."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of an alarm, whether or not it is configured."""

    state: AlarmState
    last: AlarmEvent | None = None
    judge: Judge | None = None


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
        self.windows = Windows()
        self.circumstances: dict[AlarmId, Circumstance] = {}
        self.twins: dict[AlarmId, SensorId] = {}
        """The alarms of drills, and the true sensor of each."""
        watchers: defaultdict[SensorId, list[Watcher]] = defaultdict(list)
        for rule in rules:
            repeat, chosen = tells.repeat.get(rule.config.priority), list(rule.meant(devices))
            alarms = {
                sensor.id: self._placed(Alarm(rule, device, sensor, flood, repeat), (rule, device, sensor))
                for device, sensor in rule.alarmed(chosen)
            }
            self._watch(alarms, [sensor for _, sensor in chosen], watchers, joint=is_joint(rule.config))
            for alarm in alarms.values():
                self._take_over(alarm, before)
        self.carriers = [id_ for id_, alarm in self.alarms.items() if carries(alarm.judge)]
        self._watch_circumstances(watchers, before)
        self._policy = tells
        self.watchers_of: dict[SensorId, tuple[Watcher, ...]] = {
            sensor: tuple(found) for sensor, found in watchers.items()
        }
        self.orphans = before
        self.causes = causes.graph(self.places)
        self.dependents = self._turned(self.causes)

    def _placed(self, alarm: Alarm, place: tuple[Rule, Device, Sensor]) -> Alarm:
        self.alarms[alarm.id] = alarm
        self.places[alarm.id] = place
        return alarm

    def _watch(
        self,
        alarms: Mapping[SensorId, Alarm],
        sensors: Sequence[Sensor],
        watchers: "defaultdict[SensorId, list[Watcher]]",
        *,
        joint: bool,
    ) -> None:
        """Let the alarms of one rule watch their sensors, and look at those of others that their judges want."""
        judges = {sensor: alarm.judge for sensor, alarm in alarms.items()}
        for own, alarm in alarms.items():
            judge, watched = alarm.judge, [sensor.id for sensor in sensors] if joint else [own]
            wanted = judge.meet(sensors, judges) if meets(judge) else ()
            for sensor in watched:
                watchers[sensor].append(alarm)
            if is_window(judge):
                self.windows.add(own, judge)
            if sees(judge):
                self.windows.add_eyes(dict.fromkeys((*watched, *wanted)), judge)
                for sensor in (each for each in dict.fromkeys(wanted) if each not in watched):
                    watchers[sensor].insert(0, Onlooker(alarm.id, judge))

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

    def add_twins(self, sensor: SensorId, before: dict[AlarmId, Before]) -> list[Alarm]:
        """Let twins of the alarms of `sensor` judge its drill, going on from `before`."""
        twins: list[Alarm] = []
        for rule, device, each in [place for place in self.places.values() if place[2].id == sensor]:
            made = drills.twin(rule, device, each)
            alarm = Alarm(*made, flood=_NO_FLOOD, repeat=self._policy.repeat.get(rule.config.priority))
            known = before.pop(alarm.id, None)
            if known is not None:
                alarm.restore(known.state, known.last)
            self.alarms[alarm.id] = alarm
            self.twins[alarm.id] = sensor
            twins.append(alarm)
        self.watchers_of[drills.drill_sensor(sensor)] = tuple(twins)
        return twins

    def remove_twins(self, sensor: SensorId) -> list[Alarm]:
        """Take the twins of `sensor` away, and return them."""
        gone = [id_ for id_, of in self.twins.items() if of == sensor]
        self.watchers_of.pop(drills.drill_sensor(sensor), None)
        for id_ in gone:
            del self.twins[id_]
        return [self.alarms.pop(id_) for id_ in gone]

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
