"""A point: one value of a device, where it stands and how its raw words become a value in the canonical unit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from roommon.model.reading import Reason
from roommon.profiles.calibration import Calibration


class Table(StrEnum):
    """The four tables of Modbus, each with its read function code (1, 2, 3, 4)."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"


BIT_TABLES = frozenset({Table.COIL, Table.DISCRETE})
"""The tables whose places hold one bit each."""


class Encoding(StrEnum):
    """How raw words are read. SNMP values are `NUMBER` (any numeric syntax, or digits in a string) or `STRING`.

    The last three are SNMP numbers that wrap: read as `NUMBER`, and continued over their wraps.
    """

    BOOL = "bool"
    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STRING = "string"
    NUMBER = "number"
    COUNTER32 = "counter32"
    COUNTER64 = "counter64"
    TIMETICKS = "timeticks"


WIDTHS: Mapping[Encoding, int] = {
    Encoding.INT16: 1,
    Encoding.UINT16: 1,
    Encoding.INT32: 2,
    Encoding.UINT32: 2,
    Encoding.FLOAT32: 2,
    Encoding.INT64: 4,
    Encoding.UINT64: 4,
    Encoding.FLOAT64: 4,
}
"""How many registers a number takes."""


class Order(StrEnum):
    """Byte order of a value over its registers, as makers write it; A is the most significant byte of 32 bits."""

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"


class By(StrEnum):
    """By what a row is known."""

    LABEL = "label"
    SERIAL = "serial"
    INDEX = "index"
    ONLY = "only"


Told = int | str
"""What a device tells in a point, as a profile writes it: a raw number, or a text in which `*` stands for anything.

Texts are compared without regard to case and to blanks around them.
"""


def like(text: str, pattern: str) -> bool:
    """Return whether `text` is what `pattern` says."""
    parts = [re.escape(part) for part in pattern.strip().casefold().split("*")]
    return re.fullmatch(".*".join(parts), text.strip("\0 \t\r\n").casefold(), re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Register:
    """A place in a Modbus device: wire address, counted from 0."""

    table: Table
    address: int

    def __str__(self) -> str:
        """Return it as a configuration writes it, addresses counted from 0."""
        return f"{self.table} {self.address}"


@dataclass(frozen=True, slots=True)
class Oid:
    """An object instance of an SNMP agent: dotted numbers, a scalar with its `.0`."""

    dotted: str

    def __str__(self) -> str:
        """Return it as a configuration writes it."""
        return self.dotted


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an SNMP table, named by what stays when the agent numbers its rows anew."""

    table: str
    """Id of its `RowTable`."""
    by: By
    """What `is_called` is: the row's own label, its serial number, its index, or nothing (the table's only row)."""
    is_called: str = ""
    part: str = ""
    """The rest of its index behind the row's, where several share the name: the second module of a unit."""

    def __str__(self) -> str:
        """Return it in words for logs: `temperature label 'Rack A'`."""
        named = self.table if self.by is By.ONLY else f"{self.table} {self.by} {self.is_called!r}"
        return f"{named} part {self.part}" if self.part else named


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a row: where it stands is known once the table was walked."""

    row: Row
    column: str
    tail: str = ""
    """What follows the row's index: `4` where a column tells currents as `row.1` and voltages as `row.4`."""

    def __str__(self) -> str:
        """Return the column, and of which row."""
        return f"{tailed(self.column, self.tail)} of {self.row}"


@dataclass(frozen=True, slots=True)
class Tailed:
    """A column as a table's point names it whose objects have more behind the row's index: `column.*.tail`."""

    column: str
    tail: str

    def __str__(self) -> str:
        """Return it as a configuration writes it."""
        return tailed(self.column, self.tail)


def tailed(column: str, tail: str) -> str:
    """Return the objects of `column` that end in `tail` as a configuration writes them."""
    return f"{column}.*.{tail}" if tail else column


@dataclass(frozen=True, slots=True)
class Listed:
    """Whether any object of `column` holds `oid`: 1 or 0. An alarm table lists an OID while its alarm stands."""

    column: str
    oid: str
    is_subtree: bool = False
    """Whether any object at or below `oid` counts: an alarm that is numbered for each compressor, all of a family."""
    beside: str = ""
    """An object that every agent with this list has: without it an empty column is no empty list. Empty: none known."""

    def __str__(self) -> str:
        """Return it as a configuration writes it."""
        beside = f" beside {self.beside}" if self.beside else ""
        return f"listed {self.column} {self.oid}{'.*' if self.is_subtree else ''}{beside}"


@dataclass(frozen=True, slots=True)
class First:
    """The first object of `column` with a value, in the agent's order: for identity alone."""

    column: str

    def __str__(self) -> str:
        """Return it as a configuration writes it."""
        return f"first {self.column}"


Place = Register | Oid | Cell | Listed | First
"""Where a point stands."""


@dataclass(frozen=True, slots=True)
class RowTable:
    """An SNMP table as its rows are found: by walking columns and reading what names them."""

    id: str
    walked: str
    """The column whose instances are the rows."""
    label: tuple[str, ...] = ()
    """Columns with the row's own label: the first that says anything."""
    serial: str | None = None
    """The column with the row's serial number."""
    index: int | None = None
    """How many parts of the index make the row; what an agent appends is its `part`. None: all."""
    where: tuple[tuple[str, frozenset[Told]], ...] = ()
    """Columns and what they hold in the rows that belong here; all must."""
    also: tuple[str, ...] = ()
    """Further columns whose instances are rows, for agents that leave `walked` out."""


@dataclass(frozen=True, slots=True)
class Affine:
    """`value = raw * scale + offset`: scale, offset and unit conversion in one."""

    scale: float = 1.0
    offset: float = 0.0

    def __str__(self) -> str:
        """Return it as a person writes it: `× 0.1 - 40`; empty when it changes nothing."""
        scaled = "" if self.scale == 1 else f"× {self.scale:g}"
        moved = "" if not self.offset else f"{'+' if self.offset > 0 else '-'} {abs(self.offset):g}"
        return f"{scaled} {moved}".strip()


@dataclass(frozen=True, slots=True)
class Selector:
    """A scale that the device tells in another point: a Celsius/Fahrenheit switch, a number of decimal digits."""

    point: str
    choices: Mapping[Told, Affine] = field(hash=False)
    """By the raw value of `point`."""
    otherwise: Affine | None = None
    """For a value that is not listed, and when `point` has none; None: then the reading is bad (device_failure)."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition under which a point counts: `point` holds one of `values` (raw)."""

    point: str
    values: frozenset[Told]
    otherwise: Reason = Reason.NOT_CONNECTED
    may_lack: bool = False
    """Whether a device without `point` is let pass: one that cannot say no."""


@dataclass(frozen=True, slots=True)
class Point:
    """How one value of one device is read."""

    key: str
    at: Place
    encoding: Encoding
    order: Order = Order.ABCD
    registers: int = 1
    """Length in 16-bit registers (1 for coils and discrete inputs); of a string its whole field."""
    bits: tuple[int, int] | None = None
    """(lowest bit, number of bits) when the value is a part of a register or of an SNMP number."""
    flag: int | None = None
    """Which character of a text of `0`s and `1`s is the value, counted from 1 at the left."""
    texts: tuple[tuple[str, int], ...] = ()
    """What the device says in words (patterns), and the raw number that each stands for."""
    affine: Affine = field(default_factory=Affine)
    """Applied first; the selectors' afterwards, in order."""
    selectors: tuple[Selector, ...] = ()
    invalid: frozenset[float] = frozenset()
    """Raw values that mean "no value" (sensor_failure)."""
    not_fitted: frozenset[float] = frozenset()
    """Those of them that mean that there is nothing to have a value (not_connected)."""
    range: tuple[float, float] | None = None
    """The physical range in the canonical unit; outside it the reading is bad (out_of_range)."""
    states: frozenset[int] = frozenset()
    """The only values that it can have, where not just any number may be one; others are bad (out_of_range)."""
    good_when: tuple[Gate, ...] = ()
    fallback: str | None = None
    """The point that stands in while this one gives no value: the same quantity, from an older object."""
    calibration: Calibration | None = None
    """For people: it is in `affine` and the selectors already."""
    of_table: str = ""
    """Id of the table of whose row it is a part; empty for a point of the device itself."""
    is_sensor: bool = True
    """False for points that are read for others alone: gates, selectors, fallbacks."""
