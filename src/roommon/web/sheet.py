"""What is drawn of a floor. Places are those of the drawing, from its upper left corner. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from roommon.model.text import Text
from roommon.web.box import Box
from roommon.web.floor import At, Floor, Heat, Placed, Rope, Thing
from roommon.web.labels import Label
from roommon.web.mood import Mood
from roommon.web.tables import DeviceRow, SensorRow


@dataclass(frozen=True, slots=True)
class Line:
    """One sensor of a post."""

    row: SensorRow
    placed: Placed
    text: Text
    """`2.0 m · 24.3 °C`, or the name of a contact."""

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

    at: At
    radius: float
    mood: Mood
    lines: Sequence[Line]
    written: Sequence[Line]
    """Those of `lines` that its label has room for."""
    label: Label | None
    """Where they are written, in the longer of both languages; None where there is no room for them."""

    @property
    def is_read(self) -> bool:
        """Return whether all of its sensors say something now: else it is hatched, whatever alarm stands."""
        return all(line.is_read for line in self.lines)

    @property
    def unwritten(self) -> int:
        """Return how many of its sensors its label does not have."""
        return len(self.lines) - len(self.written)


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
    says: Text


@dataclass(frozen=True, slots=True)
class Laid:
    """A rope on the floor."""

    rope: Rope
    points: Sequence[At]
    row: SensorRow
    """Of its distance."""
    device: DeviceRow
    water: Water | None
    label: Label | None
    """Where it is written what `water` says; None without water."""

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
class Sheet:
    """A floor as it is drawn."""

    floor: Floor
    width: float
    height: float
    things: Sequence[Drawn]
    ropes: Sequence[Laid]
    posts: Sequence[Post]
    warmth: Warmth | None
