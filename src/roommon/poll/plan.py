"""Points -> the fewest requests that read them. Pure.

A block runs from the first register of its first point to the last register of its last, over holes where that is
cheaper than another request. On sorted points the greedy walk gives the fewest: a block that is closed could not have
taken the point that closed it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from roommon.profiles.limits import Limits
from roommon.profiles.point import BIT_TABLES, WIDTHS, Encoding, Point, Register, Table


@dataclass(frozen=True, slots=True)
class Place:
    """Where one point stands: `index` is its place in the device's list of points."""

    index: int
    table: Table
    first: int
    count: int

    @property
    def last(self) -> int:
        """The last address, included."""
        return self.first + self.count - 1


@dataclass(frozen=True, slots=True)
class Block:
    """One request."""

    table: Table
    address: int
    count: int
    places: tuple[Place, ...]
    """What of it is wanted, by address."""

    def __str__(self) -> str:
        kind = "" if self.table in BIT_TABLES else " register"
        last = f" to {self.address + self.count - 1}" if self.count > 1 else ""
        return f"{self.table}{kind} {self.address}{last}"


@dataclass(frozen=True, slots=True)
class Plan:
    """Every point once: in a block, or among those that the limits do not let us read."""

    blocks: tuple[Block, ...]
    unreadable: tuple[int, ...]
    """Indices of points that lie in a forbidden stretch or are longer than one request."""


def width(point: Point) -> int:
    """Return how many addresses `point` takes."""
    return point.registers if point.encoding is Encoding.STRING else WIDTHS.get(point.encoding, 1)


def plan(points: Sequence[Point], limits: Limits, worthwhile_hole: int) -> Plan:
    """Return the requests for the Modbus points of a device.

    `worthwhile_hole` is the longest stretch of unwanted addresses that costs less than another request; the device's
    own `max_hole` goes before it.
    """
    hole = worthwhile_hole if limits.max_hole is None else limits.max_hole
    places = [
        Place(index, point.at.table, point.at.address, width(point))
        for index, point in enumerate(points)
        if isinstance(point.at, Register)
    ]
    readable = {place for place in places if limits.allow(place.table, place.first, place.last)}
    unreadable = tuple(place.index for place in places if place not in readable)
    return Plan(tuple(_blocks(readable, limits, hole)), unreadable)


def tight(places: Sequence[Place]) -> Block:
    """Return the block that just covers `places`, which are sorted, of one table, and at least one."""
    first = places[0].first
    last = max(place.last for place in places)
    return Block(places[0].table, first, last - first + 1, tuple(places))


def _blocks(places: Iterable[Place], limits: Limits, hole: int) -> Iterable[Block]:
    taken: list[Place] = []
    last = -1
    for place in sorted(places, key=lambda each: (each.table, each.first, each.last, each.index)):
        if taken and not _joins(taken, last, place, limits, hole):
            yield tight(taken)
            taken, last = [], -1
        taken.append(place)
        last = max(last, place.last)
    if taken:
        yield tight(taken)


def _joins(taken: Sequence[Place], last: int, place: Place, limits: Limits, hole: int) -> bool:
    first = taken[0]
    if place.table is not first.table:
        return False
    if limits.one_request_per_point:
        return (place.first, place.last) == (first.first, last)
    if place.first - last - 1 > hole:
        return False
    return limits.allow(first.table, first.first, max(last, place.last))
