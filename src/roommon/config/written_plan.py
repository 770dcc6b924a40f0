"""A plan as a user writes it. Places are `[to the right, down]` from the upper left corner of the floor."""

from dataclasses import dataclass, field
from pathlib import Path

from roommon.model.device import DeviceId
from roommon.model.quantity import Length
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.web.floor import ThingKind

_LARGEST_M = 500.0
_MOST = 100
_PLACE = "From the upper left corner to the right and down: `[2.4 m, 1 m]`."


@dataclass(frozen=True, slots=True)
class ThingSpec:
    """Something that stands on the floor."""

    kind: ThingKind
    at: tuple[Length, Length] = field(metadata={"doc": f"Its upper left corner. {_PLACE}"})
    size: tuple[Length, Length] = field(metadata={"doc": "Width and depth of one of them: `[0.6 m, 1.1 m]`."})
    name: Text | None = None
    devices: tuple[DeviceId, ...] = field(default=(), metadata={"doc": "The devices that tell how it is."})
    count: int = field(default=1, metadata={"doc": "So many side by side, to the right."})

    def __post_init__(self) -> None:
        if not 1 <= self.count <= _MOST:
            raise Invalid(
                Text(f"`count: {self.count}` cannot be", f"`count: {self.count}` 无效"),
                Text(f"write 1 to {_MOST}", f"请写 1 至 {_MOST}"),
            )
        _check_size(self.size)


@dataclass(frozen=True, slots=True)
class RopeSpec:
    """A leak rope."""

    sensor: str = field(metadata={"doc": "The sensor that tells how far along it water is: rope.leak_distance."})
    line: tuple[tuple[Length, Length], ...] = field(
        metadata={"doc": "Where it lies, corner by corner from the controller on."}
    )
    leak: str | None = field(
        default=None,
        metadata={"doc": "The contact that tells of water; left out: there is water while the distance is above 0."},
    )
    length: Length | None = field(default=None, metadata={"doc": "Of the rope; as long as the line when left out."})
    name: Text | None = None

    def __post_init__(self) -> None:
        if len(set(self.line)) < 2:
            raise Invalid(
                Text("a rope lies at two places at least", "感应线的走线至少需要两个位置"),
                Text("write `line: [[1 m, 1 m], [5 m, 1 m]]`", "请写 `line: [[1 m, 1 m], [5 m, 1 m]]`"),
            )
        if self.length is not None and self.length <= 0:
            raise Invalid(
                Text("a rope has a length", "感应线长度须大于 0"),
                Text("write it like `30 m`, or leave it out", "请写成 `30 m` 的形式，或去掉此键"),
            )


@dataclass(frozen=True, slots=True)
class PlacedSpec:
    """A sensor where it is."""

    sensor: str = field(metadata={"doc": "Its id: rack-a.temperature."})
    at: tuple[Length, Length] = field(metadata={"doc": _PLACE})
    height: Length | None = field(default=None, metadata={"doc": "Above the floor."})


@dataclass(frozen=True, slots=True)
class HeatSpec:
    """The heat map of the inlets."""

    sensors: object = field(metadata={"doc": "Which sensors: id, quantity, device, room, and any label."})
    scale: str = field(default="12 °C .. 35 °C", metadata={"doc": "Its cold and its hot end, around 18 to 27 °C."})
    reach: Length = field(
        default=Length(2.5), metadata={"doc": "Farther from every inlet than this, nothing is known and nothing drawn."}
    )

    def __post_init__(self) -> None:
        if not 0 < self.reach <= _LARGEST_M:
            raise Invalid(
                Text("an inlet reaches farther than 0", "`reach` 须大于 0"),
                Text("write it like `2.5 m`", "请写成 `2.5 m` 的形式"),
            )


@dataclass(frozen=True, slots=True)
class PlanSpec:
    """The floor of a room."""

    size: tuple[Length, Length] = field(metadata={"doc": "Width and depth of the floor: `[12 m, 8 m]`."})
    room: str | None = field(default=None, metadata={"doc": "Which room; the site's own when left out."})
    background: Path | None = field(
        default=None, metadata={"doc": "A picture of the floor, SVG or PNG, drawn beneath; it covers the whole floor."}
    )
    things: tuple[ThingSpec, ...] = field(default=(), metadata={"doc": "Racks, air conditioners, doors, ..."})
    rope: tuple[RopeSpec, ...] = field(default=(), metadata={"doc": "The leak rope; several as a list."})
    sensors: tuple[PlacedSpec, ...] = field(default=(), metadata={"doc": "Sensors where they are."})
    heat: HeatSpec | None = field(default=None, metadata={"doc": "The heat map; there is none when left out."})

    def __post_init__(self) -> None:
        _check_size(self.size)


def _check_size(size: tuple[Length, Length]) -> None:
    if not all(0 < side <= _LARGEST_M for side in size):
        raise Invalid(
            Text(f"a size is above 0 and at most {_LARGEST_M:.0f} m", f"尺寸须大于 0 且不超过 {_LARGEST_M:.0f} m"),
            Text("write width and depth: `[12 m, 8 m]`", "请写宽与深：`[12 m, 8 m]`"),
        )
