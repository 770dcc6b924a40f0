"""The newest reading of each of a few sensors, and what it is worth some time later."""

from collections.abc import Iterator

from roommon.model.clock import Duration, Instant
from roommon.model.reading import Reading, SensorId


class Latest:
    """What was seen last; a reading without a value, or one that is too old, is worth nothing."""

    __slots__ = ("_latest", "_max_age")

    def __init__(self, max_age: Duration) -> None:
        """Begin with nothing."""
        self._max_age = max_age
        self.forget()

    def forget(self) -> None:
        """Start anew."""
        self._latest: dict[SensorId, Reading] = {}

    def see(self, reading: Reading) -> None:
        """Take a reading."""
        self._latest[reading.sensor] = reading

    def fresh(self, sensor: SensorId, at: Instant) -> float | None:
        """Return the value of `sensor` at `at`; None when that is not known."""
        reading = self._latest.get(sensor)
        if reading is None or not -self._max_age <= at - reading.taken_at <= self._max_age:
            return None
        return reading.value

    def seen(self) -> Iterator[Reading]:
        """Return all that it knows."""
        return iter(list(self._latest.values()))

    def history(self) -> Duration:
        """Return how long a reading is worth something."""
        return self._max_age

    def shift(self, by: Duration) -> None:
        """Move all readings with the clock."""
        moved = (each._replace(taken_at=Instant(each.taken_at + by)) for each in self._latest.values())
        self._latest = {reading.sensor: reading for reading in moved}
