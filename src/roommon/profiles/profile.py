"""What a profile's YAML file holds (docs/profiles.md), and where the shipped ones lie.

A profile and the `sensors:` of a device are written in the same words: what a user writes for one device becomes a
profile by moving it into a file. These classes are the file as it is written; the configuration makes points of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal, NewType

from roommon.model.quantity import Quantity
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Order, Told

BusId = NewType("BusId", str)
PointKey = NewType("PointKey", str)
"""The name of a point within its device: `inlet`, `battery_charge`."""
ProfileId = NewType("ProfileId", str)

FOLDER = Path(__file__).parent
"""Holds the shipped profiles: `<id>.yaml`."""


class Confidence(StrEnum):
    """What a profile rests on."""

    SOLID = "solid"
    """The maker's or an RFC's table, or recorded data."""
    SOLID_MIB = "solid-mib"
    """A MIB alone: no recorded value."""
    SOLID_PARTIAL = "solid-partial"
    """A part of the map is sourced."""
    MEDIUM = "medium"
    """One secondary source."""


Stride = int | str
"""How far apart things are that repeat: addresses, or `1 bit`."""


@dataclass(frozen=True, slots=True)
class GateSpec:
    """Another point of the device that must hold one of `values` for this one to count."""

    point: PointKey
    values: frozenset[Told] = field(
        metadata={"key": "is", "doc": "Raw values under which this point counts; of a text, patterns like `Delta*`."}
    )
    otherwise: Reason = field(
        default=Reason.NOT_CONNECTED, metadata={"doc": "The reason of the bad reading when the other point says no."}
    )
    may_lack: bool = field(
        default=False, metadata={"doc": "`true`: devices that have not that point at all are let pass."}
    )


@dataclass(frozen=True, slots=True)
class ScaleBy:
    """A factor that the device tells in another point, such as a number of decimal digits."""

    point: PointKey
    values: Mapping[Told, float] = field(metadata={"doc": "Raw value (or pattern of a text) of that point: factor."})
    otherwise: float | None = field(
        default=None,
        metadata={"doc": "The factor for every other value, and for devices without that point; left out, it is bad."},
    )


@dataclass(frozen=True, slots=True)
class UnitBy:
    """The unit that the device tells in another point, such as a Celsius/Fahrenheit switch."""

    point: PointKey
    values: Mapping[Told, str] = field(metadata={"doc": "Raw value (or pattern of a text) of that point: unit."})
    otherwise: str | None = field(
        default=None,
        metadata={"doc": "The unit for every other value, and for devices without that point; left out, it is bad."},
    )


@dataclass(frozen=True, slots=True)
class ContactSpec:
    """Which raw values are normal and which are abnormal; any other makes the reading bad."""

    normal: frozenset[int] = frozenset({0})
    abnormal: frozenset[int] = frozenset({1})


@dataclass(frozen=True, slots=True)
class PointSpec:
    """One point as it is written."""

    id: PointKey = field(metadata={"doc": "The sensor's name within its device."})
    read: str = field(
        metadata={
            "doc": "`input 1`, `holding 0x7D0`, `coil 3`, `discrete 0`, an OID and instance (in a table, a column);"
            " or `listed COLUMN OID`: 1 while any row of the column holds the OID, else 0; `OID.*`: or one below it;"
            " `... beside OBJECT`: where the column is empty, 0 only if OBJECT is there."
        }
    )
    quantity: Quantity | None = field(
        default=None,
        metadata={"doc": "What it measures; left out, the point only serves others (good_when, scale_by, unit_by)."},
    )
    name: Text | None = None
    type: Encoding | None = field(
        default=None, metadata={"doc": "bool for coils and discrete inputs, number for OIDs when left out."}
    )
    order: Order = field(default=Order.ABCD, metadata={"doc": "Byte order over two or more registers."})
    length: int | None = field(default=None, metadata={"doc": "Registers of a string."})
    bits: str | int | None = field(
        default=None, metadata={"doc": "A bit (`3`) or bit field (`4..7`) of the register, 0 is the lowest."}
    )
    flag: int | None = field(
        default=None, metadata={"doc": "Of a text of 0s and 1s: which character is meant, 1 is the leftmost."}
    )
    texts: Mapping[str, int] = field(
        default_factory=dict,
        metadata={"doc": 'Of a text: which number each stands for, `{ Normal: 0, "*alarm*": 1 }`; any other is bad.'},
    )
    stride: Stride | None = field(
        default=None,
        metadata={"doc": "In a table with `repeat`: how far apart this point repeats, if not as its table says."},
    )
    scale: float = field(default=1.0, metadata={"doc": "value = raw * scale + offset, in `unit`."})
    offset: float = 0.0
    scale_by: tuple[ScaleBy, ...] = field(
        default=(), metadata={"doc": "Factors that other points tell, one or several, applied in order."}
    )
    unit: str | None = field(
        default=None, metadata={"doc": "The unit after scale and offset; the quantity's own when left out."}
    )
    unit_by: UnitBy | None = None
    contact: ContactSpec | None = None
    invalid: frozenset[float] = field(default=frozenset(), metadata={"doc": "Raw values that mean: no value."})
    not_fitted: frozenset[float] = field(
        default=frozenset(),
        metadata={"doc": "Raw values that mean: nothing is fitted here; `roommon probe` leaves such a point out."},
    )
    range: str | None = field(
        default=None, metadata={"doc": "What can be true: `-40 °C .. 80 °C`; outside it the reading is bad."}
    )
    good_when: tuple[GateSpec, ...] = ()
    states: Mapping[int, Text] = field(
        default_factory=dict, metadata={"doc": "Names of the values of a state or contact; a state has no others."}
    )
    other_states: bool = field(
        default=False,
        metadata={"doc": "`true`: numbers that `states` does not name are good too: the maker does not list them all."},
    )
    labels: Mapping[str, str] = field(default_factory=dict)
    fallback: object = field(
        default=None,
        metadata={
            "key": "else",
            "doc": "The same quantity from another place, for devices and beats where this one gives no value: `read`,"
            " `type`, `scale`, ... of its own; quantity, range, states and contact are taken from here.",
        },
    )
    object: str | None = field(default=None, metadata={"doc": "The name in the maker's document or MIB."})
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SerialDefaults:
    """How the maker ships the serial side."""

    unit: int | None = None
    baud: int | None = None
    parity: Literal["N", "E", "O"] | None = None
    stop_bits: Literal[1, 2] | None = None


@dataclass(frozen=True, slots=True)
class RepeatSpec:
    """How registers repeat: a block for each cable, zone or module."""

    count: int = field(metadata={"doc": "How many blocks there can be."})
    stride: Stride = field(metadata={"doc": "How far one begins behind the other: a number of addresses, or `1 bit`."})
    first: int = field(default=1, metadata={"doc": "The number that the maker gives to the first."})


@dataclass(frozen=True, slots=True)
class RowSpec:
    """One row of a table as a device has it; its sensors are called `<id>.<point>`."""

    id: PointKey = field(metadata={"doc": "What its sensors are called by: `rack-a` makes `rack-a.temperature`."})
    label: str | None = field(default=None, metadata={"doc": "The row's label in the device."})
    serial: str | None = field(default=None, metadata={"doc": "The row's serial number in the device."})
    index: str | int | None = field(
        default=None,
        metadata={
            "doc": "The row's index, where it means something (line 1) or nothing else is there; `1..12` for many rows."
        },
    )
    part: str | int | None = field(
        default=None,
        metadata={"doc": "Where several rows share a name: what follows the row's own index, such as the module."},
    )
    name: Text | None = None
    labels: Mapping[str, str] = field(default_factory=dict, metadata={"doc": "Tags of its sensors."})


@dataclass(frozen=True, slots=True)
class Table:
    """An SNMP table, or the part of one whose rows carry the same points."""

    id: PointKey
    name: Text = field(metadata={"doc": "What a row is: temperature port, input line."})
    walk: tuple[str, ...] = field(
        default=(),
        metadata={"doc": "The column whose instances are the rows, of several any; the first point's when left out."},
    )
    label: tuple[str, ...] = field(
        default=(), metadata={"doc": "The column with the row's own label; of several the first that says anything."}
    )
    serial: str | None = field(default=None, metadata={"doc": "The column with the row's serial number."})
    index: int | None = field(
        default=None,
        metadata={
            "doc": "How many parts of the index make the row; what follows tells rows of one name apart (`part`)."
        },
    )
    repeat: tuple[RepeatSpec, ...] = field(
        default=(),
        metadata={
            "doc": "Of Modbus: its points stand in registers that repeat; of several levels the outermost first."
            " Rows are numbered `7`, or `2/7`."
        },
    )
    where: tuple[GateSpec, ...] = field(
        default=(), metadata={"doc": "Which rows belong here: points of the row that hold one of these values."}
    )
    rows: tuple[RowSpec, ...] = field(
        default=(), metadata={"doc": "Rows that a device has unless it names its own: where the index has a meaning."}
    )
    points: tuple[object, ...] = field(
        default=(),
        metadata={
            "doc": "As `points`; `read` is a column, `COLUMN.*.4` with a tail, or a register of the first block."
        },
    )


@dataclass(frozen=True, slots=True)
class IdentitySpec:
    """Who the device says it is: a fixed text, or where it stands (`read`, and `type`, `length`, ... as a point)."""

    maker: object = None
    model: object = None
    firmware: object = None
    serial: object = None
    location: object = None


@dataclass(frozen=True, slots=True)
class HoldsSpec:
    """A place that holds one of these values in every device of the family."""

    read: str
    values: frozenset[Told] = field(metadata={"key": "is"})
    type: Encoding | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Identify:
    """By what a device of this family is known when somebody looks what is there; everything given must hold."""

    object_id: tuple[str, ...] = field(default=(), metadata={"doc": "sysObjectID begins with one of these."})
    description: tuple[str, ...] = field(default=(), metadata={"doc": "sysDescr is like one of these patterns."})
    answers: tuple[str, ...] = field(default=(), metadata={"doc": "Something is at or below each of these OIDs."})
    any_of: tuple[str, ...] = field(
        default=(), metadata={"doc": "Something is at or below one of these OIDs at least: generations of a family."}
    )
    lacks: tuple[str, ...] = field(default=(), metadata={"doc": "Nothing is at or below any of these OIDs."})
    holds: tuple[HoldsSpec, ...] = ()
    generic: bool = field(
        default=False,
        metadata={"doc": "A standard that many makers' devices follow: a maker's own profile goes first."},
    )


class Category(StrEnum):
    """What a family is for; it orders the lists."""

    UPS = "ups"
    ENVIRONMENT = "environment"
    LEAK = "leak"
    SPD = "spd"
    POWER = "power"
    CRAC = "crac"
    SMOKE = "smoke"
    VIBRATION = "vibration"
    CONTACTS = "contacts"
    PDU = "pdu"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Profile:
    """One device family as its file describes it."""

    id: ProfileId = field(metadata={"doc": "The file's name without .yaml."})
    vendor: str
    model: str
    name: Text = field(metadata={"doc": "What a device of this family is called when the user gives no name."})
    confidence: Confidence
    sources: tuple[str, ...] = field(metadata={"doc": "The documents that the addresses come from."})
    notes: tuple[str, ...] = ()
    serial: SerialDefaults = field(default_factory=SerialDefaults)
    address_base: int = field(
        default=0, metadata={"doc": "The number that the document gives to the first register: 0, 1, 30001."}
    )
    limits: Limits = field(default_factory=Limits)
    points: tuple[object, ...] = field(default=(), metadata={"doc": "See `sensors` of a device."})
    """As YAML gave them; read one by one, so that a fault in one does not hide the others."""
    tables: tuple[object, ...] = field(default=(), metadata={"doc": "SNMP tables: rows that a device has or has not."})
    category: Category | None = None
    identity: IdentitySpec | None = None
    identify: Identify | None = None
    rules: tuple[object, ...] = field(
        default=(),
        metadata={"doc": "Recommended rules, as under `rules`; `sensors` names points here, or `table.point`."},
    )
    extends: ProfileId | None = field(
        default=None,
        metadata={"doc": "A profile whose points, tables and rules this one takes over and changes by id."},
    )
    drop: tuple[str, ...] = field(default=(), metadata={"doc": "Points, tables and rules of it that are left out."})


def shipped() -> tuple[ProfileId, ...]:
    """Return the names of the profiles that come with roommon."""
    return tuple(ProfileId(path.stem) for path in sorted(FOLDER.glob("*.yaml")))
