"""Why people are not told that an alarm stands: the second axis of its life (ANSI/ISA-18.2-2016, figure 5, G to I)."""

from dataclasses import dataclass
from enum import StrEnum

from roommon.model.clock import Instant


class SuppressedAs(StrEnum):
    """Who keeps the alarm from people."""

    OUT_OF_SERVICE = "out_of_service"
    """A person, for work on the equipment."""
    SHELVED = "shelved"
    """A person, for a time."""
    BY_DESIGN = "by_design"
    """Logic: another alarm or a state explains it."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """One reason, the strongest that holds."""

    kind: SuppressedAs
    since: Instant
    until: Instant | None = None
    """When it ends by itself; None when it does not."""
    by: str | None = None
    """The person; None for logic."""
    why: str = ""
    """The person's reason, or the names of the causes."""
