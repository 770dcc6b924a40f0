"""What shows a sensor's readings to a judge of another sensor."""

from collections.abc import Callable

from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.reading import Reading
from roommon.rules.state import Condition


class Onlooker:
    """A watcher that never moves anything: it stands in front of those that do, and only of sensors that are wanted."""

    __slots__ = ("_see", "active", "id", "quiet")

    def __init__(self, id_: AlarmId, see: Callable[[Reading], None]) -> None:
        """`id_` is the alarm that looks, and `see` are its eyes."""
        self.id = id_
        self.active = False
        self.quiet = Condition.ABSENT
        self._see = see

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        """Show `reading`."""
        self._see(reading)
        return Condition.ABSENT

    def take(self, _condition: Condition, _reading: Reading) -> list[AlarmEvent]:
        """Move nothing: it is always quiet."""
        return []
