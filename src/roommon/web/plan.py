"""The plan: the floor with what stands on it, sensors where they are, the inlets' heat, water on its rope. Pure.

Places are those of the drawing: `SHEET` wide, or less where a floor is deep, from the upper left corner.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web import heat, labels, polyline
from roommon.web.facts import Building, Present
from roommon.web.floor import At, Floor, Heat, Placed, Rope, Thing, ThingKind
from roommon.web.labels import Box, Mark
from roommon.web.mood import Mood
from roommon.web.tables import DeviceRow, SensorRow, device_row, sensor_row

SHEET = 1200.0
_DEEPEST = 0.75
"""Of `SHEET`: a deeper floor is drawn narrower."""
FONT, MARK = 19.0, 11.0
"""Height of letters and radius of a sensor on the drawing, as plan.css has them."""
_ROPE_M = 0.1
_WORDS = (Quantity.CONTACT, Quantity.STATE)
_TELLING: Sequence[str | Quantity] = (
    "battery_charge",
    Quantity.TEMPERATURE,
    Quantity.ACTIVE_POWER,
    Quantity.VOLTAGE,
    Quantity.LEAKAGE_CURRENT,
    Quantity.ACCELERATION,
    Quantity.VELOCITY,
    Quantity.COUNT,
)
"""What tells most of a device: the first of these that it measures."""
_ORDER = list(Mood)


@dataclass(frozen=True, slots=True)
class Line:
    """One sensor of a post."""

    row: SensorRow
    placed: Placed
    text: Text
    """`2.0 m  24.3 °C`, or the name of a contact."""

    @property
    def is_read(self) -> bool:
        """Return whether it says anything now."""
        return bool(self.row.value)

    @property
    def height(self) -> str:
        """Return how high it is: `2.0 m`; empty where nobody said."""
        return "" if self.placed.height is None else f"{self.placed.height:.1f} m"


@dataclass(frozen=True, slots=True)
class Post:
    """All sensors of one place, the highest first."""

    x: float
    y: float
    mood: Mood
    lines: Sequence[Line]
    label: Box
    """Where their lines are written, in the longer of both languages."""
    anchor: str
    """`start`, `middle` or `end`: which end of the lines lies at `label_x`."""
    label_x: float

    @property
    def is_read(self) -> bool:
        """Return whether all of its sensors say something now: else it is hatched, whatever alarm stands."""
        return all(line.is_read for line in self.lines)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A thing on the floor."""

    thing: Thing
    box: Box
    """Of all of them."""
    cells: Sequence[Box]
    device: DeviceRow | None
    """The one that is worst; None where no device belongs to it."""
    devices: Sequence[DeviceRow]
    swing: str
    """Of a door: the path of its leaf."""
    is_turned: bool
    """Its name is written from bottom to top."""

    @property
    def is_read(self) -> bool:
        """Return whether all of its devices' sensors are read: else it is hatched, whatever alarm stands."""
        return all(row.seen == len(row.sensors) for row in self.devices)


@dataclass(frozen=True, slots=True)
class Water:
    """Water on a rope."""

    at: At | None
    """None where the controller does not say, or cannot be asked, how far along it is."""
    metres: str
    is_beyond: bool
    """The controller tells a distance beyond the end of the rope."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A rope on the floor."""

    rope: Rope
    points: Sequence[At]
    row: SensorRow
    """Of its distance."""
    device: DeviceRow
    water: Water | None

    @property
    def is_seen(self) -> bool:
        """Return whether it is known if there is water."""
        return self.device.mood is not Mood.BLIND


@dataclass(frozen=True, slots=True)
class Warmth:
    """The heat map."""

    heat: Heat
    areas: Sequence[tuple[int, str]]
    """Step of the scale and path, to be painted in turn."""
    circles: Sequence[tuple[At, float]]
    """Where something is known."""
    edges: Sequence[float]
    read: int
    coldest: str
    warmest: str
    """Empty where no inlet is read."""


@dataclass(frozen=True, slots=True)
class Card:
    """A device of which no place is known."""

    device: DeviceRow
    main: SensorRow | None
    """What tells most."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A floor as it is drawn."""

    floor: Floor
    width: float
    height: float
    things: Sequence[Drawn]
    ropes: Sequence[Laid]
    posts: Sequence[Post]
    warmth: Warmth | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The page of one room."""

    room: str
    rooms: Sequence[str]
    sheet: Sheet | None
    """None where the configuration has no plan of the room."""
    cards: Sequence[Card]
    """Devices that have no place on the sheet, the worst first."""


def plan(building: Building, present: Present, room: str) -> Plan | None:
    """Return the plan of `room`, of the site's own when that is empty; None when there is no such room."""
    rooms = _rooms(building)
    room = room or next((each for each in rooms if each in building.floors), next(iter(rooms), building.room))
    if room not in rooms:
        return None
    floor = building.floors.get(room)
    sheet = None if floor is None else _sheet(floor, building, present)
    here = [unit.device.id for unit in building.units.values() if unit.device.room == room]
    seen = set() if floor is None else _devices_on(floor)
    cards = [_card(id_, building, present) for id_ in here if id_ not in seen]
    return Plan(room, rooms, sheet, sorted(cards, key=lambda card: _ORDER.index(card.device.mood)))


def _rooms(building: Building) -> list[str]:
    rooms = [*building.floors, *(unit.device.room for unit in building.units.values())]
    return sorted(dict.fromkeys(rooms), key=lambda room: room != building.room)


def _devices_on(floor: Floor) -> set[DeviceId]:
    of_sensors = {DeviceId(sensor.partition(".")[0]) for sensor in floor.sensors()}
    return of_sensors | {device for thing in floor.things for device in thing.devices}


@dataclass(frozen=True, slots=True)
class _Scale:
    """Metres to the drawing."""

    per_m: float

    def at(self, place: At) -> At:
        return At(place.x * self.per_m, place.y * self.per_m)

    def box(self, at: At, width: float, depth: float) -> Box:
        return Box(at.x * self.per_m, at.y * self.per_m, width * self.per_m, depth * self.per_m)


def _sheet(floor: Floor, building: Building, present: Present) -> Sheet:
    scale = _Scale(min(SHEET / floor.width, SHEET * _DEEPEST / floor.depth))
    width, height = floor.width * scale.per_m, floor.depth * scale.per_m
    rows = {id_: sensor_row(building.watched[id_], present) for id_ in floor.sensors() if id_ in building.watched}
    return Sheet(
        floor,
        width,
        height,
        [_drawn(thing, floor, scale, building, present) for thing in floor.things],
        [_laid(rope, rows, scale, building, present) for rope in floor.ropes if rope.distance in rows],
        _posts(floor, rows, scale, Box(0, 0, width, height)),
        None if floor.heat is None else _warmth(floor, floor.heat, rows, scale),
    )


def _drawn(thing: Thing, floor: Floor, scale: _Scale, building: Building, present: Present) -> Drawn:
    cells = [
        scale.box(At(thing.at.x + number * thing.width, thing.at.y), thing.width, thing.depth)
        for number in range(thing.count)
    ]
    devices = [device_row(id_, building, present) for id_ in thing.devices if id_ in building.units]
    box = scale.box(thing.at, thing.width * thing.count, thing.depth)
    return Drawn(
        thing=thing,
        box=box,
        cells=cells,
        device=min(devices, key=lambda row: _ORDER.index(row.mood), default=None),
        devices=devices,
        swing=_leaf(thing, cells[0], floor, scale),
        is_turned=box.height > box.width and labels.width(_longer(thing.name), FONT) > box.width,
    )


def _leaf(thing: Thing, door: Box, floor: Floor, scale: _Scale) -> str:
    is_door = thing.kind is ThingKind.DOOR
    return swing(door, floor.width * scale.per_m, floor.depth * scale.per_m) if is_door else ""


def swing(door: Box, width: float, height: float) -> str:
    """Return the path of the leaf of a door: open into the larger part of a sheet `width` by `height`."""
    if door.width >= door.height:
        leaf, down = door.width, door.top + door.height / 2 < height / 2
        hinge = door.top + door.height if down else door.top
        tip = hinge + leaf if down else hinge - leaf
        turn = 0 if down else 1
        return (
            f"M{door.left:.0f} {hinge:.0f}V{tip:.0f}"
            f"A{leaf:.0f} {leaf:.0f} 0 0 {turn} {door.left + leaf:.0f} {hinge:.0f}"
        )
    leaf, right = door.height, door.left + door.width / 2 < width / 2
    hinge = door.left + door.width if right else door.left
    tip = hinge + leaf if right else hinge - leaf
    turn = 1 if right else 0
    return f"M{hinge:.0f} {door.top:.0f}H{tip:.0f}A{leaf:.0f} {leaf:.0f} 0 0 {turn} {hinge:.0f} {door.top + leaf:.0f}"


def _laid(rope: Rope, rows: Mapping[SensorId, SensorRow], scale: _Scale, building: Building, present: Present) -> Laid:
    row = rows[rope.distance]
    found = water(rope, row, rows.get(rope.leak) if rope.leak is not None else None)
    if found is not None and found.at is not None:
        found = Water(scale.at(found.at), found.metres, found.is_beyond)
    device = device_row(row.watched.device.id, building, present)
    return Laid(rope, [scale.at(place) for place in rope.line], row, device, found)


def water(rope: Rope, distance: SensorRow, leak: SensorRow | None) -> Water | None:
    """Return where water is on `rope`, in metres of the floor; None when there is none, or nobody knows of any."""
    metres, wet = _value(distance), None if leak is None else _value(leak)
    if wet == 0 or (wet is None and not metres):
        return None
    if not metres:
        return Water(None, "", is_beyond=False)
    at = polyline.along(rope.line, metres / rope.length)
    return Water(at, shown(metres, Quantity.DISTANCE), metres > rope.length)


def _value(row: SensorRow) -> float | None:
    return None if row.reading is None else row.reading.value


def _posts(floor: Floor, rows: Mapping[SensorId, SensorRow], scale: _Scale, sheet: Box) -> list[Post]:
    placed = sorted((each for each in floor.placed if each.sensor in rows), key=_from_the_top)
    groups = [
        (scale.at(at), [_line(each, rows[each.sensor]) for each in several])
        for at, several in groupby(placed, key=lambda each: each.at)
    ]
    marks = [Mark(at.x, at.y, [_longer(line.text) for line in lines]) for at, lines in groups]
    boxes = labels.placed(marks, sheet, _standing(floor, scale), FONT, MARK)
    return [_post(at, lines, box) for (at, lines), box in zip(groups, boxes, strict=True)]


def _standing(floor: Floor, scale: _Scale) -> list[Box]:
    """Return what stands and lies on the floor, as boxes."""
    things = [scale.box(thing.at, thing.width * thing.count, thing.depth) for thing in floor.things]
    stretches = [stretch for rope in floor.ropes for stretch in pairwise(rope.line)]
    return things + [
        scale.box(
            At(min(begin.x, end.x), min(begin.y, end.y)), abs(end.x - begin.x) + _ROPE_M, abs(end.y - begin.y) + _ROPE_M
        )
        for begin, end in stretches
    ]


def _from_the_top(placed: Placed) -> tuple[At, float]:
    return placed.at, -(placed.height or 0.0)


def _longer(text: Text) -> str:
    return max(text.en, text.zh_cn, key=lambda words: labels.width(words, FONT))


def _post(at: At, lines: Sequence[Line], label: Box) -> Post:
    mood = min((line.row.mood for line in lines), key=_ORDER.index)
    if label.left >= at.x:
        return Post(at.x, at.y, mood, lines, label, "start", label.left)
    if label.left + label.width <= at.x:
        return Post(at.x, at.y, mood, lines, label, "end", label.left + label.width)
    return Post(at.x, at.y, mood, lines, label, "middle", label.left + label.width / 2)


_UNREAD = Text("not read", "无读数")


def _line(placed: Placed, row: SensorRow) -> Line:
    """Return what is written of a sensor: its value, with its height; of a contact its name, and what is amiss."""
    said = row.value or _UNREAD
    sensor = row.watched.sensor
    if sensor.quantity in _WORDS:
        name = sensor.name
        if row.mood is not Mood.NORMAL:
            name = Text(f"{name.en}: {said.en}", f"{name.zh_cn}：{said.zh_cn}")
        return Line(row, placed, name)
    if placed.height is None:
        return Line(row, placed, said)
    height = f"{placed.height:.1f} m"
    return Line(row, placed, Text(f"{height} · {said.en}", f"{height} · {said.zh_cn}"))


def _warmth(floor: Floor, wanted: Heat, rows: Mapping[SensorId, SensorRow], scale: _Scale) -> Warmth:
    inlets, read = warmest_by_place(floor, wanted, rows)
    found = heat.painted(floor.width, floor.depth, tuple(inlets), wanted)
    values = [temperature for _, temperature in inlets]
    return Warmth(
        heat=wanted,
        areas=[(area.step, _path(area.outlines, scale)) for area in found],
        circles=[(scale.at(at), wanted.reach * scale.per_m) for at, _ in inlets],
        edges=heat.edges(wanted),
        read=len(read),
        coldest=shown(min(read), Quantity.TEMPERATURE) if read else "",
        warmest=shown(max(values), Quantity.TEMPERATURE) if values else "",
    )


def warmest_by_place(
    floor: Floor, wanted: Heat, rows: Mapping[SensorId, SensorRow]
) -> tuple[list[tuple[At, float]], list[float]]:
    """Return, by place, the warmest inlet that is read there; and the temperatures of all that are read."""
    places: dict[At, float] = {}
    read: list[float] = []
    for placed in floor.placed:
        row = rows.get(placed.sensor)
        value = None if row is None or placed.sensor not in wanted.sensors else _value(row)
        if value is not None:
            read.append(value)
            places[placed.at] = max(value, places.get(placed.at, value))
    return list(places.items()), read


def _path(outlines: Iterable[Sequence[At]], scale: _Scale) -> str:
    return "".join("M" + "L".join(_point(scale.at(place)) for place in outline) + "Z" for outline in outlines)


def _point(place: At) -> str:
    return f"{place.x:.0f} {place.y:.0f}"


def _card(id_: DeviceId, building: Building, present: Present) -> Card:
    device = device_row(id_, building, present)
    return Card(device, telling(device.sensors))


def telling(rows: Sequence[SensorRow]) -> SensorRow | None:
    """Return the sensor that tells most of a device: the worst, else the first of what matters; None without values."""
    valued = [row for row in rows if row.value]
    worst = min(valued, key=lambda row: _ORDER.index(row.mood), default=None)
    if worst is None or worst.mood is not Mood.NORMAL:
        return worst
    wanted = (
        (row for row in valued if each in (row.watched.sensor.key, row.watched.sensor.quantity)) for each in _TELLING
    )
    return next((row for rows_of_one in wanted for row in rows_of_one), worst)
