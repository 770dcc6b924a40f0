"""What stands on a floor as it is drawn: racks, cabinets, doors with their leaf. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from roommon.model.device import DeviceId
from roommon.web import labels
from roommon.web.box import Box
from roommon.web.floor import At, Floor, Thing, ThingKind
from roommon.web.posts import FONT, longer
from roommon.web.scale import Scale
from roommon.web.sheet import Drawn
from roommon.web.tables import DeviceRow

_UNNAMED = (ThingKind.DOOR, ThingKind.WALL)
_SIGN = 36.0
"""Height of the sign above a name."""


def things(floor: Floor, devices: Mapping[DeviceId, DeviceRow], scale: Scale) -> list[Drawn]:
    """Return what stands on a floor, as bad as the worst of its devices."""
    return [_drawn(thing, devices, scale, scale.box(At(0, 0), floor.width, floor.depth)) for thing in floor.things]


def _drawn(thing: Thing, devices: Mapping[DeviceId, DeviceRow], scale: Scale, sheet: Box) -> Drawn:
    cells = [
        scale.box(At(thing.at.x + number * thing.width, thing.at.y), thing.width, thing.depth)
        for number in range(thing.count)
    ]
    own = [devices[id_] for id_ in thing.devices if id_ in devices]
    box = scale.box(thing.at, thing.width * thing.count, thing.depth)
    return Drawn(
        thing=thing,
        box=box,
        cells=cells,
        device=min(own, key=lambda row: row.mood.rank, default=None),
        devices=own,
        swing=swing(cells[0], sheet.width, sheet.height) if thing.kind is ThingKind.DOOR else "",
        is_turned=box.height > box.width and labels.width(longer(thing.name), FONT) > box.width,
    )


def names(drawn: Iterable[Drawn]) -> Iterator[Box]:
    """Yield where the names of things are written, with their signs."""
    for one in drawn:
        words = longer(one.thing.name)
        if not words or one.thing.kind in _UNNAMED:
            continue
        if one.thing.count > 1:
            wide = labels.width(f"{words}{one.thing.count}", FONT)
            yield from (Box.around(cell.middle, wide, FONT) for cell in one.cells)
            continue
        wide = labels.width(words, FONT)
        across, down = (FONT, wide) if one.is_turned else (wide, FONT + _SIGN)
        yield Box.around(one.box.middle, across, min(down, one.box.height))


def swing(door: Box, width: float, height: float) -> str:
    """Return the path of the leaf of a door: open into the larger part of a sheet `width` by `height`."""
    if door.width >= door.height:
        leaf, down = door.width, door.middle.y < height / 2
        hinge = door.bottom if down else door.top
        tip = hinge + leaf if down else hinge - leaf
        turn = 0 if down else 1
        return (
            f"M{door.left:.0f} {hinge:.0f}V{tip:.0f}"
            f"A{leaf:.0f} {leaf:.0f} 0 0 {turn} {door.left + leaf:.0f} {hinge:.0f}"
        )
    leaf, right = door.height, door.middle.x < width / 2
    hinge = door.right if right else door.left
    tip = hinge + leaf if right else hinge - leaf
    turn = 1 if right else 0
    return f"M{hinge:.0f} {door.top:.0f}H{tip:.0f}A{leaf:.0f} {leaf:.0f} 0 0 {turn} {hinge:.0f} {door.top + leaf:.0f}"
