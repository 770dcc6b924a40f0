"""Buses and devices: what hangs where, and which points are read."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from roommon.config import kinds
from roommon.config.choice import split
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family, Kind
from roommon.config.library import Library, Opened
from roommon.config.points import point
from roommon.config.reading import read, unknown_key
from roommon.config.secret import Surroundings
from roommon.config.site import Bus, Polled
from roommon.config.source import Value
from roommon.config.written import BusSpec, DeviceSpec
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point, Register
from roommon.profiles.profile import BusId, PointKey, PointSpec


@dataclass(frozen=True, slots=True)
class Ghost:
    """What is known of a sensor that could not be made: rules that mean it are not blamed for its faults."""

    device: DeviceId | None
    key: str | None
    quantity: Quantity | None


@dataclass(slots=True)
class Room:
    """What came of `buses` and `devices`."""

    buses: dict[BusId, Bus] = field(default_factory=dict)
    bus_spots: dict[BusId, Spot] = field(default_factory=dict)
    bauds: dict[BusId, int | None] = field(default_factory=dict)
    devices: dict[DeviceId, Polled] = field(default_factory=dict)
    spots: dict[DeviceId, Spot] = field(default_factory=dict)
    opened: dict[DeviceId, Opened | None] = field(default_factory=dict)
    ghosts: list[Ghost] = field(default_factory=list)
    broken_buses: set[str] = field(default_factory=set)


class Builder:
    """Makes buses and devices of what YAML gave, noting every fault."""

    def __init__(self, room_name: str, library: Library, around: Surroundings, findings: Findings) -> None:
        """`room_name` is the room of devices that name no other."""
        self._room_name = room_name
        self._library = library
        self._around = around
        self._findings = findings
        self.room = Room()

    def bus(self, raw: Value, spot: Spot) -> None:
        """Add one bus."""
        parts = split(raw, BusSpec, Family.DRIVER, spot, self._findings)
        name = raw.get("id") if isinstance(raw, dict) else None
        if isinstance(name, str):
            self.room.broken_buses.add(name)
        if parts is None:
            return
        spec = read(BusSpec, parts.rest, spot, self._around, self._findings)
        endpoint = self._endpoint(parts.kind, parts.config, spot)
        if spec is None or endpoint is None or parts.kind is None:
            return
        self.room.bauds[spec.id] = spec.baud
        self._add_bus(Bus(spec.id, parts.kind.key, parts.kind.module, endpoint), spot)

    def _endpoint(self, kind: Kind | None, config: Value, spot: Spot) -> object | None:
        if kind is None:
            return None
        return read(kind.config, config, spot.below(kind.key), self._around, self._findings)

    def _add_bus(self, bus: Bus, spot: Spot) -> None:
        room = self.room
        if bus.id in room.buses:
            self._findings.fault(
                spot.below("id"),
                Text(f"`{bus.id}` is already the id of {room.bus_spots[bus.id].place}", f"`{bus.id}` 已是 {room.bus_spots[bus.id].place} 的标识"),
                Text("give each its own id", "请使用不同的标识"),
            )
            return
        twin = next((each for each in room.buses.values() if _where(each) == _where(bus)), None)
        if twin is not None:
            self._findings.fault(
                spot.below(bus.kind),
                Text(f"this endpoint is already used at {room.bus_spots[twin.id].place}", f"该连接已在 {room.bus_spots[twin.id].place} 使用"),
                Text("name it once under `buses:` and let both devices say `bus:`", "请在 `buses:` 中定义一次，两台设备都用 `bus:` 引用"),
            )
            return
        room.buses[bus.id] = bus
        room.bus_spots[bus.id] = spot
        room.broken_buses.discard(bus.id)

    def device(self, raw: Value, spot: Spot) -> None:
        """Add one device."""
        ghosts = len(self.room.ghosts)
        if self._device(raw, spot):
            return
        name = raw.get("id") if isinstance(raw, dict) else None
        if len(self.room.ghosts) == ghosts and (name is None or name not in self.room.devices):
            self.room.ghosts.append(Ghost(DeviceId(name) if isinstance(name, str) else None, None, None))

    def _device(self, raw: Value, spot: Spot) -> bool:
        parts = split(raw, DeviceSpec, Family.DRIVER, spot, self._findings, needed=False)
        if parts is None:
            return False
        spec = read(DeviceSpec, parts.rest, spot, self._around, self._findings)
        if spec is None:
            return False
        endpoint = self._endpoint(parts.kind, parts.config, spot)
        bus = self._bus_of(spec, parts.kind, endpoint, spot)
        opened = self._library.open(spec.profile, spot.below("profile")) if spec.profile is not None else None
        made = _Points(self, spec, opened, spot).made()
        if bus is not None:
            self._check_protocol(made, bus, spot)
        unit = self._unit(spec, opened, bus, spot)
        if spec.id in self.room.devices:
            self._twice(spec.id, spot)
            return False
        if bus is None or (spec.profile is not None and opened is None):
            return False
        self.room.spots[spec.id] = spot
        self.room.opened[spec.id] = opened
        device = Device(spec.id, self._name(spec, opened), spec.room or self._room_name, tuple(sensor for _, sensor in made if sensor is not None))
        points = tuple(point for point, _ in made)
        self.room.devices[spec.id] = Polled(device, bus.id, unit, points, spec.every, self._limits(spec, opened), spec.profile)
        return True

    def _name(self, spec: DeviceSpec, opened: Opened | None) -> Text:
        if spec.name is not None:
            return spec.name
        if opened is None:
            return Text.same(spec.id)
        name = opened.profile.name
        return Text(f"{name.en} {spec.id}", f"{name.zh_cn} {spec.id}")

    def _limits(self, spec: DeviceSpec, opened: Opened | None) -> Limits:
        if spec.limits is not None:
            return spec.limits
        return opened.profile.limits if opened is not None else Limits()

    def _twice(self, name: DeviceId, spot: Spot) -> None:
        first = self.room.spots[name].place
        self._findings.fault(
            spot.below("id"),
            Text(f"`{name}` is already the id of the device at {first}", f"`{name}` 已是 {first} 处设备的标识"),
            Text("give each device its own id", "每台设备须有不同的标识"),
        )

    def _bus_of(self, spec: DeviceSpec, kind: Kind | None, endpoint: object | None, spot: Spot) -> Bus | None:
        """Return the bus that the device hangs on: one of `buses`, or its own."""
        if spec.bus is not None and kind is not None:
            self._findings.fault(
                spot.below(kind.key),
                Text("the device has a bus and a connection of its own", "设备同时给出了总线与自己的连接"),
                Text(f"keep `bus:` or `{kind.key}:`", f"请只保留 `bus:` 或 `{kind.key}:`"),
            )
            return None
        if spec.bus is not None:
            return self._named_bus(spec.bus, spot)
        if kind is None:
            known = ", ".join(f"`{key}:`" for key in sorted(kinds.all_of(Family.DRIVER)))
            self._findings.fault(
                spot,
                Text(f"`{spec.id}` has neither a `bus` nor a connection of its own", f"`{spec.id}` 既无 `bus` 也无自己的连接"),
                Text(f"add `bus: ...` or one of {known}", f"请添加 `bus: ...` 或 {known} 之一"),
            )
            return None
        if endpoint is None:
            return None
        own = Bus(BusId(spec.id), kind.key, kind.module, endpoint)
        self._add_bus(own, spot)
        return own if self.room.buses.get(own.id) is own else None

    def _named_bus(self, name: BusId, spot: Spot) -> Bus | None:
        found = self.room.buses.get(name)
        if found is None and name not in self.room.broken_buses:
            self._findings.fault(
                spot.below("bus"),
                Text(f"there is no bus `{name}`", f"没有总线 `{name}`"),
                _nearest(name, self.room.buses) or Text("define it under `buses:`", "请在 `buses:` 中定义"),
            )
        return found

    def _unit(self, spec: DeviceSpec, opened: Opened | None, bus: Bus | None, spot: Spot) -> int | None:
        if bus is None:
            return spec.unit
        if kinds.addresses(bus.module) is not Register:
            if spec.unit is not None:
                self._findings.fault(spot.below("unit"), Text(f"{bus.kind} has no units", f"{bus.kind} 没有站号"), Text("remove `unit`", "请删除 `unit`"))
            return None
        own = bus.id == spec.id
        if spec.unit is None and not own:
            shipped_as = opened.profile.serial.unit if opened is not None else None
            self._findings.fault(
                spot,
                Text(f"`unit` is missing: `{bus.id}` is shared", f"缺少 `unit`：`{bus.id}` 为共用总线"),
                Text(f"add `unit: {shipped_as or 1}`", f"请添加 `unit: {shipped_as or 1}`"),
            )
            return None
        unit = 1 if spec.unit is None else spec.unit
        if not 0 <= unit <= 255:
            self._findings.fault(spot.below("unit"), Text(f"unit {unit} is not possible", f"站号 {unit} 无效"), Text("write 1 to 247", "应为 1 至 247"))
            return None
        twin = next((each for each in self.room.devices.values() if (each.bus, each.unit) == (bus.id, unit)), None)
        if twin is not None and twin.device.id != spec.id:
            self._findings.fault(
                spot.below("unit") if spec.unit is not None else spot,
                Text(f"unit {unit} of `{bus.id}` is already `{twin.device.id}`", f"`{bus.id}` 的站号 {unit} 已属于 `{twin.device.id}`"),
                Text("give each device on a bus its own unit id", "同一总线上的设备须有不同的站号"),
            )
        return unit

    def _check_protocol(self, made: "Iterable[tuple[Point, Sensor | None]]", bus: Bus, spot: Spot) -> None:
        wrong = next((point for point, _ in made if not isinstance(point.at, kinds.addresses(bus.module))), None)
        if wrong is None:
            return
        has, wants = ("a register", "an OID") if isinstance(wrong.at, Register) else ("an OID", "a register")
        self._findings.fault(
            spot,
            Text(f"`{wrong.key}` reads {has}, and {bus.kind} wants {wants}", f"`{wrong.key}` 的读取地址与 {bus.kind} 不符"),
            Text("check the profile, or the bus", "请检查模板或总线"),
        )

    @property
    def findings(self) -> Findings:
        """Where faults are noted."""
        return self._findings

    @property
    def around(self) -> Surroundings:
        """What the meaning of names depends on."""
        return self._around


class _Points:
    """The points of one device: the profile's, those that the device changes, and its own."""

    def __init__(self, builder: Builder, spec: DeviceSpec, opened: Opened | None, spot: Spot) -> None:
        self._builder = builder
        self._findings = builder.findings
        self._spec = spec
        self._opened = opened
        self._spot = spot
        self._base = spec.address_base if spec.address_base is not None else opened.profile.address_base if opened is not None else 0

    def made(self) -> list[tuple[Point, Sensor | None]]:
        """Return every point that is read, with its sensor if it is one."""
        made: dict[PointKey, tuple[PointSpec, Point, Spot]] = {}
        changes = self._changes()
        for key in self._profile_keys():
            assert self._opened is not None  # noqa: S101  # only a profile has keys
            written = self._opened.points[key]
            if key in changes:
                continue
            found = self._opened.point(key, self._base, self._findings)
            if found is not None:
                made[key] = (written.spec, found, written.spot)
        for key, (raw, at) in changes.items():
            one = self._own(key, raw, at)
            if one is not None:
                made[one[0].id] = one
        return self._needed(self._joined(made))

    def _profile_keys(self) -> list[PointKey]:
        if self._opened is None:
            if self._spec.drop and self._spec.profile is None:
                self._findings.fault(self._spot.below("drop"), Text("there is no profile to drop from", "没有模板可供删减"), Text("remove `drop`", "请删除 `drop`"))
            return []
        points = self._opened.points
        for index, key in enumerate(self._spec.drop):
            if key not in points:
                self._findings.fault(
                    self._spot.below("drop", index),
                    Text(f"the profile has no point `{key}`", f"模板中没有点 `{key}`"),
                    _nearest(key, points) or Text("remove it", "请删除"),
                )
        return [key for key in points if key not in self._spec.drop]

    def _changes(self) -> dict[PointKey, tuple[Value, Spot]]:
        """Return what the device writes itself, by id; what changes a point of the profile is laid over it."""
        changes: dict[PointKey, tuple[Value, Spot]] = {}
        for index, raw in enumerate(self._spec.sensors):
            at = self._spot.below("sensors", index)
            key = PointKey(str(raw.get("id"))) if isinstance(raw, dict) else PointKey(f"#{index}")
            if key in changes:
                self._findings.fault(
                    at.below("id"),
                    Text(f"`{self._spec.id}` already has a sensor `{key}` at {changes[key][1].place}", f"`{self._spec.id}` 在 {changes[key][1].place} 已有传感器 `{key}`"),
                    Text("give each its own id", "请使用不同的标识"),
                )
                continue
            below = self._opened.points[key].raw if self._opened is not None and key in self._opened.points else {}
            changes[key] = (_laid_over(below, raw), at) if isinstance(raw, dict) else (raw, at)  # type: ignore[assignment]
        return changes

    def _own(self, key: PointKey, raw: Value, at: Spot) -> tuple[PointSpec, Point, Spot] | None:
        spec = read(PointSpec, raw, at, self._builder.around, self._findings)
        found = None if spec is None else point(spec, self._base, lambda where, error: self._findings.wrong(at.below(where), error))
        if spec is not None and found is not None:
            return spec, found, at
        quantity = raw.get("quantity") if isinstance(raw, dict) else None
        known = Quantity(quantity) if isinstance(quantity, str) and quantity in list(Quantity) else None
        self._builder.room.ghosts.append(Ghost(self._spec.id, key, known))
        return None

    def _joined(self, made: dict[PointKey, tuple[PointSpec, Point, Spot]]) -> dict[PointKey, tuple[PointSpec, Point, Spot]]:
        """Return the points whose references all exist; note the others."""
        whole = {}
        for key, one in made.items():
            missing = [name for name in _references(one[1]) if name not in made]
            if not missing:
                whole[key] = one
                continue
            dropped = missing[0] in self._spec.drop
            self._findings.fault(
                self._spot.below("drop") if dropped else one[2],
                Text(f"`{key}` depends on the point `{missing[0]}`, which is not there", f"`{key}` 依赖的点 `{missing[0]}` 不存在"),
                Text(f"drop `{key}` too", f"请一并删除 `{key}`") if dropped else _nearest(missing[0], made) or Text("add that point", "请添加该点"),
            )
        return whole

    def _needed(self, made: Mapping[PointKey, tuple[PointSpec, Point, Spot]]) -> list[tuple[Point, Sensor | None]]:
        """Return the sensors and the points that they need; a helper of nobody is not read."""
        wanted = {name for _, found, _ in made.values() if found.is_sensor for name in _references(found)}
        kept = []
        for key, (spec, found, at) in made.items():
            if found.is_sensor or key in wanted:
                kept.append((found, self._sensor(spec) if found.is_sensor else None))
            elif at.source is self._spot.source:
                self._findings.fault(
                    at,
                    Text(f"`{key}` has no quantity, and no other point uses it", f"`{key}` 没有 `quantity`，也没有被其他点使用"),
                    Text("add `quantity: ...`", "请添加 `quantity: ...`"),
                )
        return kept

    def _sensor(self, spec: PointSpec) -> Sensor:
        assert spec.quantity is not None  # noqa: S101  # that is what makes it a sensor
        labels = {**self._spec.labels, **spec.labels}
        return Sensor(self._spec.id, spec.id, spec.quantity, spec.name or Text.same(spec.id), labels, spec.states)


def _references(found: Point) -> set[PointKey]:
    return {PointKey(each.point) for each in (*found.good_when, *found.selectors)} - {PointKey(found.key)}


def _laid_over(below: Value, above: Mapping[object, Value]) -> Value:
    if not isinstance(below, dict):
        return dict(above)  # type: ignore[arg-type]
    labels = (below.get("labels"), above.get("labels"))
    merged = {**below, **above}
    if all(isinstance(each, dict) for each in labels):
        merged["labels"] = {**labels[0], **labels[1]}  # type: ignore[dict-item]
    return merged  # type: ignore[return-value]


def _nearest(name: str, known: Iterable[str]) -> Text | None:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return Text(f"did you mean `{near[0]}`?", f"是否应为 `{near[0]}`？") if near else None


def _where(bus: Bus) -> tuple[object, ...]:
    """Return what makes two endpoints the same: the host and port, or the serial port."""
    endpoint = bus.endpoint
    named = getattr(endpoint, "host", None), getattr(endpoint, "port", None)
    return bus.module.__name__, *named
