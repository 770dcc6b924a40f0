"""How a floor is laid out: everything on it at its place, and labels where they do not lie over each other. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import SensorId
from roommon.web import heat, posts, ropes, things
from roommon.web.floor import At, Floor, Heat
from roommon.web.labels import Standing
from roommon.web.scale import Scale
from roommon.web.sheet import Sheet, Warmth
from roommon.web.tables import DeviceRow, SensorRow


def sheet(floor: Floor, devices: Mapping[DeviceId, DeviceRow]) -> Sheet:
    """Return the drawing of `floor`; `devices` are those of the whole building that it may show."""
    scale = Scale.of(floor)
    rows = {row.watched.sensor.id: row for device in devices.values() for row in device.sensors}
    whole = scale.box(At(0, 0), floor.width, floor.depth)
    stands, laid = things.things(floor, devices, scale), ropes.ropes(floor, rows, devices, scale)
    standing = Standing(tuple(one.box for one in stands), tuple(things.names(stands)), tuple(ropes.lines(laid)))
    marked = posts.posts(floor, rows, scale, whole, standing)
    standing = standing._replace(
        words=(*standing.words, *posts.boxes(marked)), lines=(*standing.lines, *posts.leaders(marked))
    )
    return Sheet(
        floor,
        whole.width,
        whole.height,
        stands,
        ropes.labelled(laid, whole, standing),
        marked,
        None if floor.heat is None else _warmth(floor, floor.heat, rows, scale),
    )


def _warmth(floor: Floor, wanted: Heat, rows: Mapping[SensorId, SensorRow], scale: Scale) -> Warmth:
    inlets, read = warmest_by_place(floor, wanted, rows)
    values = [temperature for _, temperature in inlets]
    return Warmth(
        heat=wanted,
        areas=_areas(floor, tuple(inlets), wanted, scale),
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
    inlets = frozenset(wanted.sensors)
    places: dict[At, float] = {}
    read: list[float] = []
    for placed in floor.placed:
        row = rows.get(placed.sensor) if placed.sensor in inlets else None
        value = None if row is None or row.reading is None else row.reading.value
        if value is not None:
            read.append(value)
            places[placed.at] = max(value, places.get(placed.at, value))
    return list(places.items()), read


def _areas(floor: Floor, inlets: tuple[tuple[At, float], ...], wanted: Heat, scale: Scale) -> Sequence[tuple[int, str]]:
    found = heat.painted(floor.width, floor.depth, inlets, wanted)
    return [(area.step, _path(area.outlines, scale)) for area in found]


def _path(outlines: Iterable[Sequence[At]], scale: Scale) -> str:
    return "".join("M" + "L".join(_point(scale.at(place)) for place in outline) + "Z" for outline in outlines)


def _point(place: At) -> str:
    return f"{place.x:.0f} {place.y:.0f}"
