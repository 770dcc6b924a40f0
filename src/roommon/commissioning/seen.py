"""What a device gave for each point of a profile: the raw value, the reading, the words around it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf

from roommon.config.site import Polled
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.reading import Reading
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Point, Register

Words = Mapping[Register, int]
"""Registers of a unit as they were read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One point of a device."""

    point: Point
    sensor: Sensor | None
    """None for a point that serves others alone."""
    raw: Raw | Fault
    reading: Reading | None
    words: Words = field(default_factory=dict)
    """All registers of the unit that were read, its neighbours among them; SNMP has none."""

    @property
    def value(self) -> float | None:
        """The value, in the unit of its quantity."""
        return None if self.reading is None else self.reading.value


def seen(polled: Polled, raws: Sequence[Raw | Fault], words: Words | None = None) -> list[Seen]:
    """Return what the raw values `raws` of all points of `polled` mean."""
    sensors = {sensor.key: sensor for sensor in polled.device.sensors}
    readings = {one.sensor: one for one in Decoder(polled.device.id, polled.points).readings(raws, Instant(0))}
    return [
        Seen(point, sensor, raw, None if sensor is None else readings[sensor.id], words or {})
        for point, raw in zip(polled.points, raws, strict=True)
        for sensor in [sensors.get(point.key)]
    ]


def is_nonsense(one: Seen) -> bool:
    """Return whether the raw value is infinite, as floats in the wrong order may be; NaN means "no value"."""
    return isinstance(one.raw, float) and isinf(one.raw)
