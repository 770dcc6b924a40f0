"""How deep the journal is, told so cheaply that it may be asked every few seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

from roommon.model.clock import Instant


@dataclass(frozen=True, slots=True)
class Owed:
    """What one deliverer has still to send."""

    deliverer: str
    batches: int
    """Group commits of readings."""
    events: int
    oldest: Instant | None
    """When the oldest of them was taken; None when nothing waits."""


@dataclass(frozen=True, slots=True)
class Depth:
    """What the journal holds and owes."""

    batches: int
    """Group commits of readings on the disk."""
    last_event: int
    """The number of the newest event; 0 before the first."""
    unwritten: int
    """Inputs that are in memory alone: of the commit to come, and what the disk does not take."""
    owed: Sequence[Owed]
    """By the deliverers that want something."""
