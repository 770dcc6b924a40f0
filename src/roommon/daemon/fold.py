"""The one task that owns the alarms: it takes each input in turn, judges it, and journals it before going on."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from roommon.derive.derivation import Derived
from roommon.derive.deriver import Deriver
from roommon.journal import journal
from roommon.journal.journal import Configured, Journal
from roommon.model.alarm import AlarmEvent, RuleId, Trigger
from roommon.model.clock import Clock, Instant
from roommon.model.command import ClockStep, Command, PersonsCommand, Resumed
from roommon.model.device import Device
from roommon.model.reading import Quality, Reading, SensorId
from roommon.rules.answer import Answer
from roommon.rules.engine import Engine
from roommon.rules.policy import Policy
from roommon.rules.rule import Rule

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reconfigure:
    """New rules and devices, from a reload."""

    rules: Sequence[Rule]
    devices: Sequence[Device]
    policy: Policy
    source: str
    """The configuration as it was read, for the journal."""
    derived: Sequence[Derived] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A person's command, and where its answer is awaited."""

    command: Command
    answer: "asyncio.Future[Answer]"


Input = Sequence[Reading] | ClockStep | Resumed | Command | Asked | Reconfigure


class Ears:
    """Hears what passes, for a time."""

    def __init__(self) -> None:
        self.heard: dict[SensorId, Quality] = {}
        """The newest of each sensor."""

    def take(self, readings: Sequence[Reading]) -> None:
        """Note `readings`."""
        self.heard.update((reading.sensor, reading.quality) for reading in readings)


class Fold:
    """Judges what comes and journals it, one input after the other."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        inputs: asyncio.Queue[Input],
        clock: Clock,
        deriver: Deriver | None = None,
    ) -> None:
        """`inputs` is bounded; its producers decide what to do when it is full."""
        self._engine = engine
        self._journal = journal
        self._inputs = inputs
        self._clock = clock
        self._deriver = deriver or Deriver()
        self.progress_at = clock.monotonic()
        """When an input was last taken to the end, by the monotonic clock: the watchdog looks at it."""
        self.ears: Ears | None = None
        """Who listens to what passes; None nearly always."""

    @property
    def drilled(self) -> Mapping[RuleId, Instant]:
        """When each rule that demands drills was drilled last."""
        return self._engine.drilled()

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
        """Judge `entry`, journal it with what came of it, log that, and return the events.

        Whoever asked is answered when it is journalled.
        """
        match entry:
            case Asked(command, awaited):
                answer = self._engine.command(command)
                events = await self._record((command,), answer.events)
                if not awaited.done():
                    awaited.set_result(answer)
                return events
            case Reconfigure(rules, devices, policy, source, derived):
                self._deriver.configure(derived)
                now = self._clock.instant(self._clock.monotonic())
                events = self._engine.reconfigure(rules, devices, now, policy)
                return await self._record((Configured(now, source),), events)
            case ClockStep() | Resumed() | PersonsCommand():
                self._deriver.note(entry)
                return await self._record((entry,), self._engine.fold(entry))
            case _:
                if self.ears is not None:
                    self.ears.take(entry)
                readings = self._engine.overlaid(self._deriver.take(entry))
                return await self._record(readings, self._engine.fold(readings))

    async def _record(self, inputs: Sequence[journal.Input], events: Sequence[AlarmEvent]) -> Sequence[AlarmEvent]:
        await self._journal.append(inputs, events, self._engine.take_changed())
        log_alarms(events)
        return events


_LOUD = frozenset({Trigger.RAISED, Trigger.RELEASED, Trigger.REPEATED})


def log_alarms(events: Sequence[AlarmEvent]) -> None:
    """Log `events`, those alike of one device in a line: what still tells when broker and journal are gone."""
    for (_, _, trigger), group in groupby(events, key=lambda event: (event.rule, event.device, event.trigger)):
        first, *more = group
        level = logging.WARNING if trigger in _LOUD and first.tell else logging.INFO
        others = f"; and {len(more)} more of {first.device} alike" if more else ""
        words = (first.alarm, trigger, first.priority.name.lower(), first.text.en, others)
        _log.log(level, "alarm %s: %s (%s): %s%s", *words)
