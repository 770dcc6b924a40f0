"""The seam between the journal and the ways to tell people.

A sink is one file in `sinks/`: a `Config` and one verb, `deliver`, which runs for ever as a cursor over the journal:
take the next events, send, mark them sent when the far side has confirmed. It keeps no queue of its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from roommon.journal.journal import Journal
from roommon.model.alarm import AlarmId
from roommon.model.clock import Clock, Duration
from roommon.model.command import Command
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.reading import SensorId
from roommon.model.text import Language, Text
from roommon.model.worded import Worded
from roommon.rules.answer import Answer

Ask = Callable[[Command], Awaitable[Answer]]
"""What takes a person's command, and returns what it came to."""


class SinkUnavailable(Worded):
    """The far side cannot be reached or refuses us; its words say what to look at."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a sink is given."""

    name: str
    """The sink's cursor in the journal, and its name in log and health: `mqtt`, `mqtt-2`."""
    site: SiteId
    language: Language
    devices: Mapping[DeviceId, Device]
    journal: Journal
    clock: Clock
    command: Ask
    """Takes a person's command into the rules, and answers when it is journalled."""
    health: Callable[[Text | None], None]
    """Says what is wrong with the far side, or None when all is well; raises or ends the sink's own alarm."""
    beats: Mapping[SensorId, Duration] = field(default_factory=dict)
    """How often each sensor is read."""
    alarms: Mapping[AlarmId, Sensor] = field(default_factory=dict)
    """Every alarm that can be, with the sensor of which it is; for a sink that shows those that are normal too."""
