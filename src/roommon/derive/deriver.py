"""The step of the fold before the rules: it puts derived readings behind those that complete them.

Pure and synchronous, as the rules are: the same readings in the same order give the same derived ones, however they
were put into batches. A reading that no derivation concerns costs one look-up.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter

from roommon.derive.derivation import Derived
from roommon.derive.round import Round
from roommon.model.clock import Duration
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.reading import Reading, SensorId

_sensor_of = itemgetter(0)
"""The sensor of a reading, at a third of what the attribute costs."""


class Deriver:
    """All derived sensors of a site."""

    def __init__(self, derived: Iterable[Derived] = ()) -> None:
        """Begin with nothing heard."""
        self._rounds: dict[SensorId, Round] = {}
        self.configure(derived)

    def configure(self, derived: Iterable[Derived]) -> None:
        """Derive these from now on; those that are the same go on from where they were."""
        before = self._rounds
        self._rounds = {each.id: _going_on(before.get(each.id), each) for each in derived}
        hearers: defaultdict[SensorId, list[tuple[Round, int]]] = defaultdict(list)
        for one in self._rounds.values():
            for place, each in enumerate(one.derived.inputs):
                hearers[each.sensor.id].append((one, place))
        self._hearers = dict(hearers)

    @property
    def sensors(self) -> frozenset[SensorId]:
        """The derived sensors."""
        return frozenset(self._rounds)

    def take(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return `readings` with what is derived of them; the same object when that is nothing."""
        hearers = self._hearers
        if not hearers or not any(map(hearers.__contains__, map(_sensor_of, readings))):
            return readings
        joined: list[Reading] = []
        for reading in readings:
            joined.append(reading)
            if reading.sensor in hearers:
                self._spread(reading, joined)
        return joined

    def _spread(self, reading: Reading, joined: list[Reading]) -> None:
        """Tell those who hear `reading`; a derived one that this completes is told on."""
        for one, place in self._hearers.get(reading.sensor, ()):
            made = one.hear(place, reading)
            if made is not None:
                joined.append(made)
                self._spread(made, joined)

    def note(self, entry: ClockStep | Resumed | Command) -> None:
        """Take an input that is no reading."""
        match entry:
            case ClockStep(_, by):
                for one in self._rounds.values():
                    one.shift(by)
            case Resumed(_, after):
                self._resumed(after)
            case _:
                pass

    def _resumed(self, after: Duration) -> None:
        """Begin to listen anew: nobody heard in between. Windows stay, unless time ran backwards."""
        for one in self._rounds.values():
            one.listen_anew()
            if after < 0 and one.window is not None:
                one.window.forget()

    def windows(self) -> dict[SensorId, Duration]:
        """Return how much of the past `remember` wants to see, of which sensors."""
        found: dict[SensorId, Duration] = {}
        for one in self._rounds.values():
            if one.window is not None:
                sensor = one.derived.inputs[0].sensor.id
                found[sensor] = max(found.get(sensor, Duration(0)), one.window.history())
        return found

    def remember(self, readings: Iterable[Reading]) -> None:
        """Fill the windows from readings of the past, in the order in which they were folded; nothing is derived."""
        for reading in readings:
            for one, _ in self._hearers.get(reading.sensor, ()):
                if one.window is not None and reading.value is not None:
                    one.window.remember(reading.taken_at, reading.value)


def _going_on(before: Round | None, derived: Derived) -> Round:
    return before if before is not None and before.derived == derived else Round(derived)
