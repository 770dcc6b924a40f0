"""What the sensors of an incident measured around it."""

from collections.abc import Iterable
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent
from roommon.model.reading import Reading


@dataclass(frozen=True, slots=True)
class Measured:
    """The extremes of one sensor over a time, and when it first crossed the setpoint of an alarm."""

    lowest: Reading
    highest: Reading
    crossed: Reading | None
    """None where the alarm has no setpoint, or no reading in that time was beyond it."""
    without_value: int
    """Readings that were bad."""


def measured(readings: Iterable[Reading], raised: AlarmEvent) -> Measured | None:
    """Return what `readings` of the sensor of `raised` come to; None when none has a value."""
    given, bad = list[Reading](), 0
    for reading in readings:
        if reading.value is None:
            bad += 1
        else:
            given.append(reading)
    if not given:
        return None
    crossed = next((one for one in given if _is_beyond(one, raised)), None)
    return Measured(min(given, key=_value), max(given, key=_value), crossed, bad)


def _value(reading: Reading) -> float:
    return 0.0 if reading.value is None else reading.value


def _is_beyond(reading: Reading, raised: AlarmEvent) -> bool:
    """Return whether `reading` is beyond the setpoint, on the side on which the alarm was raised."""
    value, setpoint, crossing = reading.value, raised.setpoint, raised.value
    if value is None or setpoint is None or crossing is None:
        return False
    return value > setpoint if crossing > setpoint else value < setpoint
