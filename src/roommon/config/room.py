"""What came of `buses` and `devices`, with the places from which it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roommon.config.findings import Spot
from roommon.config.library import Opened
from roommon.config.site import Bus, Polled
from roommon.config.tree import Value
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.profiles.profile import BusId


@dataclass(frozen=True, slots=True)
class Ghost:
    """What is known of a sensor that could not be made: rules that mean it are not blamed for its faults."""

    device: str | None
    key: str | None = None
    quantity: Quantity | None = None
    labels: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a device writes under `recommended`."""

    raw: Value
    spot: Spot


@dataclass(slots=True)
class Room:
    """Everything that was made, by id."""

    buses: dict[BusId, Bus] = field(default_factory=dict)
    bus_spots: dict[BusId, Spot] = field(default_factory=dict)
    bauds: dict[BusId, int | None] = field(default_factory=dict)
    """Speed of the line behind a gateway, where the user said it."""
    broken_buses: set[str] = field(default_factory=set)
    """Ids of buses that could not be made: devices on them are not blamed for it."""
    devices: dict[DeviceId, Polled] = field(default_factory=dict)
    device_spots: dict[DeviceId, Spot] = field(default_factory=dict)
    profiles: dict[DeviceId, Opened] = field(default_factory=dict)
    recommended: dict[DeviceId, Asked] = field(default_factory=dict)
    ghosts: list[Ghost] = field(default_factory=list)
