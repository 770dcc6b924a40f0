"""When a contact of our own is said: as it changes, and again in its beat, for silence means that nobody knows."""

from roommon.model.clock import Duration
from roommon.model.reading import SensorId

EVERY = Duration(60_000)
"""The beat of the contacts that roommon makes itself: links, identities, due dates, its certificate, its trouble."""


class Repeated:
    """What was said last of each contact."""

    def __init__(self) -> None:
        self._said: dict[SensorId, tuple[float, float]] = {}
        """The value, and when by the monotonic clock, s."""

    def is_due(self, sensor: SensorId, value: float, now: float) -> bool:
        """Return whether `value` is to be said at `now`, s by the monotonic clock; then it counts as said."""
        said = self._said.get(sensor)
        if said is not None and said[0] == value and now - said[1] < EVERY / 1000:
            return False
        self._said[sensor] = value, now
        return True
