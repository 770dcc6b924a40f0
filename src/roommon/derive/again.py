"""A record in which derived sensors are derived once more: for a configuration that is tried out over it."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from roommon.derive.deriver import Deriver
from roommon.model.command import ClockStep, Resumed
from roommon.model.reading import Reading

T = TypeVar("T")


def again(entries: Iterable[T], deriver: Deriver) -> Iterator[T | Reading]:
    """Yield `entries` with what `deriver` makes of them, in place of what was recorded of its sensors."""
    derived = deriver.sensors
    for entry in entries:
        if not isinstance(entry, Reading):
            if isinstance(entry, ClockStep | Resumed):
                deriver.note(entry)
            yield entry
        elif entry.sensor not in derived:
            yield from deriver.take((entry,))
