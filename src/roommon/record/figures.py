"""The figures by which ANSI/ISA-18.2-2016, clause 16, tells how an alarm system does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmId, Priority
from roommon.model.clock import Duration, Instant

DAY = Duration(86_400_000)
SHORT = Duration(600_000)
"""The ten minutes of the standard."""
ACCEPTABLE_PER_DAY = 144
ACCEPTABLE_PER_10_MIN = 1
MOST_PER_DAY = 288
MOST_PER_10_MIN = 10
"""The numbers of the standard's tables: likely to be acceptable, and the most that can be managed."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time, its end not included."""

    begin: Instant
    end: Instant

    def has(self, at: Instant) -> bool:
        """Return whether `at` is in it."""
        return self.begin <= at < self.end

    @property
    def length(self) -> Duration:
        """How long it is."""
        return Duration(self.end - self.begin)

    def shared(self, begin: Instant, end: Instant) -> Duration:
        """Return how much of the time from `begin` to `end` is in it."""
        return Duration(max(0, min(end, self.end) - max(begin, self.begin)))


@dataclass(frozen=True, slots=True)
class Rate:
    """How many alarms came in a day, or in ten minutes."""

    average: float
    peak: int
    """The most in any time of that length."""
    peak_at: Instant | None
    """When the time with the most began; None when there was no alarm."""
    beyond: float
    """Share of such times, counted from the beginning, with more than the standard lets pass: 0 to 1."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long alarms waited for a person, in ms; None when nobody acknowledged any."""

    median: Duration | None
    p90: Duration | None
    most: Duration | None
    acknowledged: int
    never: int
    """Alarms that nobody acknowledged."""


@dataclass(frozen=True, slots=True)
class Floods:
    """When there were too many alarms to be told singly."""

    number: int
    longest: Duration
    share: float
    """Of the time, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them."""

    span: Span
    alarms: int
    per_day: Rate
    per_10_min: Rate
    priorities: Mapping[Priority, int]
    different: int
    """Alarms that came at all, each counted once."""
    top: Sequence[tuple[AlarmId, int]]
    """The most frequent, the most first."""
    chattering: Sequence[AlarmId]
    stale: Sequence[AlarmId]
    """Those that stood for more than a day."""
    stale_at_once: int
    """The most of them on one day."""
    waits: Waits
    floods: Floods
    shelved: int
    """How often a person shelved an alarm."""
    suppressed: int
    """Alarms that were explained by another, or by a state."""
    out_of_service: int
    """How often something was taken out of service."""

    @property
    def top_share(self) -> float:
        """What the most frequent alarms are of all, 0 to 1."""
        return sum(count for _, count in self.top) / self.alarms if self.alarms else 0.0

    def share(self, priority: Priority) -> float:
        """Return what the alarms of `priority` are of all, 0 to 1."""
        return self.priorities.get(priority, 0) / self.alarms if self.alarms else 0.0
