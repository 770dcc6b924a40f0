"""Which object each point of a device stands at, as far as is known, and what is asked along for its sake. Pure."""

from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.packing import size
from roommon.poll.snmp.rows import Rows
from roommon.profiles.point import Cell, Encoding, Listed, Oid, Point


class Place(NamedTuple):
    """Where one point stands."""

    point: int
    """Its index among those of the device."""
    oid: str
    """Empty if it stands at no object: in a list, or in a row that is not known."""
    is_plain: bool
    """Whether a number is answered as it came: the short way of a beat."""


class Places:
    """Where the points of one device stand."""

    __slots__ = ("beside", "objects", "optional", "proofs", "sizes", "stand_ins")

    def __init__(self, points: Sequence[Point], rows: Rows) -> None:
        """`rows` know their cells."""
        cells = {index: (oid, proof) for index, oid, proof in rows.objects()}
        self.objects = [Place(i, _oid(point, i, cells), _is_plain(point)) for i, point in enumerate(points)]
        """In the order of the points."""
        self.sizes = {SYS_UPTIME: size(SYS_UPTIME, is_text=False)}
        """What is asked for at each beat: the bytes that each object takes in an answer."""
        self.proofs = {oid: proof for oid, proof in cells.values() if proof}
        """By cell, the object that names its row; it is asked for first."""
        self.stand_ins = dict(self._stand_ins(points))
        """By object, those that stand in for it."""
        self.optional = self._objects_of(_optional(points), points)
        """Objects without which every point knows what to do."""
        for place, point in zip(self.objects, points, strict=True):
            self._ask_for(cells.get(place.point, ("", ""))[1], is_text=True)
            self._ask_for(place.oid, is_text=point.encoding is Encoding.STRING)
        self.beside = sorted(
            {point.at.beside.removeprefix(".") for point in points if isinstance(point.at, Listed)} - {""}
        )
        """The objects that show that the agent has the lists of the points."""
        for oid in self.beside:
            self._ask_for(oid, is_text=False)

    def _ask_for(self, oid: str, *, is_text: bool) -> None:
        if oid:
            self.sizes[oid] = max(size(oid, is_text=is_text), self.sizes.get(oid, 0))

    def _objects_of(self, keys: Container[str], points: Sequence[Point]) -> frozenset[str]:
        """Return the objects at which points of `keys` alone stand."""
        others = {place.oid for place, point in zip(self.objects, points, strict=True) if point.key not in keys}
        return frozenset(place.oid for place in self.objects) - others

    def _stand_ins(self, points: Sequence[Point]) -> Iterator[tuple[str, frozenset[str]]]:
        places = {point.key: self.objects[index].oid for index, point in enumerate(points)}
        fallbacks = {point.key: point.fallback for point in points}
        families: dict[str, set[str]] = {}
        for point in points:
            family = {places[key] for key in _chain(point.key, fallbacks)} if point.fallback else set()
            for oid in family:
                families.setdefault(oid, set()).update(family)
        stood_in = set(fallbacks.values())
        alone = {places[point.key] for point in points if point.fallback is None and point.key not in stood_in}
        for oid, family in families.items():
            if oid not in alone:
                yield oid, frozenset(family - {oid, ""})


def _optional(points: Sequence[Point]) -> frozenset[str]:
    """Return the points that only choose factors where there is one for the case that they say nothing."""
    selectors = [selector for point in points for selector in point.selectors]
    choosing = {one.point for one in selectors if one.otherwise is not None}
    needed = {one.point for one in selectors if one.otherwise is None}
    needed.update(gate.point for point in points for gate in point.good_when)
    needed.update(point.key for point in points if point.is_sensor)
    return frozenset(choosing - needed)


def _chain(key: str | None, fallbacks: dict[str, str | None]) -> Iterator[str]:
    while key is not None:
        yield key
        key = fallbacks[key]


def _oid(point: Point, index: int, cells: dict[int, tuple[str, str]]) -> str:
    """Return the object of `point` as the library wants it."""
    match point.at:
        case Oid(dotted):
            return dotted.removeprefix(".")
        case Cell():
            return cells.get(index, ("", ""))[0]
        case Listed():
            return ""
        case _:
            raise TypeError(f"point {point.key} stands at no object, and its device speaks SNMP")


def _is_plain(point: Point) -> bool:
    return point.encoding is Encoding.NUMBER and point.bits is None and point.flag is None
