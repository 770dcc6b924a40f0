"""What a configuration says, as the daemon uses it: complete, checked, without a trace of YAML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType

from roommon.alerts.socket.config import Config as CommandConfig
from roommon.config.fault import ConfigInvalid
from roommon.derive.derivation import Derived
from roommon.journal.journal import Config as JournalConfig
from roommon.model.clock import Duration, TimeOfDay
from roommon.model.device import Device, SiteId
from roommon.model.text import Language
from roommon.poll.traps.config import Config as TrapConfig
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point, RowTable
from roommon.profiles.profile import BusId, Category
from roommon.rules.policy import Policy
from roommon.rules.rule import Rule
from roommon.web.config import Config as WebConfig
from roommon.web.floor import Floor

__all__ = ["Bus", "ConfigInvalid", "Named", "Polled", "Site"]


@dataclass(frozen=True, slots=True)
class Named:
    """One sink or store: its name in log, journal and health, and its configuration."""

    name: str
    kind: str
    """Its key in the file: `mqtt`, `influxdb`."""
    module: ModuleType
    """What does it: a file in `alerts/sinks/` or `store/`."""
    config: object
    """The module's `Config`."""


@dataclass(frozen=True, slots=True)
class Bus:
    """One endpoint: a gateway, a serial line, an agent. A device with a connection of its own has a bus of its name."""

    id: BusId
    kind: str
    """Its key in the file: `modbus_tcp`, `snmp`."""
    module: ModuleType
    """What speaks it: a file in `poll/drivers/`."""
    endpoint: object
    """One of the module's configurations."""


@dataclass(frozen=True, slots=True)
class Polled:
    """One device and how it is read."""

    device: Device
    bus: BusId
    unit: int | None
    """Modbus unit id; None for protocols without."""
    points: tuple[Point, ...]
    every: Duration
    limits: Limits
    profile: str | None
    tables: tuple[RowTable, ...] = ()
    """The tables of its profile, whose rows the device is asked for."""
    identity: Mapping[str, Point] = field(default_factory=dict)
    """What it is asked about itself: `model`, `serial`, ...; `model.else` stands in."""
    said: Mapping[str, str] = field(default_factory=dict)
    """What is known of the whole family: `maker`."""
    category: Category | None = None
    """What its profile is for."""


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that one daemon watches."""

    id: SiteId
    room: str
    language: Language
    journal: JournalConfig
    stores: tuple[Named, ...]
    alerts: tuple[Named, ...]
    buses: tuple[Bus, ...]
    devices: tuple[Polled, ...]
    derived_devices: tuple[Device, ...]
    """Those of derived sensors: nobody polls them."""
    derived: tuple[Derived, ...]
    rules: tuple[Rule, ...]
    policy: Policy
    """How people are told: shelving, floods, repeats."""
    alive: TimeOfDay
    """When it is said once a day that roommon is awake."""
    commands: CommandConfig
    """Where people on the box command."""
    traps: TrapConfig | None
    """Where traps are listened for; None: nowhere."""
    web: WebConfig | None
    """The status page; None: there is none."""
    floors: tuple[Floor, ...]
    """Plans of rooms, for the status page."""
    text: str
    """All files as they were read, each under a comment with its name: what the journal keeps with its record."""

    def sensed(self) -> Iterator[Device]:
        """Yield every device that has sensors, polled or derived."""
        yield from (polled.device for polled in self.devices)
        yield from self.derived_devices

    def on(self, bus: BusId) -> Iterator[Polled]:
        """Yield the devices that hang on `bus`."""
        return (polled for polled in self.devices if polled.bus == bus)
