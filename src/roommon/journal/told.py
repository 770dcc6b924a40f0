"""Alarm events on their way from the fold to those who tell people.

An event is told when it is committed, or when the disk would not take it: people are warned all the same. Its number is
noted in the lock file first, so no later event ever has it too.
"""

from collections import deque
from collections.abc import Sequence

from roommon.journal.lock import Lock
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, AlarmId, State

REMEMBERED = 256
"""The newest events are kept in memory too: a deliverer that is up to date needs no SQL."""
UNWRITTEN = 20_000
"""Events that may wait for the disk."""


class Told:
    """The numbers of events, the newest of them, and what stands."""

    def __init__(self, lock: Lock, standing: Sequence[NumberedEvent], last: int) -> None:
        self._lock = lock
        self._standing: dict[AlarmId, NumberedEvent] = {each.event.alarm: each for each in standing}
        self._newest: deque[NumberedEvent] = deque()
        self._numbered = last
        self.last = last
        """The number of the last event that was told; 0 when there was none."""
        self.written_to = last
        """The number of the last event that is in the file."""

    def numbered(self, events: Sequence[AlarmEvent]) -> list[NumberedEvent]:
        """Return `events` with the next numbers; they are not told yet."""
        numbered = [NumberedEvent(number, event) for number, event in enumerate(events, self._numbered + 1)]
        self._numbered += len(numbered)
        self._newest.extend(numbered)
        return numbered

    def tell(self, up_to: int) -> None:
        """Let the events up to the number `up_to` be seen."""
        if up_to <= self.last:
            return
        self._lock.tell(up_to)
        for numbered in self._newest:
            if self.last < numbered.number <= up_to:
                self._stand(numbered)
        self.last = up_to

    def _stand(self, numbered: NumberedEvent) -> None:
        if numbered.event.state is State.NORMAL:
            self._standing.pop(numbered.event.alarm, None)
        else:
            self._standing[numbered.event.alarm] = numbered

    def written(self, up_to: int) -> None:
        """Note that the events up to the number `up_to` are in the file."""
        self.written_to = max(self.written_to, up_to)
        self._forget()

    def _forget(self) -> None:
        while len(self._newest) > REMEMBERED and (
            self._newest[0].number <= min(self.written_to, self.last) or len(self._newest) > UNWRITTEN
        ):
            self._newest.popleft()

    def standing(self) -> list[NumberedEvent]:
        """Return the newest event of every alarm that is not normal, in the order of their numbers."""
        return sorted(self._standing.values(), key=lambda numbered: numbered.number)

    def standing_written(self) -> list[NumberedEvent]:
        """Return what stands, without events that wait for the disk."""
        return [numbered for numbered in self.standing() if numbered.number <= self.written_to]

    def since(self, number: int) -> list[NumberedEvent] | None:
        """Return the told events after `number`, or None when not all of them are in memory."""
        told = [numbered for numbered in self._newest if number < numbered.number <= self.last]
        if number >= self.last or (told and told[0].number == number + 1):
            return told
        return None

    def in_memory(self, number: int) -> list[NumberedEvent]:
        """Return the told events after `number` that are in memory."""
        return [numbered for numbered in self._newest if number < numbered.number <= self.last]
