"""One file per device family: what it shows of the room, as its vendor documents it.

A Modbus family has `image(room, device) -> Image`, an SNMP family `objects(room, device) -> Objects`; the file's name
is the family's id with underscores. Nothing here reads roommon's profiles.
"""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from simulators.climate import Rack
from simulators.power import Ups
from simulators.room import Room

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A device as the room file names it."""

    id: str
    family: str
    unit: int = 1
    place: str = ""
    """The rack or UPS that it belongs to."""
    inputs: tuple[str, ...] = ()
    """What hangs on the inputs of a contact module, in order."""

    def rack(self, room: Room) -> Rack:
        """The rack that it is placed at; raise ValueError."""
        return _place(self, room.racks, "rack")

    def ups(self, room: Room) -> Ups:
        """The UPS that it is placed at; raise ValueError."""
        return _place(self, room.upses, "UPS")


def family(name: str) -> ModuleType:
    """Return the module of the family `name`; raise ValueError, naming those that there are."""
    if name not in families():
        raise ValueError(f"no family {name!r}; there are {', '.join(families())}")
    return import_module(f"simulators.devices.{name.replace('-', '_')}")


def families() -> list[str]:
    """The ids of all families that there are."""
    files = Path(__file__).parent.glob("[a-z]*.py")
    return sorted(file.stem.replace("_", "-") for file in files)


def _place(entry: Entry, places: dict[str, T], kind: str) -> T:
    if entry.place not in places:
        raise ValueError(f"device {entry.id}: place {entry.place!r} is no {kind}; there are {', '.join(places)}")
    return places[entry.place]
