"""Plans of rooms: what is written, held against the room that was read, with every fault of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from roommon.config import plan_heat, plan_picture, plan_rope
from roommon.config.findings import Findings, Spot
from roommon.config.plan_ground import CHECK, Ground
from roommon.config.reading import read
from roommon.config.room import Room
from roommon.config.secret import Surroundings, is_seen
from roommon.config.selections import Selections
from roommon.config.tree import Value
from roommon.config.units import NotAValue
from roommon.config.wording import no_such
from roommon.config.written_plan import PlacedSpec, PlanSpec, ThingSpec
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web.floor import At, Background, Floor, Placed, Thing, ThingKind

_HIGHEST_M = 30.0
_STRETCHED = 0.05
"""A picture whose proportions are so much off the floor's is seen to be."""
_NAMES = {
    ThingKind.RACK: Text("Rack", "机柜"),
    ThingKind.AIR_CONDITIONER: Text("Air conditioner", "空调"),
    ThingKind.UPS: Text.same("UPS"),
    ThingKind.CABINET: Text("Cabinet", "配电柜"),
    ThingKind.DOOR: Text("Door", "门"),
    ThingKind.WALL: Text("Wall", "墙"),
    ThingKind.OTHER: Text.same(""),
}


@dataclass(slots=True)
class Plans:
    """Reads plans of what YAML gave, noting every fault."""

    room: Room
    named: str
    """The site's own room."""
    around: Surroundings
    findings: Findings
    floors: dict[str, Floor] = field(default_factory=dict)
    """By room."""
    _spots: dict[str, Spot] = field(default_factory=dict)

    def add(self, raw: Value, spot: Spot) -> None:
        """Take one entry of `plan`."""
        spec = read(PlanSpec, raw, spot, self.around, self.findings)
        if spec is None:
            return
        name = spec.room or self.named
        rooms = {self.named, *(device.room for device in self.room.sensed())}
        if name not in rooms and not self.room.ghosts:
            self.findings.fault(spot.below("room"), *no_such(Text("room", "机房"), name, rooms, _NO_ROOM))
        elif name in self._spots:
            self._twice(name, spot)
        else:
            self._spots[name] = spot
            self.floors[name] = self._floor(name, spec, spot)

    def _twice(self, name: str, spot: Spot) -> None:
        first = self._spots[name].place
        self.findings.fault(
            spot,
            Text(f"the room `{name}` already has a plan at {first}", f"机房 `{name}` 已在 {first} 有平面图"),
            Text("name another `room`, or remove it", "请写明其他 `room`，或删除"),
        )

    def _floor(self, name: str, spec: PlanSpec, spot: Spot) -> Floor:
        """Return the floor, without what has faults."""
        selections = Selections(self.room, self.around, self.findings)
        ground = Ground(self.room, name, *spec.size, selections, self.findings)
        placed = {each.sensor: each for each in _placed(spec, spot, ground)}
        ropes = [plan_rope.rope(each, spot.below("rope", index), ground) for index, each in enumerate(spec.rope)]
        return Floor(
            room=name,
            width=ground.width,
            depth=ground.depth,
            background=_background(spec, spot.below("background"), self.around, self.findings),
            things=tuple(_thing(each, spot.below("things", index), ground) for index, each in enumerate(spec.things)),
            ropes=tuple(rope for rope in ropes if rope is not None),
            placed=tuple(placed.values()),
            heat=None if spec.heat is None else plan_heat.heat(spec.heat, spot.below("heat"), placed, ground),
        )


_NO_ROOM = Text("name a room in which a device is", "请写有设备的机房")


def _thing(spec: ThingSpec, spot: Spot, ground: Ground) -> Thing:
    (x, y), (width, depth) = spec.at, spec.size
    if ground.is_outside(x, y) or ground.is_outside(x + width * spec.count, y + depth):
        what = Text("some of it is outside the floor", "有一部分超出平面图范围")
        ground.findings.fault(spot.below("at"), what, ground.measure())
    ghosts = {ghost.device for ghost in ground.room.ghosts}
    for index, device in enumerate(spec.devices):
        if device not in ground.devices and not {None, device} & ghosts:
            at = spot.below("devices", index)
            ground.findings.fault(at, *no_such(Text("device", "设备"), device, ground.devices, CHECK))
    return Thing(spec.kind, At(x, y), width, depth, _name(spec, ground), spec.devices, spec.count)


def _name(spec: ThingSpec, ground: Ground) -> Text:
    """Return what a thing is called: as it is written, like its only device, or like its kind."""
    device = ground.devices.get(spec.devices[0]) if len(spec.devices) == 1 else None
    return spec.name or (_NAMES[spec.kind] if device is None else device.name)


def _placed(spec: PlanSpec, spot: Spot, ground: Ground) -> Iterable[Placed]:
    seen = set[SensorId]()
    for index, each in enumerate(spec.sensors):
        at = spot.below("sensors", index)
        sensor = ground.sensor(each.sensor, at.below("sensor"))
        _check_place(each, at, ground)
        if sensor is None:
            continue
        if sensor.id in seen:
            what = Text(f"`{sensor.id}` already has a place", f"`{sensor.id}` 已有位置")
            ground.findings.fault(at.below("sensor"), what, Text("keep one", "请只保留一个"))
        seen.add(sensor.id)
        yield Placed(sensor.id, At(*each.at), each.height)


def _check_place(placed: PlacedSpec, spot: Spot, ground: Ground) -> None:
    ground.check(placed.at, spot.below("at"))
    if placed.height is not None and not 0 <= placed.height <= _HIGHEST_M:
        ground.findings.fault(
            spot.below("height"),
            Text(f"a height is 0 to {_HIGHEST_M:.0f} m", f"高度应为 0 至 {_HIGHEST_M:.0f} m"),
            Text("write how far above the floor it is, like `2 m`", "请写距地面的高度，例如 `2 m`"),
        )


def _background(spec: PlanSpec, spot: Spot, around: Surroundings, findings: Findings) -> Background | None:
    if spec.background is None:
        return None
    try:
        picture, proportions = plan_picture.picture(spec.background)
    except NotAValue as error:
        is_file = not plan_picture.is_address(spec.background)
        is_awaited = is_file and around.tolerated is not None and not is_seen(spec.background)
        (findings.warn if is_awaited else findings.fault)(spot, error.problem, error.remedy)
        return None
    own = spec.size[0] / spec.size[1]
    if proportions is not None and abs(proportions / own - 1) > _STRETCHED:
        findings.warn(
            spot,
            Text(
                f"width by height of the picture is {proportions:.2f}, of the floor {own:.2f}: it is stretched",
                f"图片宽高比为 {proportions:.2f}，平面图为 {own:.2f}：图片将被拉伸",
            ),
            Text("cut the picture at the walls, or mend `size`", "请将图片裁剪到墙边，或更正 `size`"),
        )
    return picture
