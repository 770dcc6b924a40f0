"""Derived sensors made of what is written: whether they can be, those first that others are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from roommon.config import kinds
from roommon.config.derived_inputs import named_ids, resolved
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Kind
from roommon.config.room import Ghost, Room
from roommon.config.secret import Surroundings
from roommon.config.selections import Selections
from roommon.config.written import DerivedDeviceSpec, DerivedSpec
from roommon.derive.derivation import Derived, Input, Inputs, KindConfig
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Asked:
    """A derived sensor as it is written."""

    device: DerivedDeviceSpec
    spec: DerivedSpec
    kind: Kind
    config: KindConfig
    spot: Spot


def make(asked: Mapping[SensorId, Asked], room: Room, around: Surroundings, findings: Findings) -> None:
    """Put what is `asked` for into `room`, noting every fault."""
    maker = _Maker(asked, room, around, findings)
    for name in asked:
        maker.make(name)
    for device in room.derived_devices.values():
        own = (room.derived[name].sensor for name in asked if name in room.derived)
        sensors = tuple(sensor for sensor in own if sensor.device == device.id)
        room.derived_devices[device.id] = replace(device, sensors=sensors)


@dataclass(slots=True)
class _Maker:
    asked: Mapping[SensorId, Asked]
    room: Room
    around: Surroundings
    findings: Findings
    on_the_way: list[SensorId] = field(default_factory=list)
    """Those whose inputs are being made, the outermost first."""
    done: set[SensorId] = field(default_factory=set)

    def make(self, name: SensorId) -> None:
        if name in self.on_the_way:
            self._cycle(name)
        if name in self.on_the_way or name in self.done:
            return
        asked = self.asked[name]
        self.on_the_way.append(name)
        for each in named_ids(asked.kind, asked.config):
            if each in self.asked:
                self.make(each)
        self.on_the_way.pop()
        self.done.add(name)
        made = self._made(asked)
        if made is None:
            labels = {**asked.device.labels, **asked.spec.labels}
            self.room.ghosts.append(Ghost(asked.device.id, asked.spec.id, None, labels))
            return
        self.room.derived[name] = made
        self.room.derived_spots[name] = asked.spot
        device = self.room.derived_devices[asked.device.id]
        self.room.derived_devices[device.id] = replace(device, sensors=(*device.sensors, made.sensor))

    def _cycle(self, name: SensorId) -> None:
        ring = [*self.on_the_way[self.on_the_way.index(name) :], name]
        words = " → ".join(ring)
        asked = self.asked[name]
        self.findings.fault(
            asked.spot.below(asked.kind.key).key_place,
            Text(f"`{name}` is made of itself: {words}", f"`{name}` 由自身导出：{words}"),
            Text("take another sensor at one of these places", "请在其中一处改用其他传感器"),
        )
        self.room.ghosts.append(Ghost(asked.device.id, asked.spec.id))

    def _made(self, asked: Asked) -> Derived | None:
        selections = Selections(self.room, self.around, self.findings)
        inputs = resolved(asked.kind, asked.config, asked.spot.below(asked.kind.key), selections, self.room.derived)
        if inputs is None or self._misfits(asked, inputs):
            return None
        every = [sensor for sensors in inputs.values() for sensor in sensors]
        needs = self._needs(asked, len(every))
        if needs is None:
            return None
        spec, device = asked.spec, asked.device
        quantity = kinds.derived_quantity(asked.kind, asked.config, inputs)
        labels = {**device.labels, **spec.labels}
        sensor = Sensor(device.id, spec.id, quantity, spec.name or Text.same(spec.id), labels)
        made_of = tuple(Input(each, self.room.every(each)) for each in every)
        return Derived(sensor, asked.config, made_of, needs)

    def _misfits(self, asked: Asked, inputs: Inputs) -> bool:
        spot, every = asked.spot.below(asked.kind.key), [each for sensors in inputs.values() for each in sensors]
        found = list(kinds.derivation_misfits(asked.kind, asked.config, inputs))
        slowest = max(self.room.every(each) for each in every)
        found += kinds.beat_misfits(asked.kind, asked.config, slowest)
        for misfit in found:
            self.findings.fault(spot.below(misfit.field), misfit.problem, misfit.remedy)
        return bool(found)

    def _needs(self, asked: Asked, inputs: int) -> int | None:
        """Return how many inputs must be good, None after noting that what is written cannot be."""
        needs = asked.spec.needs
        if needs is None or needs == inputs:
            return inputs
        if kinds.needs_all(asked.kind):
            self._fault_needs(asked, Text(f"a {asked.kind.key} needs all its inputs", f"{asked.kind.key} 需要全部来源"))
            return None
        if not 1 <= needs <= inputs:
            self._fault_needs(
                asked, Text(f"there are {inputs} inputs, not {needs}", f"共有 {inputs} 个来源，而不是 {needs} 个")
            )
            return None
        return needs

    def _fault_needs(self, asked: Asked, problem: Text) -> None:
        self.findings.fault(
            asked.spot.below("needs"), problem, Text("remove `needs`, or lower it", "请删除 `needs`，或改小")
        )
