"""When alarms want to be rung: the only clock of the rules, wound by the instants of what they fold."""

from heapq import heapify, heappop, heappush

from roommon.model.clock import Instant
from roommon.rules.state import StateId

NEVER = Instant(1 << 62)


class Timers:
    """The times at which alarms are due; one that was changed leaves its old entry behind, which then rings nobody."""

    def __init__(self) -> None:
        """Begin with none."""
        self._heap: list[tuple[Instant, StateId]] = []
        self._due: dict[StateId, Instant] = {}
        self.next = NEVER
        """No alarm is due before."""

    def set(self, alarm: StateId, due: Instant | None) -> None:
        """Let `alarm` be rung at `due`, or at no time."""
        if self._due.get(alarm) == due:
            return
        if due is None:
            del self._due[alarm]
        else:
            self._due[alarm] = due
            heappush(self._heap, (due, alarm))
        self._look()

    def take(self, at: Instant) -> StateId | None:
        """Return an alarm that is due at `at`, the longest due first; None when there is none."""
        if self.next > at:
            return None
        _, alarm = heappop(self._heap)
        del self._due[alarm]
        self._look()
        return alarm

    def clock_stepped(self, by: int) -> None:
        """Move all times with the clock."""
        self._due = {alarm: Instant(due + by) for alarm, due in self._due.items()}
        self._heap = [(due, alarm) for alarm, due in self._due.items()]
        heapify(self._heap)
        self._look()

    def _look(self) -> None:
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)
        self.next = self._heap[0][0] if self._heap else NEVER
