"""How roommon itself is, in counts, as the daemon gives it to a scraper; nothing is reckoned until it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from roommon.journal.depth import Depth
from roommon.model.device import DeviceId


@dataclass(frozen=True, slots=True)
class Polls:
    """How often one device was asked since it was begun, and what came of it."""

    asked: int
    silent: int
    """No answer."""
    overdue: int
    """Beats that came while the former one was not over."""
    answers: bool | None
    """At last; None before it was asked for the first time."""
    took_s: float | None
    """The last answer."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """Answers by the time from their beat to the queue."""

    edges_s: Sequence[float]
    """Upper edges of the classes, in order."""
    counts: Sequence[int]
    """One more than there are edges: the last is beyond them all."""
    total_s: float


@dataclass(frozen=True, slots=True)
class Vitals:
    """Everything since the start."""

    beats: int
    between: int
    """Polls besides the beats: after traps."""
    missed: int
    restarts: int
    """Pollers that fell over or hung."""
    lost_readings: int
    lateness: Lateness
    polls: Mapping[DeviceId, Polls]
    queue: int
    """Inputs on the way to the rules."""
    queue_room: int
    """How many there may be."""
    depth: Depth | None
    """None while the disk does not let the journal be asked."""
    journal_bytes: int
    """On the disk, its log included."""


class Pulse(Protocol):
    """Where it is felt."""

    async def vitals(self) -> Vitals:
        """Return how roommon is now."""
        ...
