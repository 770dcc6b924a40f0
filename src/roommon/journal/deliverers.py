"""Where every deliverer is, in the event loop's memory; the next group commit writes what moved.

A cursor that moved and was not committed before a crash makes a deliverer send again, never skip.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from roommon.journal.group import Cursor
from roommon.journal.spans import Span, Spans, added, count, joined, missing


class Deliverers:
    """The cursors, and which batches there are to send."""

    def __init__(self, cursors: Mapping[str, Cursor], batches: Span) -> None:
        self._cursors = dict(cursors)
        self._moved: dict[str, Cursor] = {}
        self.batches = batches
        """The batches in the file; empty when `last` is before `first`."""

    def register(self, deliverer: str, *, readings: bool, events: bool, last_event: int) -> None:
        """Let `deliverer` want readings, events or both; one that is new has sent the events up to `last_event`."""
        cursor = self._cursors.setdefault(deliverer, Cursor(deliverer, readings, events, last_event))
        cursor.readings, cursor.events = readings, events
        self._moved[deliverer] = cursor

    def forget_others(self, deliverers: Collection[str]) -> None:
        """Forget whoever is not in `deliverers`: nothing is kept for them any more.

        A deliverer may have further cursors, `mqtt.readings`; they go when it goes.
        """
        for name in [name for name in self._cursors if name.partition(".")[0] not in deliverers]:
            gone = self._cursors.pop(name)
            gone.readings = gone.events = False
            self._moved[name] = gone

    def cursor(self, deliverer: str) -> Cursor:
        """Return the cursor of `deliverer`; one that nobody registered wants everything from the beginning."""
        if deliverer not in self._cursors:
            self.register(deliverer, readings=True, events=True, last_event=0)
        return self._cursors[deliverer]

    def all(self) -> list[Cursor]:
        """Return all cursors as they are now; they may be handed to another thread."""
        return [replace(cursor) for cursor in self._cursors.values()]

    def unsent(self, deliverer: str) -> list[Span]:
        """Return the batches that `deliverer` has still to send."""
        return list(missing(self.cursor(deliverer).sent, self.batches))

    def readings_sent(self, deliverer: str, numbers: Collection[int]) -> None:
        """Note that the far side has confirmed the batches `numbers`."""
        self._send(deliverer, added(self.cursor(deliverer).sent, numbers))

    def nothing_left(self, deliverer: str, spans: Collection[Span]) -> None:
        """Note that what is missing in `spans` is no longer there to be sent."""
        self._send(deliverer, joined((*self.cursor(deliverer).sent, *spans)))

    def _send(self, deliverer: str, sent: Spans) -> None:
        cursor = self.cursor(deliverer)
        cursor.sent = joined((Span(0, self.batches.first - 1), *sent))
        self._moved[deliverer] = cursor

    def events_sent(self, deliverer: str, up_to: int) -> None:
        """Note that the far side has confirmed the events up to the number `up_to`."""
        cursor = self.cursor(deliverer)
        cursor.last_event = max(cursor.last_event, up_to)
        self._moved[deliverer] = cursor

    def take_moved(self) -> list[Cursor]:
        """Return what moved since the last call, to be written."""
        moved = [replace(cursor) for cursor in self._moved.values()]
        self._moved.clear()
        return moved

    def not_written(self, moved: Collection[Cursor]) -> None:
        """Put back what `take_moved` gave and what could not be written."""
        for gone in moved:
            self._moved.setdefault(gone.deliverer, self._cursors.get(gone.deliverer, gone))

    def renewed(self) -> list[Cursor]:
        """Note that a new file begins, whose batches nobody has sent, and return all cursors.

        Its numbers go on where the old ones ended: a far side may still confirm batches of the old file.
        """
        self.batches = Span(self.batches.last + 1, self.batches.last)
        for cursor in self._cursors.values():
            cursor.sent = ()
        return self.all()

    def wanting(self) -> list[str]:
        """Return who wants something, by name."""
        return sorted(name for name, cursor in self._cursors.items() if cursor.readings or cursor.events)

    def unsent_share(self) -> tuple[float, str]:
        """Return the largest share of the kept batches that one deliverer has not sent, and whose it is."""
        kept = self.batches.last - self.batches.first + 1
        waiting = [each.deliverer for each in self._cursors.values() if each.readings and kept]
        return max(((count(self.unsent(name)) / kept, name) for name in waiting), default=(0.0, ""))
