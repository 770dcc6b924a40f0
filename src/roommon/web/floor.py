"""The floor of a room as the configuration has it: what stands where.

Lengths are metres, places count from the upper left corner: to the right, then down.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from roommon.model.device import DeviceId
from roommon.model.reading import SensorId
from roommon.model.text import Text

RECOMMENDED_C = (18.0, 27.0)
"""What ASHRAE recommends for the air that equipment takes in: the middle of the heat map's scale."""


class At(NamedTuple):
    """A place on the floor."""

    x: float
    y: float


class ThingKind(StrEnum):
    """What stands on a floor."""

    RACK = "rack"
    AIR_CONDITIONER = "air_conditioner"
    UPS = "ups"
    CABINET = "cabinet"
    """A distribution board, a battery cabinet, a fire panel."""
    DOOR = "door"
    WALL = "wall"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that stands on the floor, or several of it side by side."""

    kind: ThingKind
    at: At
    """Its upper left corner."""
    width: float
    """Of one."""
    depth: float
    name: Text
    devices: tuple[DeviceId, ...]
    """Those that tell how it is."""
    count: int


@dataclass(frozen=True, slots=True)
class Rope:
    """A leak rope."""

    name: Text
    distance: SensorId
    """Tells how far along the rope water is."""
    leak: SensorId | None
    """Tells whether there is water; None: there is while the distance is above 0."""
    line: tuple[At, ...]
    """Where it lies, from the controller on; at least two places."""
    length: float
    """Of the rope, which may be longer than its line is drawn."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A sensor where it is."""

    sensor: SensorId
    at: At
    height: float | None
    """Above the floor."""


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat map of inlets."""

    sensors: tuple[SensorId, ...]
    """Of temperature, each of them with a place on the floor."""
    low: float
    """The cold end of the scale, °C."""
    high: float
    reach: float
    """How far from a sensor its temperature is taken for that of the air."""


@dataclass(frozen=True, slots=True)
class Background:
    """The user's own picture of the floor."""

    media_type: str
    content: bytes

    @property
    def version(self) -> str:
        """Return what changes with the content."""
        return sha256(self.content).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of one room."""

    room: str
    width: float
    depth: float
    background: Background | None
    things: tuple[Thing, ...]
    ropes: tuple[Rope, ...]
    placed: tuple[Placed, ...]
    heat: Heat | None

    def sensors(self) -> Iterator[SensorId]:
        """Yield every sensor that is seen on this floor."""
        yield from (placed.sensor for placed in self.placed)
        yield from self.of_ropes()

    def of_ropes(self) -> list[SensorId]:
        """Return the sensors that tell of water on ropes."""
        both = (sensor for rope in self.ropes for sensor in (rope.distance, rope.leak))
        return [sensor for sensor in both if sensor is not None]
