"""What the registers of one device hold at an instant."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum


class Table(StrEnum):
    """The four tables of Modbus."""

    COIL = "coil"
    DISCRETE = "discrete"
    INPUT = "input"
    HOLDING = "holding"


class Refusal(IntEnum):
    """Exception codes (Modbus Application Protocol V1.1b3, 7)."""

    ILLEGAL_FUNCTION = 1
    ILLEGAL_ADDRESS = 2
    ILLEGAL_VALUE = 3


class Refused(Exception):
    """The device answers with the exception `code`."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code}")
        self.code = code


Blocks = Mapping[int, Sequence[int]]
"""Start address to the values from there on; addresses are the wire's, counted from 0."""


@dataclass(frozen=True, slots=True)
class Image:
    """A table that is None is a function code that the device does not know."""

    coil: Blocks | None = None
    discrete: Blocks | None = None
    input: Blocks | None = None
    holding: Blocks | None = None
    most: int = 125
    """The most registers that one request may ask for."""
    identity: Mapping[int, str] = field(default_factory=dict)
    """Objects of function 43/14: 0 vendor, 1 product code, 2 revision; none: the function is unknown."""
    exceptions: Mapping[tuple[Table, int], int] = field(default_factory=dict)
    """Places that refuse every read that touches them, with the code of their exception."""

    def table(self, table: Table) -> Blocks:
        """The blocks of `table`; raise Refused if the device does not know its function."""
        blocks = {
            Table.COIL: self.coil,
            Table.DISCRETE: self.discrete,
            Table.INPUT: self.input,
            Table.HOLDING: self.holding,
        }[table]
        if blocks is None:
            raise Refused(Refusal.ILLEGAL_FUNCTION)
        return blocks

    def read(self, table: Table, start: int, count: int) -> Sequence[int]:
        """The `count` values from `start`; raise Refused if one of them does not exist or refuses."""
        self._check(table, range(start, start + count))
        for first, values in self.table(table).items():
            if first <= start and start + count <= first + len(values):
                return values[start - first : start - first + count]
        raise Refused(Refusal.ILLEGAL_ADDRESS)

    def _check(self, table: Table, asked: range) -> None:
        for (refusing, address), code in self.exceptions.items():
            if refusing is table and address in asked:
                raise Refused(code)

    def with_value(self, table: Table, address: int, value: int) -> "Image":
        """The same with one value changed; raise Refused if there is none at `address`."""
        self.read(table, address, 1)
        changed = {first: _with_one(values, address - first, value) for first, values in self.table(table).items()}
        match table:
            case Table.COIL:
                return replace(self, coil=changed)
            case Table.DISCRETE:
                return replace(self, discrete=changed)
            case Table.INPUT:
                return replace(self, input=changed)
            case Table.HOLDING:
                return replace(self, holding=changed)


def _with_one(values: Sequence[int], place: int, value: int) -> Sequence[int]:
    if not 0 <= place < len(values):
        return values
    return [*values[:place], value, *values[place + 1 :]]


def int16(value: float) -> int:
    """The word of a signed 16-bit number, rounded; beyond its range it stays at the end of the range."""
    return max(-0x8000, min(0x7FFF, round(value))) & 0xFFFF


def uint16(value: float) -> int:
    """The word of an unsigned 16-bit number, rounded; beyond its range it stays at the end of the range."""
    return max(0, min(0xFFFF, round(value)))


def float_abcd(value: float) -> tuple[int, int]:
    """An IEEE 754 single, high word first."""
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return high, low


def float_cdab(value: float) -> tuple[int, int]:
    """An IEEE 754 single, low word first."""
    high, low = float_abcd(value)
    return low, high
