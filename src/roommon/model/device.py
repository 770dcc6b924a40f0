"""Devices and their sensors, as every part after the poller knows them: without addresses or protocols."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType

from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text

DeviceId = NewType("DeviceId", str)
SiteId = NewType("SiteId", str)


@dataclass(frozen=True, slots=True)
class Sensor:
    """One value of one device."""

    device: DeviceId
    key: str
    """Unique within the device: `inlet`."""
    quantity: Quantity
    name: Text
    labels: Mapping[str, str] = field(default_factory=dict)
    """The user's own tags: rack, location, ..."""
    states: Mapping[int, Text] = field(default_factory=dict)
    """Names of the values of a state or contact."""

    @property
    def id(self) -> SensorId:
        """The sensor's name in the whole site."""
        return SensorId(f"{self.device}.{self.key}")


@dataclass(frozen=True, slots=True)
class Device:
    """One thing that answers: a UPS, a probe, a meter."""

    id: DeviceId
    name: Text
    room: str
    sensors: tuple[Sensor, ...]
