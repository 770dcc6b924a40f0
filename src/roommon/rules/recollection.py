"""What the past says of sensors that are drilled, for twins that remember: after a start, from the journal."""

from collections.abc import Iterable, Iterator

from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.reading import Reading, SensorId
from roommon.rules.drills import Drills, drill_sensor

Past = Reading | ClockStep | Resumed | Command


class Recollection:
    """What was said before the drills that run, and what they said since."""

    def __init__(self, running: Drills) -> None:
        """Begin with nothing."""
        self._running = running
        self._names: dict[SensorId, SensorId] = {}
        for drilling in running:
            self._names |= {drilling.sensor: drilling.sensor, drill_sensor(drilling.sensor): drilling.sensor}
        self._heard: list[Reading] = []

    def overhearing(self, inputs: Iterable[Past]) -> Iterator[Past]:
        """Yield `inputs`, and keep what is of use."""
        for entry in inputs:
            self._take(entry)
            yield entry

    def _take(self, entry: Past) -> None:
        match entry:
            case Reading(sensor):
                if sensor in self._names:
                    self._heard.append(entry)
            case ClockStep(_, by):
                self._heard = [_moved(reading, by) for reading in self._heard]
            case Resumed(_, after) if after < 0:
                self._heard.clear()
            case _:
                pass

    def readings(self) -> Iterator[Reading]:
        """Yield what twins take, in order: true readings from before a sensor's drill, and the drill's own.

        Older drills of the same sensor are over; what counts of their time are the true readings.
        """
        for reading in self._heard:
            sensor = self._names[reading.sensor]
            drilling = self._running.get(sensor)
            is_of_drill = reading.sensor != sensor
            if drilling is not None and is_of_drill is (reading.taken_at >= drilling.since):
                yield reading._replace(sensor=sensor)


def _moved(reading: Reading, by: Duration) -> Reading:
    return reading._replace(taken_at=Instant(reading.taken_at + by))
