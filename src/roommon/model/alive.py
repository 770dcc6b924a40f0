"""What is said once a day, so that people know that roommon looks: when it does not come, it does not."""

from collections.abc import Mapping
from dataclasses import dataclass

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.suppression import SuppressedAs


@dataclass(frozen=True, slots=True)
class SetAside:
    """One thing that a person keeps from being told."""

    what: str
    """An alarm, or what is out of service: `device ups-1`."""
    kind: SuppressedAs
    until: Instant | None
    """None until somebody ends it."""
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Alive:
    """How a site is at one moment."""

    at: Instant
    devices: int
    sensors: int
    good: int
    """Sensors whose newest reading was good, over one beat of all devices."""
    bad: int
    """Sensors that were asked and had no good reading; what was not asked in that time is in neither."""
    standing: Mapping[Priority, int]
    """Alarms that are not normal."""
    aside: tuple[SetAside, ...]
