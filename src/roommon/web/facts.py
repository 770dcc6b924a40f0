"""What the pages show, as the daemon gives it: what is watched, and how it is now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from roommon.journal.standing import StandingAlarm
from roommon.model.alarm import AlarmId, Priority, RuleId
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.reading import Quality, Reading, Reason, SensorId
from roommon.model.text import Language, Text
from roommon.rules.state import Kept, OutOfService, StateId
from roommon.web.floor import Floor
from roommon.web.protection import Protection

OLD_BEATS = 3
OLD_SLACK = Duration(10_000)
"""What was said longer ago than so many beats and this is not true of now."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One sensor, and where it stands."""

    device: Device
    sensor: Sensor
    protection: Protection | None
    every: Duration
    """Its beat."""

    @property
    def name(self) -> Text:
        """What a person calls it: the device and the value."""
        device, sensor = self.device.name, self.sensor.name
        return Text(f"{device.en} {sensor.en}", f"{device.zh_cn} {sensor.zh_cn}")


@dataclass(frozen=True, slots=True)
class Unit:
    """One device as it is reached."""

    device: Device
    bus: str
    """The gateway, line or agent on which it hangs; empty for derived sensors."""
    address: str
    """Of the bus: `192.0.2.7:502`."""
    unit: int | None
    """Modbus unit id."""
    profile: str | None


@dataclass(frozen=True, slots=True)
class Setpoint:
    """A limit of a sensor, to be drawn beside its values."""

    value: float
    """In the sensor's own unit."""
    shown: str
    rule: RuleId
    priority: Priority


@dataclass(frozen=True, slots=True)
class Demand:
    """A rule that is to be drilled now and then."""

    rule: RuleId
    every: Duration
    alarms: tuple[tuple[AlarmId, SensorId], ...]
    """Those that it can raise, each with its sensor."""


@dataclass(frozen=True, slots=True)
class Building:
    """What is configured; it changes with a reload alone."""

    site: SiteId
    room: str
    language: Language
    units: Mapping[DeviceId, Unit]
    """In the order of the configuration."""
    watched: Mapping[SensorId, Watched]
    setpoints: Mapping[SensorId, tuple[Setpoint, ...]]
    causes: Mapping[AlarmId, tuple[AlarmId, ...]]
    """Which alarms explain which."""
    journal: Path
    version: str
    floors: Mapping[str, Floor] = field(default_factory=dict)
    """By room, of those that have a plan."""
    demands: tuple[Demand, ...] = ()


@dataclass(frozen=True, slots=True)
class Answering:
    """How a device answered lately."""

    answered: bool | None
    """None before it was asked for the first time."""
    took_s: float | None
    """The last answer."""
    beats: int
    good: int
    """Of the beats, those that it answered."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One point at the last beat of its device: what came over the wire, and what was made of it."""

    key: str
    reading: Reading | None
    """Of this very beat; None of a point that is read for others alone."""
    at: str
    """Where it stands: `holding 4 bit 3`, an OID."""
    kind: Text
    """`2 registers`; empty when nothing came."""
    words: str
    """As they came: `0109 0001`; empty when nothing came."""
    how: Text
    """How they are read: `float32 CDAB × 0.1`."""
    raw: str
    """What they say before scale and unit."""
    why: Text
    """Why nothing came, or nothing that is one; empty when all is well."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What the last beat of a device brought."""

    asked_at: Instant
    points: Sequence[Heard]
    why: Text
    """Why it brought nothing; empty when it brought something."""


def _nothing_heard(_device: DeviceId) -> Wire | None:
    return None


@dataclass(frozen=True, slots=True)
class Present:
    """How everything is now."""

    at: Instant
    newest: Mapping[SensorId, Reading]
    standing: Sequence[StandingAlarm]
    states: Mapping[StateId, Kept]
    reached_at: Mapping[AlarmId, Instant]
    """When the limit is reached, of alarms that foresee it."""
    answering: Mapping[DeviceId, Answering]
    identities: Mapping[DeviceId, Mapping[str, str]]
    """What devices said of themselves: `model`, `serial`, ..."""
    drilled: Mapping[RuleId, Instant] = field(default_factory=dict)
    """When each rule that demands drills was drilled last, or since when it waits for its first."""
    wire: Callable[[DeviceId], Wire | None] = _nothing_heard
    """What the last beat of a device brought, taken apart when it is called; None when nobody asked it yet."""

    def out_of_service(self) -> list[OutOfService]:
        """Return what people took out of service."""
        return [state for state in self.states.values() if isinstance(state, OutOfService)]

    def reading(self, watched: Watched) -> Reading | None:
        """Return what the sensor said, unless that is too old to be true of now."""
        reading = self.newest.get(watched.sensor.id)
        if reading is None or reading.taken_at < self.at - OLD_BEATS * watched.every - OLD_SLACK:
            return None
        return reading

    def reads(self, watched: Watched) -> float | None:
        """Return the value that is true of now, in the canonical unit; None when nobody knows it."""
        reading = self.reading(watched)
        return None if reading is None else reading.value

    def is_seen(self, watched: Watched) -> bool:
        """Return whether it is known how the sensor is; one that has just begun to watch is waited for."""
        reading = self.reading(watched)
        return reading is not None and (
            reading.quality is not Quality.BAD or reading.reason is Reason.WAITING_FOR_INITIAL_DATA
        )


class Source(Protocol):
    """Where the pages have it from."""

    def building(self) -> Building:
        """Return what is configured now."""
        ...

    async def present(self) -> Present:
        """Return how everything is now."""
        ...
