"""Counters that wrap, and the difference between a wrap and a reset.

SNMP's Counter32 and TimeTicks go from 4,294,967,295 to 0, Counter64 from 2^64 - 1 (RFC 2578, 7.1.6, 7.1.8, 7.1.10). A
reset looks the same from outside. What tells them apart is sysUpTime: an agent that started anew may have lost its
counts, one that did not has wrapped. sysUpTime itself wraps after 497 days, so it is judged by our own clock: a clock
that went on for as long as we waited did not start anew, whatever its number says.

A counter of a device behind its agent can be reset while the agent runs on (a UPS restarted behind its network card).
So a wrap is believed only if the counter then grew by less than half of its range.
"""

from dataclasses import dataclass
from enum import StrEnum

from roommon.profiles.point import Encoding

TICKS_PER_S = 100
_RANGE = {Encoding.COUNTER32: 1 << 32, Encoding.COUNTER64: 1 << 64, Encoding.TIMETICKS: 1 << 32}
COUNTERS = frozenset(_RANGE)
_DRIFT_TICKS = 10 * TICKS_PER_S
_DRIFT_SHARE = 0.1
"""An agent's clock may differ from ours by 10 s (late answers) and a tenth (cheap oscillators) of the time between."""


class Change(StrEnum):
    """What happened to a counter between two looks."""

    GREW = "grew"
    """Or stood still."""
    WRAPPED = "wrapped"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Look:
    """The number that was seen at a moment of our monotonic clock."""

    number: int
    at_s: float


def went_on(before: Look, after: Look) -> bool:
    """Return whether a TimeTicks clock ran from `before` to `after` without starting anew, wrapped or not."""
    whole = _RANGE[Encoding.TIMETICKS]
    elapsed = (after.at_s - before.at_s) * TICKS_PER_S
    ahead = (after.number - before.number - elapsed) % whole
    return min(ahead, whole - ahead) <= _DRIFT_TICKS + _DRIFT_SHARE * elapsed


def change(encoding: Encoding, before: Look, after: Look, *, restarted: bool) -> Change:
    """Return what happened to a counter of this `encoding`; `restarted` is whether its agent started anew between."""
    if encoding is Encoding.TIMETICKS:
        kept = went_on(before, after)
    else:
        grown = (after.number - before.number) % _RANGE[encoding]
        kept = not restarted and grown < _RANGE[encoding] // 2
    if not kept:
        return Change.RESET
    return Change.WRAPPED if after.number < before.number else Change.GREW


class Continuous:
    """One counter without its wraps: it falls only when the device's own count was reset.

    Wraps are counted from the first look on; after a restart of the daemon it begins with the device's number again.
    """

    __slots__ = ("_before", "_encoding", "_passed")

    def __init__(self, encoding: Encoding) -> None:
        """`encoding` is one of COUNTERS."""
        self._encoding = encoding
        self._before: Look | None = None
        self._passed = 0

    def fold(self, look: Look, *, restarted: bool) -> int:
        """Return the continuous count at `look`; `restarted` is whether its agent started anew since the last look."""
        if self._before is not None:
            match change(self._encoding, self._before, look, restarted=restarted):
                case Change.WRAPPED:
                    self._passed += _RANGE[self._encoding]
                case Change.RESET:
                    self._passed = 0
                case Change.GREW:
                    pass
        self._before = look
        return self._passed + look.number
