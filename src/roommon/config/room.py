"""What came of `buses` and `devices`, with the places from which it came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from roommon.config.findings import Spot
from roommon.config.library import Opened
from roommon.config.site import Bus, Polled
from roommon.config.tree import Value
from roommon.derive.derivation import Derived
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
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
    derived_devices: dict[DeviceId, Device] = field(default_factory=dict)
    derived: dict[SensorId, Derived] = field(default_factory=dict)
    derived_spots: dict[SensorId, Spot] = field(default_factory=dict)

    def sensors(self) -> Iterator[tuple[Device, Sensor]]:
        """Yield every sensor with its device, measured ones first."""
        for device in self.sensed():
            for sensor in device.sensors:
                yield device, sensor

    def sensed(self) -> Iterator[Device]:
        """Yield every device that has sensors: those that are polled, and those of derived sensors."""
        yield from (polled.device for polled in self.devices.values())
        yield from self.derived_devices.values()

    def every(self, sensor: Sensor) -> Duration:
        """Return the beat of `sensor`."""
        derived = self.derived.get(sensor.id)
        return self.devices[sensor.device].every if derived is None else derived.every
