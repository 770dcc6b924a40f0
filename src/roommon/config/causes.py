"""`suppressed_by`: what explains the alarms of a rule. It is looked at when all rules are known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from roommon.config.findings import Findings, Spot
from roommon.config.reading import read
from roommon.config.room import Room
from roommon.config.secret import Surroundings
from roommon.config.tree import Value
from roommon.config.wording import no_such, shown
from roommon.model.alarm import AlarmId, RuleId, alarm_id
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules.causes import cycle, graph
from roommon.rules.rule import Cause, Rule, Where

_CHECK = Text("check the id", "请检查标识")
_CLOSED = frozenset({1})


@dataclass(frozen=True, slots=True)
class CauseSpec:
    """One cause, as it is written; an id alone is a rule or an alarm."""

    rule: str | None = field(default=None, metadata={"doc": "Any alarm of this rule."})
    same: Where = field(default=Where.SITE, metadata={"doc": "Of `rule`: those of the same device, room or site."})
    alarm: str | None = field(default=None, metadata={"doc": "This alarm: mains-lost.meter.phase_a."})
    sensor: str | None = field(default=None, metadata={"doc": "A contact or state: crac-1.planned_off."})
    states: frozenset[int | str] = field(
        default=frozenset(), metadata={"key": "is", "doc": "The states of `sensor`; 1 when left out."}
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule writes under `suppressed_by`."""

    raw: tuple[Value, ...]
    spot: Spot
    of: DeviceId | None
    """The device whose profile recommends the rule; its other rules are meant first."""


class Causes:
    """Makes causes of what rules wrote, noting every fault."""

    def __init__(self, rules: Mapping[RuleId, Rule], room: Room, around: Surroundings, findings: Findings) -> None:
        """`rules` are all of the site."""
        self._rules = rules
        self._around = around
        self._findings = findings
        self._devices = [polled.device for polled in room.devices.values()]
        self._sensors: dict[SensorId, tuple[Device, Sensor]] = {
            sensor.id: (device, sensor) for device in self._devices for sensor in device.sensors
        }
        self._alarms = set(self.places(rules))

    def places(self, rules: Mapping[RuleId, Rule]) -> dict[AlarmId, tuple[Rule, Device, Sensor]]:
        """Return every alarm that `rules` make."""
        return {
            alarm_id(rule.id, sensor.id): (rule, device, sensor)
            for rule in rules.values()
            for device, sensor in rule.alarmed(rule.meant(self._devices))
        }

    def of(self, asked: Asked) -> tuple[Cause, ...]:
        """Return the causes that one rule names."""
        found = [self._cause(raw, asked, asked.spot.below(index)) for index, raw in enumerate(asked.raw)]
        return tuple(cause for cause in found if cause is not None)

    def _cause(self, raw: Value, asked: Asked, spot: Spot) -> Cause | None:
        if isinstance(raw, str):
            raw = {"rule" if self._rule(raw, asked.of) or "." not in raw else "alarm": raw}
        spec = read(CauseSpec, raw, spot, self._around, self._findings) if isinstance(raw, dict) else None
        if not isinstance(raw, dict):
            self._say(spot, Text(f"`{shown(raw)}` is no cause", f"`{shown(raw)}` 不能作为原因"))
        if spec is None:
            return None
        given = [each for each in (spec.rule, spec.alarm, spec.sensor) if each is not None]
        if len(given) != 1:
            self._say(spot, Text("one of rule, alarm and sensor is expected", "rule、alarm、sensor 须三选一"))
            return None
        if spec.rule is not None:
            return self._by_rule(spec.rule, spec.same, asked, spot)
        return self._by_alarm(spec.alarm, spot) if spec.alarm is not None else self._by_sensor(spec, spot)

    def _say(self, spot: Spot, problem: Text) -> None:
        remedy = Text(
            "write `{ rule: ID, same: device }`, `{ alarm: ID }` or `{ sensor: ID, is: STATE }`",
            "请写 `{ rule: ID, same: device }`、`{ alarm: ID }` 或 `{ sensor: ID, is: 状态 }`",
        )
        self._findings.fault(spot, problem, remedy)

    def _rule(self, name: str, of: DeviceId | None) -> RuleId | None:
        own = RuleId(f"{of}.{name}")
        return own if own in self._rules else RuleId(name) if name in self._rules else None

    def _by_rule(self, name: str, same: Where, asked: Asked, spot: Spot) -> Cause | None:
        rule = self._rule(name, asked.of)
        if rule is None:
            self._findings.fault(spot, *no_such(Text("rule", "规则"), name, self._rules, _CHECK))
            return None
        return Cause(rule=rule, same=same)

    def _by_alarm(self, name: str, spot: Spot) -> Cause | None:
        if name not in self._alarms:
            self._findings.fault(spot, *no_such(Text("alarm", "告警"), name, self._alarms, _CHECK))
            return None
        return Cause(alarm=AlarmId(name))

    def _by_sensor(self, spec: CauseSpec, spot: Spot) -> Cause | None:
        found = self._sensors.get(SensorId(spec.sensor or ""))
        if found is None:
            self._findings.fault(spot, *no_such(Text("sensor", "传感器"), spec.sensor or "", self._sensors, _CHECK))
            return None
        sensor = found[1]
        numbers = [number for state in spec.states for number in self._numbers(state, sensor, spot)]
        return Cause(sensor=sensor.id, states=frozenset(numbers) if spec.states else _CLOSED)

    def _numbers(self, state: int | str, sensor: Sensor, spot: Spot) -> Iterator[int]:
        if isinstance(state, int):
            yield state
            return
        names = {number: (name.en.casefold(), name.zh_cn.casefold()) for number, name in sensor.states.items()}
        found = [number for number, both in names.items() if state.casefold() in both]
        if not found:
            known = [name.en for name in sensor.states.values()]
            self._findings.fault(spot.below("is"), *no_such(Text("state", "状态"), state, known, _CHECK))
        yield from found

    def find_cycle(self, rules: Mapping[RuleId, Rule], asked: Mapping[RuleId, Asked]) -> None:
        """Note alarms that explain each other."""
        places = self.places(rules)
        ring = cycle(graph(places))
        if ring:
            words = " → ".join(ring)
            self._findings.fault(
                next(asked[name].spot for name in (places[each][0].id for each in ring) if name in asked).key_place,
                Text(f"alarms explain each other: {words}", f"告警互为原因：{words}"),
                Text("remove one of these causes; else none would be told", "请去掉其中一个原因，否则都不会通知"),
            )
