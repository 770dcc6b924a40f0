"""Leak ropes as they are drawn, and where water is on them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web import labels, polyline
from roommon.web.box import Box
from roommon.web.floor import At, Floor, Rope
from roommon.web.labels import Mark, Standing
from roommon.web.posts import longer
from roommon.web.scale import Scale
from roommon.web.sheet import Laid, Water
from roommon.web.tables import DeviceRow, SensorRow

_FONT, _RADIUS = 24.0, 22.0
"""Height of the letters that tell of water, and radius of its mark, as plan.css has them."""
_NOWHERE = Text("water, place unknown", "有水，位置未知")


def ropes(
    floor: Floor, rows: Mapping[SensorId, SensorRow], devices: Mapping[DeviceId, DeviceRow], scale: Scale
) -> list[Laid]:
    """Return the ropes of a floor; what is written of water has no place yet."""
    found = []
    for rope in floor.ropes:
        row = rows.get(rope.distance)
        if row is not None:
            points = [scale.at(place) for place in rope.line]
            wet = water(rope, row, None if rope.leak is None else rows.get(rope.leak))
            if wet is not None and wet.at is not None:
                wet = replace(wet, at=scale.at(wet.at))
            found.append(Laid(rope, points, row, devices[row.watched.device.id], wet, None))
    return found


def lines(found: Sequence[Laid]) -> Iterator[tuple[At, At]]:
    """Yield every straight stretch of ropes."""
    for laid in found:
        yield from pairwise(laid.points)


def labelled(found: Sequence[Laid], sheet: Box, standing: Standing) -> list[Laid]:
    """Return the ropes with a place for what is written of the water on them."""
    marks = tuple(
        _mark(laid.points[0] if laid.water.at is None else laid.water.at, laid.water) for laid in found if laid.water
    )
    places = iter(labels.placed(marks, sheet, standing))
    return [replace(laid, label=next(places)) if laid.water else laid for laid in found]


def _mark(at: At, wet: Water) -> Mark:
    return Mark(at, _RADIUS, *labels.size([longer(wet.says)], _FONT), matters=True)


def water(rope: Rope, distance: SensorRow, leak: SensorRow | None) -> Water | None:
    """Return where water is on `rope`, in metres of the floor; None when there is none, or nobody knows of any."""
    metres, wet = _value(distance), None if leak is None else _value(leak)
    if wet == 0 or (wet is None and not metres):
        return None
    if not metres:
        return Water(None, "", _NOWHERE)
    at, told = polyline.along(rope.line, metres / rope.length), shown(metres, Quantity.DISTANCE)
    if metres > rope.length:
        return Water(at, told, Text(f"water at {told}, beyond the rope's end", f"{told} 处有水，超出感应线末端"))
    return Water(at, told, Text(f"water at {told}", f"{told} 处有水"))


def _value(row: SensorRow) -> float | None:
    return None if row.reading is None else row.reading.value
