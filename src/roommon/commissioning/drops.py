"""The points of a profile that a device has not, so that its configuration leaves them out. Pure."""

from collections.abc import Mapping, Sequence

from roommon.commissioning.seen import Seen
from roommon.model.reading import Reason
from roommon.poll.driver import Fault
from roommon.profiles.point import Cell, Point


def lacking(every: Sequence[Seen]) -> tuple[str, ...]:
    """Return the keys of the sensors that the device has not, those excepted without which another one has no value."""
    absent = not_there(every)
    needed = {key for one in every if one.point.key not in absent for key in _references(one.point)}
    return tuple(one.point.key for one in every if one.point.key in absent - needed)


def not_there(every: Sequence[Seen]) -> frozenset[str]:
    """Return the keys of all sensors that the device has not."""
    by_key = {one.point.key: one for one in every}
    return frozenset(one.point.key for one in every if one.sensor is not None and _is_absent(one, by_key))


def unfitted(every: Sequence[Seen]) -> tuple[str, ...]:
    """Return the keys of the sensors for which a row says that it has no such element, while it has others.

    A row that has none at all is idle: somebody may plug something in there.
    """
    alive = {one.point.at.row for one in every if isinstance(one.point.at, Cell) and one.value is not None}
    needed = {key for one in every for key in _references(one.point)}
    return tuple(
        one.point.key
        for one in every
        if isinstance(one.point.at, Cell)
        and one.point.at.row in alive
        and _is_unfitted(one)
        and one.point.key not in needed
    )


def _is_unfitted(one: Seen) -> bool:
    said = one.reading is not None and one.reading.reason is Reason.NOT_CONNECTED
    return said and not isinstance(one.raw, Fault) and one.raw in one.point.not_fitted


def _is_absent(one: Seen, by_key: Mapping[str, Seen]) -> bool:
    """Return whether the device has neither the point nor what stands in for it, or not the point that gates it."""
    if one.reading is None or one.reading.reason is not Reason.CONFIGURATION_ERROR:
        return False
    instead = one.point.fallback
    while instead is not None:
        other = by_key[instead]
        if not isinstance(other.raw, Fault) or other.raw.reason is not Reason.CONFIGURATION_ERROR:
            return False
        instead = other.point.fallback
    return True


def _references(point: Point) -> set[str]:
    gates = {gate.point for gate in point.good_when}
    selectors = {selector.point for selector in point.selectors}
    return (gates | selectors) - {point.key}
