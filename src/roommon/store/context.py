"""What a store's deliverer is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from roommon.journal.journal import Journal
from roommon.model.clock import Clock
from roommon.model.device import Device, DeviceId, SiteId
from roommon.model.text import Language, Text


@dataclass(frozen=True, slots=True)
class Context:
    """The site as a store needs it, and where its words go."""

    name: str
    """The deliverer's cursor in the journal, and its name in log and health: `influxdb`."""
    site: SiteId
    language: Language
    """Of the alarm texts."""
    devices: Mapping[DeviceId, Device]
    """As they are when delivery begins; a reload begins it anew."""
    journal: Journal
    clock: Clock
    health: Callable[[Text | None], None]
    """Says what is wrong with the store, or None when all is well; raises or ends its own alarm."""
