"""A rule: one kind of condition over a selection of sensors, and what it says to a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text


class KindConfig(Protocol):
    """What every kind's `Config` holds besides its own settings."""

    @property
    def priority(self) -> Priority:
        """How soon a person must respond."""
        ...

    @property
    def on_delay(self) -> Duration:
        """How long the condition holds before the alarm is raised."""
        ...

    @property
    def off_delay(self) -> Duration:
        """How long it is absent before the alarm returns."""
        ...

    @property
    def acknowledge(self) -> Acknowledgement:
        """Who acknowledges."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sensors a rule concerns: those that match everything that is given."""

    ids: frozenset[SensorId] = frozenset()
    quantity: Quantity | None = None
    device: DeviceId | None = None
    room: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def selects(self, device: Device, sensor: Sensor) -> bool:
        """Return whether `sensor` of `device` is meant."""
        return (
            (not self.ids or sensor.id in self.ids)
            and self.quantity in (None, sensor.quantity)
            and self.device in (None, device.id)
            and self.room in (None, device.room)
            and all(sensor.labels.get(label) == value for label, value in self.labels.items())
        )


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a rule cannot judge a sensor: found when the configuration is checked, never while running."""

    field: str
    """The setting that is wrong, a field of the kind's `Config`; empty for the kind itself."""
    problem: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the user wrote it."""

    id: RuleId
    config: KindConfig
    """A `Config` of one of the modules in `rules/kinds/`."""
    sensors: Selection
    text: Text | None = None
    """A template with {device}, {sensor}, {room}, {value}, {setpoint}; None takes the kind's own."""
    response: Text | None = None
