"""The judges of a site that remember readings, and what moves all of them at once."""

from collections.abc import Iterable
from functools import cache
from typing import TypeGuard

from roommon.model.clock import Duration
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.reading import Reading, SensorId
from roommon.rules.rule import Judge, Window


class Windows:
    """All windows, by the sensor that fills them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[SensorId, list[Window]] = {}

    def add(self, sensor: SensorId, window: Window) -> None:
        """Add a window of `sensor`."""
        self._of.setdefault(sensor, []).append(window)

    def histories(self) -> dict[SensorId, Duration]:
        """Return how much of the past they want to be shown, by sensor."""
        return {sensor: Duration(max(window.history() for window in windows)) for sensor, windows in self._of.items()}

    def clock_stepped(self, step: ClockStep) -> None:
        """Move with the clock."""
        for window in self._all():
            window.shift(step.by)

    def resumed(self, stop: Resumed) -> None:
        """Stay where they are, for the room lived on; begin anew if the clock says that time ran backwards."""
        if stop.after < 0:
            for window in self._all():
                window.forget()

    def remember(self, entry: Reading | ClockStep | Resumed | Command) -> None:
        """Take one input of the past."""
        match entry:
            case Reading(sensor, at, float() | int() as value):
                for window in self._of.get(sensor, ()):
                    window.remember(at, value)
            case ClockStep():
                self.clock_stepped(entry)
            case Resumed():
                self.resumed(entry)
            case _:
                pass

    def _all(self) -> Iterable[Window]:
        return (window for windows in self._of.values() for window in windows)


def is_window(judge: Judge | None) -> TypeGuard[Window]:
    """Return whether `judge` remembers readings."""
    return judge is not None and _remembers(judge.__class__)


@cache
def _remembers(kind: object) -> bool:
    """Return whether judges of the class `kind` are windows: to ask a protocol takes 10 us, and there may be many."""
    return isinstance(kind, type) and issubclass(kind, Window)


def hand_over(before: Window, after: Window) -> None:
    """Show `after` what `before` knows."""
    for at, value in before.remembered():
        after.remember(at, value)
