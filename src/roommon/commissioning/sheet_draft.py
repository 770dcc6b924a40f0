"""What becomes of one line of a register sheet: a point for review, or a reason why there is none. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from roommon.commissioning.sheet_addresses import Address
from roommon.commissioning.sheet_headings import Column
from roommon.commissioning.sheet_lines import Line
from roommon.commissioning.sheet_states import contact
from roommon.commissioning.sheet_terms import english, key
from roommon.model.text import Text
from roommon.profiles.limits import Stretch
from roommon.profiles.point import Table

Spec = dict[str, object]
"""A point as YAML writes it."""
_NAMES_IN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[:=][^)\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A point for review."""

    line: Line
    spec: Spec
    stretch: Stretch
    """Where it stands, counted from 0."""
    doubts: tuple[Text, ...] = ()
    identity: str = ""
    """`serial`, `model` or `firmware`: it is no value, but says who the device is."""


@dataclass(frozen=True, slots=True)
class Left:
    """A line that became no point."""

    line: Line
    why: Text
    is_meant: bool = False
    """It is none: a command, a setting, a reserved register. Otherwise it was not understood."""
    forbidden: Stretch | None = None


class NoPoint(Exception):
    """A line becomes no point."""

    def __init__(self, why: Text, *, is_meant: bool = False, forbidden: Stretch | None = None) -> None:
        """See `Left`."""
        super().__init__(why.en)
        self.why = why
        self.is_meant = is_meant
        self.forbidden = forbidden


@dataclass(frozen=True, slots=True)
class At:
    """Where a line's registers are."""

    table: Table
    number: int
    """As the document counts, within its table."""
    count: int | None
    """None: the sheet does not say."""
    address: Address
    base: int

    @property
    def read(self) -> str:
        """The place as a profile writes it."""
        return f"{self.table} 0x{self.number:04X}" if self.address.is_hex else f"{self.table} {self.number}"

    def stretch(self, count: int) -> Stretch:
        """Return the addresses, counted from 0."""
        first = self.number - self.base
        return Stretch(self.table, first, min(first + count - 1, 0xFFFF))

    def whole(self, count: int) -> Stretch:
        """Return the addresses of a value of `count` registers.

        Raises:
            NoPoint: they pass the end of the table.
        """
        if self.number - self.base + count > 0x10000:
            raise NoPoint(
                Text(
                    f"{count} registers from {self.number} on pass the end",
                    f"从 {self.number} 起的 {count} 个寄存器超出范围",
                )
            )
        return self.stretch(count)


def head(line: Line, at: At) -> Spec:
    """Return what every point says: its id, its place in the document and on the wire, its name."""
    name = _NAMES_IN_BRACKETS.sub("", line.cell(Column.NAME)).strip()
    shown = " ".join(name.split())
    return {"id": _key(name, at), "object": line.address, "name": text(shown or line.address), "read": at.read}


def _key(name: str, at: At) -> str:
    made = key(name)
    return made if made and not made.isdigit() else f"{at.table}_{at.address.number}"


def text(words: str) -> object:
    """Return `words` in both languages as far as they are known, else as they are."""
    if words.isascii():
        return words
    known = english(words)
    return {"en": known, "zh-CN": words} if known else words


def switch(named: Mapping[int, str]) -> Spec:
    """Return what a single bit is: a contact whose names say which side is normal, a state, or a contact as usual."""
    if not named:
        return {"quantity": "contact"}
    words = {value: text(name) for value, name in named.items()}
    sides = contact(named)
    if sides is None:
        return {"quantity": "state", "states": words}
    usual = (sides.normal, sides.abnormal) == (0, 1)
    told = {} if usual else {"contact": {"normal": sides.normal, "abnormal": sides.abnormal}}
    return {"quantity": "contact", **told, "states": words}


def in_order(spec: Spec) -> Spec:
    """Return `spec` with its keys as a reader looks for them."""
    first = ("id", "object", "name", "quantity", "read")
    return {one: spec[one] for one in first} | {one: value for one, value in spec.items() if one not in first}
