"""The judges of a site that remember readings, and what moves all of them at once."""

from collections.abc import Callable, Iterable

from roommon.model.clock import Duration
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.reading import Reading, SensorId
from roommon.rules.abilities import carries, is_window, sees
from roommon.rules.rule import Judge, Sees, Window


class Windows:
    """All windows, and all judges that see, by the sensors whose readings they take."""

    def __init__(self) -> None:
        """Begin with none."""
        self._of: dict[SensorId, list[Window]] = {}
        self._seeing: dict[SensorId, list[Sees]] = {}
        self._eyes: list[Sees] = []
        """Each once."""

    def add(self, sensor: SensorId, window: Window) -> None:
        """Add a window of `sensor`."""
        self._of.setdefault(sensor, []).append(window)

    def add_eyes(self, sensors: Iterable[SensorId], judge: Sees) -> None:
        """Add a judge that sees the readings of `sensors`."""
        self._eyes.append(judge)
        for sensor in sensors:
            self._seeing.setdefault(sensor, []).append(judge)

    def histories(self) -> dict[SensorId, Duration]:
        """Return how much of the past they want to be shown, by sensor."""
        found: dict[SensorId, Duration] = {}
        for judges in (self._of, self._seeing):
            for sensor, each in judges.items():
                longest = max(judge.history() for judge in each)
                found[sensor] = max(longest, found.get(sensor, longest))
        return found

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
            case Reading(sensor, at, value):
                for judge in self._seeing.get(sensor, ()):
                    judge.see(entry)
                if value is not None:
                    for window in self._of.get(sensor, ()):
                        window.remember(at, value)
            case ClockStep():
                self.clock_stepped(entry)
            case Resumed():
                self.resumed(entry)
            case _:
                pass

    def _all(self) -> Iterable[Window | Sees]:
        yield from (window for windows in self._of.values() for window in windows)
        yield from self._eyes


def hand_over(before: Judge | None, after: Judge) -> None:
    """Show `after` what `before` knows, if both remember."""
    hand_over_values(before, after)
    hand_over_seen(before, after, lambda _: True)


def carry_over(before: Iterable[Judge | None], after: Judge) -> None:
    """Let `after` go on from what the first of `before` carries that carries anything; only then is it shown values."""
    found = [carried for judge in before if carries(judge) and (carried := judge.carried()) is not None]
    if found and carries(after):
        after.carry(found[0])


def hand_over_values(before: Judge | None, after: Judge) -> None:
    """Show `after` the values of its own sensor that `before` knows, if both are windows."""
    if is_window(before) and is_window(after):
        for at, value in before.remembered():
            after.remember(at, value)


def hand_over_seen(before: Judge | None, after: Judge, of: Callable[[SensorId], bool]) -> None:
    """Show `after` the readings that `before` saw of those sensors that are meant by `of`, if both see."""
    if sees(before) and sees(after):
        for reading in before.seen():
            if of(reading.sensor):
                after.see(reading)
