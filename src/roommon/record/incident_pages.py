"""Incidents out of a long record, without gathering all of it.

While no alarm stands, there is nothing that the next one could join; so an incident lies between two such moments, and
is the same whether all of the record is gathered or that part alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Protocol

from roommon.journal.record import NumberedEvent
from roommon.model.clock import Instant
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident

_CHUNK = 500
"""Events that are gathered at once, at least."""


class Events(Protocol):
    """The record, as the journal's reader has it."""

    def calm(self) -> Sequence[int]:
        """Return the numbers of the events after which no alarm stood, in order."""
        ...

    def events_after(self, number: int, upto: int | None = None) -> Iterable[NumberedEvent]:
        """Yield the events with numbers above `number` and not above `upto`, in order."""
        ...


def newest(events: Events, causes: Causes, since: Instant, before: int | None, at_most: int) -> list[Incident]:
    """Return the incidents below number `before` that went on at `since` or later, the newest first."""
    calm = [0, *events.calm()]
    end = None if before is None else _first_from(calm, before)
    found: list[Incident] = []
    while True:
        begin = calm[max(0, bisect_right(calm, (calm[-1] if end is None else end) - _CHUNK) - 1)]
        part = incidents(events.events_after(begin, end), causes)
        late = [each for each in part if each.ended is None or each.ended >= since]
        found += [each for each in reversed(late) if before is None or each.id < before]
        if len(found) >= at_most or not begin or (part and not late):
            return found[:at_most]
        end = begin


def numbered(events: Events, causes: Causes, number: int) -> Incident | None:
    """Return the incident that began with event `number`; None when there is none."""
    calm = [0, *events.calm()]
    begin = calm[max(0, bisect_left(calm, number) - 1)]
    part = incidents(events.events_after(begin, _first_from(calm, number)), causes)
    return next((each for each in part if each.id == number), None)


def _first_from(calm: Sequence[int], number: int) -> int | None:
    """Return the first of `calm` that is not below `number`; None when it is not over yet."""
    index = bisect_left(calm, number)
    return calm[index] if index < len(calm) else None
