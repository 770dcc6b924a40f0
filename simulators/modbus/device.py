"""One device behind a Modbus server: its image of the moment, what was poked into it, and what is wrong with it."""

from collections.abc import Callable, Mapping
from typing import Protocol

from simulators.faults import OK, Fault
from simulators.modbus.image import Image, Table


class Versioned(Protocol):
    """Something whose `version` grows with each change: the room."""

    version: int


class Device:
    """`image` gives the registers anew whenever `source` has another version."""

    def __init__(self, name: str, source: Versioned, image: Callable[[], Image]) -> None:
        self.name = name
        self.fault: Fault = OK
        self.requests = 0
        self.writes = 0
        self._source = source
        self._make = image
        self._poked: dict[tuple[Table, int], int] = {}
        self._seen = -1
        self._image = image()

    def image(self) -> Image:
        """The registers of this moment."""
        if self._seen != self._source.version:
            self._seen = self._source.version
            self._image = _overlaid(self._make(), self._poked)
        return self._image

    def poke(self, address: str, value: int | None) -> None:
        """Hold the register `address` ("holding:1") at the raw `value`, or let it go (None)."""
        place = parse_address(address)
        if value is None:
            self._poked.pop(place, None)
        else:
            self._image.read(*place, 1)
            self._poked[place] = value & 0xFFFF
        self._seen = -1


def parse_address(text: str) -> tuple[Table, int]:
    """Return the place that a person writes as `holding:1` (or `holding 0x10`), counted from 0."""
    table, _, address = text.replace(" ", ":", 1).partition(":")
    try:
        return Table(table), int(address, 0)
    except ValueError:
        raise ValueError(f"{text!r} is no register; write {' | '.join(Table)} and an address: holding:1") from None


def _overlaid(image: Image, poked: Mapping[tuple[Table, int], int]) -> Image:
    for (table, address), value in poked.items():
        image = image.with_value(table, address, value)
    return image
