"""The one task that owns the alarms: it takes each input in turn, judges it, and journals it before going on."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from roommon.journal import journal
from roommon.journal.journal import Configured, Journal
from roommon.model.alarm import AlarmEvent, Trigger
from roommon.model.clock import Clock
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading
from roommon.rules.engine import Engine
from roommon.rules.rule import Rule

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """New rules and devices, from a reload."""

    rules: Sequence[Rule]
    devices: Sequence[Device]
    source: str
    """The configuration as it was read, for the journal."""


Input = Sequence[Reading] | ClockStep | Resumed | Acknowledge | Reconfigure


class Fold:
    """Judges what comes and journals it, one input after the other."""

    def __init__(self, engine: Engine, journal: Journal, inputs: asyncio.Queue[Input], clock: Clock) -> None:
        """`inputs` is bounded; its producers decide what to do when it is full."""
        self._engine = engine
        self._journal = journal
        self._inputs = inputs
        self._clock = clock
        self.progress_at = clock.monotonic()
        """When an input was last taken to the end, by the monotonic clock: the watchdog looks at it."""

    async def run(self) -> None:
        """Take inputs for ever."""
        while True:
            await self.take(await self._inputs.get())
            self.progress_at = self._clock.monotonic()

    async def drain(self) -> None:
        """Take what is waiting: the last thing before the daemon ends."""
        while not self._inputs.empty():
            await self.take(self._inputs.get_nowait())

    async def take(self, entry: Input) -> Sequence[AlarmEvent]:
        """Judge `entry`, journal it with what came of it, log that, and return the events."""
        match entry:
            case Reconfigure(rules, devices, source):
                now = self._clock.instant(self._clock.monotonic())
                events = self._engine.reconfigure(rules, devices, now)
                recorded: Sequence[journal.Input] = (Configured(now, source),)
            case ClockStep() | Resumed() | Acknowledge():
                events = self._engine.fold(entry)
                recorded = (entry,)
            case _:
                events = self._engine.fold(entry)
                recorded = entry
        await self._journal.append(recorded, events, self._engine.take_changed())
        log_alarms(events)
        return events


def log_alarms(events: Sequence[AlarmEvent]) -> None:
    """Log `events`, those alike of one device in a line: what still tells when broker and journal are gone."""
    for (_, _, trigger), group in groupby(events, key=lambda event: (event.rule, event.device, event.trigger)):
        first, *more = group
        level = logging.WARNING if trigger is Trigger.RAISED else logging.INFO
        others = f"; and {len(more)} more of {first.device} alike" if more else ""
        words = (first.alarm, trigger, first.priority.name.lower(), first.text.en, others)
        _log.log(level, "alarm %s: %s (%s): %s%s", *words)
