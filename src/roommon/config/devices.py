"""Devices: what hangs where, and which points are read."""

from dataclasses import replace

from roommon.config import kinds, labels
from roommon.config.buses import Buses
from roommon.config.choice import Parts, split
from roommon.config.device_points import DevicePoints
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.library import Library, Opened
from roommon.config.reading import read
from roommon.config.room import Asked, Ghost, Room
from roommon.config.secret import Surroundings
from roommon.config.site import Bus, Polled
from roommon.config.tree import Value
from roommon.config.wording import listed, no_such
from roommon.config.written import DeviceSpec
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.text import Text
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point, Register
from roommon.profiles.profile import BusId

_SHORTEST = Duration(50)
_UNITS = range(256)
"""1 to 247 on a line; TCP servers also answer to 0 and 255."""


class Devices:
    """Makes devices of what YAML gave, noting every fault."""

    def __init__(self, room: Room, named: str, library: Library, around: Surroundings, findings: Findings) -> None:
        """What is made goes into `room`; `named` is the room of devices that name no other."""
        self._room = room
        self._named = named
        self._library = library
        self._around = around
        self._findings = findings
        self._buses = Buses(room, around, findings)
        self._units: dict[tuple[BusId, int], DeviceId] = {}

    def add(self, raw: Value, spot: Spot) -> None:
        """Add one entry of `devices`; of one that cannot be made, ghosts of its sensors stay."""
        parts = split(raw, DeviceSpec, Family.DRIVER, spot, self._findings, needed=False)
        if parts is None:
            self._room.ghosts.append(Ghost(None))
            return
        spec = read(DeviceSpec, parts.rest, spot, self._around, self._findings)
        if spec is None:
            self._look_anyway(parts, spot)
        else:
            self._add(spec, parts, spot)

    def _look_anyway(self, parts: Parts, spot: Spot) -> None:
        """Note the faults in the connection and the sensors of a device that itself cannot be made."""
        name, profile, sensors = (parts.rest.get(key) for key in ("id", "profile", "sensors"))
        self._room.ghosts.append(Ghost(name if isinstance(name, str) else None))
        if parts.kind is not None:
            self._buses.endpoint(parts.kind, parts.config, spot)
        spec = DeviceSpec(
            id=DeviceId(str(name)),
            profile=profile if isinstance(profile, str) else None,
            sensors=tuple(sensors) if isinstance(sensors, list) else (),
        )
        self._points(spec, self._profile(spec, spot), spot)

    def _add(self, spec: DeviceSpec, parts: Parts, spot: Spot) -> None:
        if parts.strange:
            self._room.ghosts.append(Ghost(spec.id))
        labels.review(spec.labels, spot.below("labels"), self._findings)
        bus = self._bus(spec, parts, spot)
        profile = self._profile(spec, spot)
        made = self._points(spec, profile, spot)
        too_often = self._too_often(spec, spot)
        if too_often or self._twice(spec, spot) or bus is None or (spec.profile is not None and profile is None):
            self._leave_ghosts(spec, profile, _sensors(made))
            return
        self._check_protocol([point for point, _ in made], bus, spot)
        polled = Polled(
            device=Device(spec.id, _name(spec, profile), spec.room or self._named, _sensors(made)),
            bus=bus.id,
            unit=self._unit(spec, profile, bus, spot),
            points=tuple(point for point, _ in made),
            every=spec.every,
            limits=spec.limits or (Limits() if profile is None else profile.profile.limits),
            profile=spec.profile,
        )
        if profile is not None:
            polled = self._with_profile(polled, profile, spec)
        self._keep(spec, profile, spot, polled)

    def _with_profile(self, polled: Polled, profile: Opened, spec: DeviceSpec) -> Polled:
        """Return `polled` with what its profile knows of the whole device: its tables, and who it is."""
        base = profile.profile.address_base if spec.address_base is None else spec.address_base
        return replace(
            polled,
            tables=profile.row_tables,
            identity=profile.identity.points(base, self._findings),
            said=profile.identity.fixed,
            category=profile.profile.category,
        )

    def _profile(self, spec: DeviceSpec, spot: Spot) -> Opened | None:
        return None if spec.profile is None else self._library.open(spec.profile, spot.below("profile"))

    def _points(self, spec: DeviceSpec, profile: Opened | None, spot: Spot) -> list[tuple[Point, Sensor | None]]:
        points = DevicePoints(spec, profile, spot, self._around, self._findings)
        made = points.made()
        self._room.ghosts.extend(points.ghosts)
        return made

    def _leave_ghosts(self, spec: DeviceSpec, profile: Opened | None, sensors: tuple[Sensor, ...]) -> None:
        known = [Ghost(spec.id, sensor.key, sensor.quantity, sensor.labels) for sensor in sensors]
        unknown = [Ghost(spec.id)] if spec.profile is not None and profile is None else []
        self._room.ghosts.extend([*known, *unknown])

    def _keep(self, spec: DeviceSpec, profile: Opened | None, spot: Spot, polled: Polled) -> None:
        self._room.devices[spec.id] = polled
        self._room.device_spots[spec.id] = spot
        self._room.recommended[spec.id] = Asked(spec.recommended, spot.below("recommended"))
        if profile is not None:
            self._room.profiles[spec.id] = profile

    def _too_often(self, spec: DeviceSpec, spot: Spot) -> bool:
        if spec.every >= _SHORTEST:
            return False
        self._findings.fault(
            spot.below("every"),
            Text(f"`{spec.id}` cannot be read every {spec.every} ms", f"`{spec.id}` 不能每 {spec.every} ms 读取一次"),
            Text(f"write {_SHORTEST} ms or more; 10 s is usual", f"应为 {_SHORTEST} ms 以上，通常为 10 s"),
        )
        return True

    def _twice(self, spec: DeviceSpec, spot: Spot) -> bool:
        if spec.id not in self._room.devices:
            return False
        first = self._room.device_spots[spec.id].place
        self._findings.fault(
            spot.below("id"),
            Text(f"`{spec.id}` is already the id of the device at {first}", f"`{spec.id}` 已是 {first} 处设备的标识"),
            Text("give each device its own id", "每台设备须有不同的标识"),
        )
        return True

    def _bus(self, spec: DeviceSpec, parts: Parts, spot: Spot) -> Bus | None:
        """Return the bus that the device hangs on: one of `buses`, or its own."""
        kind = parts.kind
        if spec.bus is not None and kind is not None:
            self._findings.fault(
                spot.below(kind.key).key_place,
                Text("the device has a bus and a connection of its own", "设备同时给出了总线与自己的连接"),
                Text(f"keep `bus:` or `{kind.key}:`", f"请只保留 `bus:` 或 `{kind.key}:`"),
            )
            return None
        if spec.bus is not None:
            return self._shared(spec.bus, spot)
        if kind is None:
            self._nowhere(spec, parts, spot)
            return None
        endpoint = self._buses.endpoint(kind, parts.config, spot)
        if endpoint is None or spec.id in self._room.devices:
            return None
        own = Bus(BusId(spec.id), kind.key, kind.module, endpoint)
        return own if self._buses.join(own, spot) else None

    def _shared(self, name: BusId, spot: Spot) -> Bus | None:
        found = self._room.buses.get(name)
        if found is None and name not in self._room.broken_buses:
            define = Text("define it under `buses:`", "请在 `buses:` 中定义")
            self._findings.fault(spot.below("bus"), *no_such(Text("bus", "总线"), name, self._room.buses, define))
        return found

    def _nowhere(self, spec: DeviceSpec, parts: Parts, spot: Spot) -> None:
        if parts.strange:
            return
        words = listed([f"{key}:" for key in sorted(kinds.all_of(Family.DRIVER))])
        self._findings.fault(
            spot,
            Text(
                f"`{spec.id}` has neither a `bus` nor a connection of its own",
                f"`{spec.id}` 既无 `bus` 也无自己的连接",
            ),
            Text(f"add `bus: ...`, or one of {words}", f"请添加 `bus: ...`，或 {words} 之一"),
        )

    def _unit(self, spec: DeviceSpec, profile: Opened | None, bus: Bus, spot: Spot) -> int | None:
        if kinds.addresses(bus.module) is not Register:
            if spec.unit is not None:
                self._findings.fault(
                    spot.below("unit").key_place,
                    Text(f"{bus.kind} has no units", f"{bus.kind} 没有站号"),
                    Text("remove `unit`", "请删除 `unit`"),
                )
            return None
        if spec.unit is None:
            return self._no_unit(spec, profile, bus, spot)
        if spec.unit not in _UNITS:
            self._findings.fault(
                spot.below("unit"),
                Text(f"unit {spec.unit} is not possible", f"站号 {spec.unit} 无效"),
                Text("write 1 to 247", "应为 1 至 247"),
            )
            return None
        return self._only(spec.id, spec.unit, bus, spot)

    def _no_unit(self, spec: DeviceSpec, profile: Opened | None, bus: Bus, spot: Spot) -> int | None:
        usual = (None if profile is None else profile.profile.serial.unit) or 1
        if bus.id == BusId(spec.id):
            return usual
        self._findings.fault(
            spot,
            Text(f"`unit` is missing: `{bus.id}` is shared", f"缺少 `unit`：`{bus.id}` 为共用总线"),
            Text(f"add `unit: {usual}`", f"请添加 `unit: {usual}`"),
        )
        return None

    def _only(self, device: DeviceId, unit: int, bus: Bus, spot: Spot) -> int:
        twin = self._units.setdefault((bus.id, unit), device)
        if twin != device:
            self._findings.fault(
                spot.below("unit"),
                Text(f"unit {unit} of `{bus.id}` is already `{twin}`", f"`{bus.id}` 的站号 {unit} 已属于 `{twin}`"),
                Text("give each device on a bus its own unit id", "同一总线上的设备须有不同的站号"),
            )
        return unit

    def _check_protocol(self, points: list[Point], bus: Bus, spot: Spot) -> None:
        registers = kinds.addresses(bus.module) is Register
        wrong = next((point for point in points if isinstance(point.at, Register) is not registers), None)
        if wrong is None:
            return
        has_oid = Text(
            f"`{wrong.key}` reads an OID, and {bus.kind} has registers",
            f"`{wrong.key}` 读取 OID，而 {bus.kind} 只有寄存器",
        )
        has_register = Text(
            f"`{wrong.key}` reads a register, and {bus.kind} has OIDs",
            f"`{wrong.key}` 读取寄存器，而 {bus.kind} 只有 OID",
        )
        self._findings.fault(
            spot,
            has_oid if registers else has_register,
            Text("check the profile, or the bus", "请检查模板或总线"),
        )


def _name(spec: DeviceSpec, profile: Opened | None) -> Text:
    if spec.name is not None:
        return spec.name
    if profile is None:
        return Text.same(spec.id)
    family = profile.profile.name
    return Text(f"{family.en} {spec.id}", f"{family.zh_cn} {spec.id}")


def _sensors(made: list[tuple[Point, Sensor | None]]) -> tuple[Sensor, ...]:
    return tuple(sensor for _, sensor in made if sensor is not None)
