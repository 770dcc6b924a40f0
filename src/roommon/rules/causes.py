"""Which alarms explain which: the graph behind suppression by design.

An arrow goes from a cause to what it explains. Following it never comes back (`cycle` finds it when the configuration
is checked), so what is explained is never a cause of its cause. A cause counts while its condition is there, whether or
not it is told itself: a chain of causes leaves one alarm to tell, the first.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from roommon.model.alarm import AlarmEvent, AlarmId, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.reading import Reading, SensorId
from roommon.rules.rule import Rule, Where
from roommon.rules.state import AlarmState, Condition

Places = Mapping[AlarmId, tuple[Rule, Device, Sensor]]
"""Every alarm of a site, and what it is made of."""


class Circumstance:
    """A state of a sensor that explains alarms: looked at like an alarm, and told to nobody."""

    __slots__ = ("_states", "active", "id", "quiet")

    def __init__(self, id_: AlarmId, states: frozenset[int]) -> None:
        """Begin absent."""
        self.id = id_
        self._states = states
        self._enter(present=False)

    def _enter(self, *, present: bool) -> None:
        self.active = present
        self.quiet = Condition.PRESENT if present else Condition.ABSENT

    def restore(self, stored: AlarmState) -> None:
        """Go on from `stored`."""
        self._enter(present=stored.condition is Condition.PRESENT)

    def stored(self) -> AlarmState | None:
        """Return what must outlive a restart."""
        return AlarmState(condition=Condition.PRESENT) if self.active else None

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        """Return whether `reading` is the state; one without a value holds what was."""
        if reading.value is None:
            return Condition.UNKNOWN
        return Condition.PRESENT if reading.value in self._states else Condition.ABSENT

    def take(self, condition: Condition, _reading: Reading) -> list[AlarmEvent]:
        """Take a reading that was judged `condition`."""
        if condition is not Condition.UNKNOWN:
            self._enter(present=condition is Condition.PRESENT)
        return []


def circumstances(places: Places) -> dict[AlarmId, tuple[SensorId, frozenset[int]]]:
    """Return the states of sensors that are causes of alarms, by their names."""
    found: dict[AlarmId, tuple[SensorId, frozenset[int]]] = {}
    for rule, device, _ in places.values():
        for cause in rule.suppressed_by:
            sensor = cause.sensor_on(device.id)
            if sensor is not None:
                found.setdefault(_circumstance_id(sensor, cause.states), (sensor, cause.states))
    return found


def _circumstance_id(sensor: SensorId, states: frozenset[int]) -> AlarmId:
    return AlarmId(f"{sensor}={'/'.join(str(state) for state in sorted(states))}")


def graph(places: Places) -> dict[AlarmId, tuple[AlarmId, ...]]:
    """Return the causes of every alarm that has any."""
    named = {cause.rule for rule, _, _ in places.values() for cause in rule.suppressed_by if cause.rule is not None}
    near = _near(places, named) if named else {}
    shared: dict[tuple[RuleId, DeviceId | SensorId], tuple[AlarmId, ...]] = {}
    found: dict[AlarmId, tuple[AlarmId, ...]] = {}
    for id_, (rule, device, sensor) in places.items():
        if not rule.suppressed_by:
            continue
        of_sensor = any(cause.same is Where.SENSOR for cause in rule.suppressed_by)
        key = rule.id, sensor.id if of_sensor else device.id
        if key not in shared:
            shared[key] = tuple(dict.fromkeys(_causes(rule, device, sensor, near)))
        causes = shared[key]
        if causes and causes != (id_,):
            found[id_] = tuple(each for each in causes if each != id_) if id_ in causes else causes
    return found


_Place = tuple[RuleId, Where, str]


def _near(places: Places, rules: Collection[RuleId]) -> dict[_Place, list[AlarmId]]:
    """Return the alarms of `rules` by where they are."""
    near: dict[_Place, list[AlarmId]] = {}
    for id_, (rule, device, sensor) in places.items():
        if rule.id in rules:
            for where in Where:
                near.setdefault((rule.id, where, _named(where, device, sensor)), []).append(id_)
    return near


def _named(where: Where, device: Device, sensor: Sensor) -> str:
    match where:
        case Where.SITE:
            return ""
        case Where.ROOM:
            return device.room
        case Where.DEVICE:
            return device.id
        case Where.SENSOR:
            return sensor.id


def _causes(rule: Rule, device: Device, sensor: Sensor, near: Mapping[_Place, Sequence[AlarmId]]) -> Iterator[AlarmId]:
    for cause in rule.suppressed_by:
        state_of = cause.sensor_on(device.id)
        if state_of is not None:
            yield _circumstance_id(state_of, cause.states)
        elif cause.alarm is not None:
            yield cause.alarm
        elif cause.rule is not None:
            yield from near.get((cause.rule, cause.same, _named(cause.same, device, sensor)), ())


def cycle(causes: Mapping[AlarmId, Sequence[AlarmId]]) -> list[AlarmId]:
    """Return alarms that explain each other in a ring, from one back to itself; empty when there is none."""
    done: set[AlarmId] = set()
    for start in causes:
        path: list[AlarmId] = []
        ring = _walk(start, causes, path, done)
        if ring:
            return ring
    return []


def _walk(
    start: AlarmId, causes: Mapping[AlarmId, Sequence[AlarmId]], path: list[AlarmId], done: set[AlarmId]
) -> list[AlarmId]:
    if start in path:
        return [*path[path.index(start) :], start]
    if start in done:
        return []
    path.append(start)
    for cause in causes.get(start, ()):
        ring = _walk(cause, causes, path, done)
        if ring:
            return ring
    path.pop()
    done.add(start)
    return []
