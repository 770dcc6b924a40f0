"""The beat of one derived sensor: it is over when every input was heard, and gives one reading.

So the slowest input sets the pace, and neither the order of the inputs nor how their readings were put into batches
changes what comes out. An input that falls silent is waited for until it is overdue; then the beat ends without it.
"""

from collections.abc import Sequence
from math import isfinite

from roommon.derive.derivation import STALE_BEATS, Derived, Formula
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Quality, Reading, Reason, bad
from roommon.rules.rule import Window


class Round:
    """What the inputs of one derived sensor said last, and which of them since its last reading."""

    __slots__ = (
        *("_awaited", "_every", "_everyone", "_formula", "_last", "_patience", "_since", "_told_at"),
        *("derived", "window"),
    )

    def __init__(self, derived: Derived) -> None:
        """Begin with nothing heard."""
        self.derived = derived
        self._formula = derived.formula()
        self.window = self._formula if isinstance(self._formula, Window) else None
        """What the formula remembers, if it does."""
        self._patience = tuple(STALE_BEATS * each.every for each in derived.inputs)
        self._every = derived.every
        self._everyone = frozenset(range(len(derived.inputs)))
        self.listen_anew()

    def listen_anew(self) -> None:
        """Forget what the inputs said."""
        self._last: list[Reading | None] = [None] * len(self._everyone)
        self._awaited = set(self._everyone)
        self._since: Instant | None = None
        self._told_at: Instant | None = None

    def shift(self, by: Duration) -> None:
        """Move with the clock."""
        self._last = [each and each._replace(taken_at=Instant(each.taken_at + by)) for each in self._last]
        self._since, self._told_at = _moved(self._since, by), _moved(self._told_at, by)
        if self.window is not None:
            self.window.shift(by)

    def hear(self, place: int, reading: Reading) -> Reading | None:
        """Take a reading of the input at `place`; return the derived one if that ends the beat."""
        at = reading.taken_at
        if self._since is None:
            self._since = at
        self._last[place] = reading
        self._awaited.discard(place)
        if self._awaited and not self._ends_without_them(at):
            return None
        self._awaited.update(self._everyone)
        self._told_at = max(each.taken_at for each in self._last if each is not None)
        return self._reading(self._told_at)

    def _ends_without_them(self, at: Instant) -> bool:
        """Return whether all that are awaited are overdue, and it is time for a reading."""
        too_soon = self._told_at is not None and at - self._told_at < self._every
        return not too_soon and all(self._is_stale(each, at) for each in self._awaited)

    def _is_stale(self, place: int, at: Instant) -> bool:
        last = self._last[place]
        heard_at = self._since if last is None else last.taken_at
        return heard_at is not None and at - heard_at > self._patience[place]

    def _reading(self, at: Instant) -> Reading:
        sensor = self.derived.id
        used = [
            each
            for each, patience in zip(self._last, self._patience, strict=True)
            if each is not None and each.value is not None and at - each.taken_at <= patience
        ]
        if len(used) < self.derived.needs:
            return bad(sensor, at, self._why_bad(at))
        value = _reckoned(self._formula, at, [each.value for each in used if each.value is not None])
        if isinstance(value, Reason):
            return bad(sensor, at, value)
        doubt = next((each.reason for each in used if each.quality is Quality.UNCERTAIN), None)
        return Reading(sensor, at, value, Quality.GOOD if doubt is None else Quality.UNCERTAIN, doubt)

    def _why_bad(self, at: Instant) -> Reason:
        """Return OVERDUE where an input was not heard at all: nobody else says so. A bad one says it itself."""
        silent = any(self._is_stale(place, at) for place in self._everyone)
        return Reason.OVERDUE if silent else Reason.BAD_INPUT


def _moved(at: Instant | None, by: Duration) -> Instant | None:
    return None if at is None else Instant(at + by)


def _reckoned(formula: Formula, at: Instant, values: Sequence[float]) -> float | Reason:
    """Return what `formula` gives; what no float can hold is out of range."""
    try:
        value = formula(at, values)
    except OverflowError:
        return Reason.OUT_OF_RANGE
    return value if isinstance(value, Reason) or isfinite(value) else Reason.OUT_OF_RANGE
