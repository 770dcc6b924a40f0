"""The file as a user writes it: the keys besides those that name a kind, which `kinds` finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from roommon.alerts.socket.config import Config as CommandConfig
from roommon.journal.journal import Config as JournalConfig
from roommon.model.alarm import RuleId
from roommon.model.clock import Duration, TimeOfDay
from roommon.model.device import DeviceId, SiteId
from roommon.model.schedule import Schedule
from roommon.model.text import Language, Text
from roommon.poll.traps.config import Config as TrapConfig
from roommon.profiles.limits import Limits
from roommon.profiles.profile import BusId, PointKey, RowSpec
from roommon.rules.policy import Policy
from roommon.rules.rule import SETTLE
from roommon.standards.standard import StandardId
from roommon.web.config import Config as WebConfig


@dataclass(frozen=True, slots=True)
class Top:
    """The first level of the file; what holds kinds is read piece by piece."""

    site: SiteId = field(metadata={"doc": "The site's id: a tag in InfluxDB and a level of MQTT's topics."})
    room: str = field(metadata={"doc": "The room of every device that names no other."})
    devices: tuple[object, ...]
    language: Language = field(default=Language.ENGLISH, metadata={"doc": "What people read: en or zh-CN."})
    journal: JournalConfig = field(default_factory=JournalConfig)
    store: Mapping[str, object] = field(default_factory=dict)
    alerts: tuple[object, ...] = ()
    buses: tuple[object, ...] = ()
    derived: tuple[object, ...] = ()
    rules: tuple[object, ...] = ()
    standards: tuple[object, ...] = field(
        default=(), metadata={"doc": "Standards whose rules are taken: names, or `{ id, drop, change }`."}
    )
    alarms: Policy = field(default_factory=Policy, metadata={"doc": "How people are told: shelving, floods, repeats."})
    alive: TimeOfDay = field(
        default=TimeOfDay(8 * 60), metadata={"doc": "When it is said once a day that roommon is awake: 08:00."}
    )
    commands: CommandConfig = field(default_factory=CommandConfig, metadata={"doc": "Where people on the box command."})
    traps: TrapConfig | None = field(
        default=None, metadata={"doc": "Where SNMP traps are listened for; left out: nowhere."}
    )
    web: WebConfig | None = field(
        default=None, metadata={"doc": "The status page; `{}`: at 127.0.0.1:8480; left out: there is none."}
    )
    plan: tuple[object, ...] = field(
        default=(), metadata={"doc": "The floor as the status page draws it; of several rooms a list."}
    )


@dataclass(frozen=True, slots=True)
class BusSpec:
    """A connection that several devices share."""

    id: BusId
    baud: int | None = field(
        default=None,
        metadata={"doc": "Speed of the line behind a TCP gateway, to reckon whether the beats can be kept."},
    )


@dataclass(frozen=True, slots=True)
class DeviceRowSpec(RowSpec):
    """A row of a table of the device's profile."""

    table: PointKey = field(kw_only=True, metadata={"doc": "The table of the profile."})


@dataclass(frozen=True, slots=True)
class RecommendedSpec:
    """The recommended rules that a device takes, and what it changes in them."""

    drop: tuple[RuleId, ...] = field(default=(), metadata={"doc": "Rules that are left out."})
    change: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"doc": "Settings by rule: `on-battery: { on_delay: 30 s, priority: critical }`."},
    )


@dataclass(frozen=True, slots=True)
class StandardSpec(RecommendedSpec):
    """A standard whose rules are taken, and what is changed in them."""

    id: StandardId = field(kw_only=True, metadata={"doc": "A shipped one, or a file in standards/."})


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """A device; its points are read one by one."""

    id: DeviceId
    name: Text | None = None
    room: str | None = None
    bus: BusId | None = field(
        default=None, metadata={"doc": "The bus that it hangs on; or give its own connection here."}
    )
    unit: int | None = field(default=None, metadata={"doc": "Modbus unit id."})
    every: Duration = field(default=Duration(10_000), metadata={"doc": "How often it is read."})
    profile: str | None = field(
        default=None, metadata={"doc": "A shipped profile, or a file in profiles/ beside the configuration."}
    )
    drop: tuple[PointKey, ...] = field(
        default=(), metadata={"doc": "Points of the profile that this device is not asked for."}
    )
    labels: Mapping[str, str] = field(default_factory=dict, metadata={"doc": "Tags of all its sensors: rack, row, ..."})
    address_base: int | None = field(
        default=None, metadata={"doc": "The number of the first register in the addresses below."}
    )
    limits: Limits | None = None
    rows: tuple[object, ...] = field(
        default=(),
        metadata={"doc": "Which rows of the profile's tables it has: `roommon probe` lists them."},
    )
    sensors: tuple[object, ...] = ()
    recommended: object = field(
        default=False, metadata={"doc": "`true`: the rules that the profile recommends; or which of them, and how."}
    )


@dataclass(frozen=True, slots=True)
class DerivedDeviceSpec:
    """A device of derived sensors, which are read one by one."""

    id: DeviceId
    name: Text | None = None
    room: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict, metadata={"doc": "Tags of all its sensors: rack, row, ..."})
    sensors: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivedSpec:
    """A derived sensor besides its kind."""

    id: PointKey = field(metadata={"doc": "The sensor's name within its device."})
    name: Text | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    needs: int | None = field(
        default=None, metadata={"doc": "How many inputs must be good; all of them when left out."}
    )


@dataclass(frozen=True, slots=True)
class RuleSpec:
    """A rule besides its kind."""

    id: RuleId
    sensors: object = field(default=None, metadata={"doc": "Which sensors: id, quantity, device, room, and any label."})
    text: Text | None = field(default=None, metadata={"doc": "{device} {sensor} {room} {value} {setpoint}"})
    response: Text | None = field(default=None, metadata={"doc": "What to do."})
    suppressed_by: tuple[object, ...] = field(
        default=(),
        metadata={
            "doc": "What explains its alarms: `{ rule: ID, same: device }`, `{ sensor: ID, is: STATE }`, an alarm."
        },
    )
    settle: Duration = field(
        default=SETTLE,
        metadata={"doc": "How long an alarm waits for a cause to show, and after its last cause ended."},
    )
    reset: Literal["automatic", "person"] = field(
        default="automatic", metadata={"doc": "person: its alarms are latched until somebody sets them back."}
    )
    active: Schedule | None = field(
        default=None,
        metadata={"doc": "When it is in force: `mon-fri 08:00-18:00 Asia/Shanghai`; always when left out."},
    )
    drill_every: Duration | None = field(
        default=None, metadata={"doc": "How often one of its sensors is to be drilled; then an alarm says it: 180 d."}
    )
    unstable: object = field(
        default=True,
        metadata={
            "doc": "When an alarm chatters: `{ times: 5, within: 10 min, quiet: 10 min }`; `false`: it may come and go."
        },
    )


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """A sink besides its kind."""

    name: RuleId | None = field(default=None, metadata={"doc": "Its name in log and journal; the kind when left out."})


@dataclass(frozen=True, slots=True)
class SelectionSpec:
    """The words of a selection that are no labels."""

    id: frozenset[str] = field(default=frozenset(), metadata={"doc": "Sensors by id: rack-a.inlet."})
    quantity: str | None = None
    device: DeviceId | None = None
    room: str | None = None
