"""Derived sensors as they are written: their devices, and each with its kind. `derivations` makes them."""

from dataclasses import dataclass, field
from typing import cast

from roommon.config import labels
from roommon.config.choice import split
from roommon.config.derivations import Asked
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.reading import read
from roommon.config.room import Ghost, Room
from roommon.config.secret import Surroundings
from roommon.config.tree import Value
from roommon.config.written import DerivedDeviceSpec, DerivedSpec
from roommon.derive.derivation import KindConfig
from roommon.model.device import Device, DeviceId
from roommon.model.reading import SensorId
from roommon.model.text import Text


@dataclass(slots=True)
class DerivedDevices:
    """Reads derived sensors of what YAML gave, noting every fault."""

    room: Room
    named: str
    """The room of devices that name no other."""
    around: Surroundings
    findings: Findings
    asked: dict[SensorId, Asked] = field(default_factory=dict)
    """Those that could be read, in the order of the files."""
    _spots: dict[DeviceId, Spot] = field(default_factory=dict)

    def add(self, raw: Value, spot: Spot) -> None:
        """Take one entry of `derived`."""
        spec = read(DerivedDeviceSpec, raw, spot, self.around, self.findings)
        if spec is None:
            self.room.ghosts.append(Ghost(_key(raw)))
            return
        labels.review(spec.labels, spot.below("labels"), self.findings)
        if self._is_taken(spec.id, spot):
            self.room.ghosts.extend(Ghost(spec.id, _key(each)) for each in spec.sensors)
            return
        self._spots[spec.id] = spot
        room = spec.room or self.named
        self.room.derived_devices[spec.id] = Device(spec.id, spec.name or Text.same(spec.id), room, ())
        if not spec.sensors:
            self._nothing(spec, spot)
        for index, each in enumerate(spec.sensors):
            self._ask(spec, each, spot.below("sensors", index))

    def _nothing(self, spec: DerivedDeviceSpec, spot: Spot) -> None:
        self.findings.fault(
            spot,
            Text(f"`{spec.id}` has no sensor", f"`{spec.id}` 没有传感器"),
            Text("add `sensors: [...]`, or remove it", "请添加 `sensors: [...]`，或删除"),
        )

    def _is_taken(self, name: DeviceId, spot: Spot) -> bool:
        first = self.room.device_spots.get(name) or self._spots.get(name)
        if first is None:
            return False
        self.findings.fault(
            spot.below("id"),
            Text(
                f"`{name}` is already the id of the device at {first.place}",
                f"`{name}` 已是 {first.place} 处设备的标识",
            ),
            Text("give each device its own id", "每台设备须有不同的标识"),
        )
        return True

    def _ask(self, device: DerivedDeviceSpec, raw: Value, spot: Spot) -> None:
        parts = split(raw, DerivedSpec, Family.DERIVATION, spot, self.findings)
        spec = None if parts is None else read(DerivedSpec, parts.rest, spot, self.around, self.findings)
        kind = None if parts is None else parts.kind
        config = (
            None
            if parts is None or kind is None
            else read(kind.config, parts.config, spot.below(kind.key), self.around, self.findings)
        )
        if spec is None or kind is None or config is None:
            self.room.ghosts.append(Ghost(device.id, _key(raw)))
            return
        labels.review(spec.labels, spot.below("labels"), self.findings)
        name = SensorId(f"{device.id}.{spec.id}")
        if name in self.asked:
            self._twice(name, spot)
            return
        self.asked[name] = Asked(device, spec, kind, cast("KindConfig", config), spot)

    def _twice(self, name: SensorId, spot: Spot) -> None:
        first = self.asked[name].spot.place
        device, _, key = name.partition(".")
        self.findings.fault(
            spot.below("id"),
            Text(f"`{device}` already has a sensor `{key}` at {first}", f"`{device}` 在 {first} 已有传感器 `{key}`"),
            Text("give each its own id", "请使用不同的标识"),
        )


def _key(raw: Value) -> str | None:
    """Return the id that `raw` gives, if it can be told."""
    key = raw.get("id") if isinstance(raw, dict) else None
    return key if isinstance(key, str) else None
