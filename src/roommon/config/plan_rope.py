"""Leak ropes on a plan."""

from roommon.config.findings import Spot
from roommon.config.plan_ground import Ground
from roommon.config.written_plan import RopeSpec
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web import polyline
from roommon.web.floor import At, Rope

_ROUNDING_M = 1e-6


def rope(spec: RopeSpec, spot: Spot, ground: Ground) -> Rope | None:
    """Return the rope that `spec` writes, or None after noting that its sensor cannot be it."""
    for index, at in enumerate(spec.line):
        ground.check(at, spot.below("line", index))
    distance = ground.sensor_of(Quantity.DISTANCE, spec.sensor, spot.below("sensor"))
    leak = None if spec.leak is None else ground.sensor_of(Quantity.CONTACT, spec.leak, spot.below("leak"))
    if distance is None:
        return None
    line = tuple(At(*at) for at in spec.line)
    drawn = polyline.length(line)
    made = Rope(
        name=spec.name or ground.sensors[distance.id][0].name,
        distance=distance.id,
        leak=None if leak is None else leak.id,
        line=line,
        length=drawn if spec.length is None else spec.length,
    )
    _check_length(made, drawn, spot.below("line" if spec.length is None else "length"), ground)
    return made


def _check_length(made: Rope, drawn: float, spot: Spot, ground: Ground) -> None:
    farthest = _farthest(made.distance, ground)
    if farthest is not None and farthest > made.length + _ROUNDING_M:
        ground.findings.fault(
            spot,
            Text(
                f"the rope is {made.length:.1f} m long, and `{made.distance}` tells up to {farthest:.1f} m",
                f"感应线长 {made.length:.1f} m，而 `{made.distance}` 的量程到 {farthest:.1f} m",
            ),
            Text(
                "write the whole `length` of the rope, or mend the sensor's `range`",
                "请写感应线的全长 `length`，或更正该传感器的 `range`",
            ),
        )
    elif drawn > made.length + _ROUNDING_M:
        ground.findings.warn(
            spot,
            Text(
                f"the line is {drawn:.1f} m on the floor, and the rope {made.length:.1f} m long",
                f"走线在平面图上长 {drawn:.1f} m，而感应线长 {made.length:.1f} m",
            ),
            Text("mend one of them: water is drawn at its share of the line", "请更正其一：漏水位置按比例标在走线上"),
        )


def _farthest(sensor: SensorId, ground: Ground) -> float | None:
    """Return the largest distance that a sensor's range lets it tell; None where it has no range."""
    device, _, key = sensor.partition(".")
    polled = ground.room.devices.get(DeviceId(device))
    points = () if polled is None else polled.points
    limits = next((point.range for point in points if point.key == key), None)
    return None if limits is None or limits[1] == float("inf") else limits[1]
