"""The one task that owns the alarms: it takes each input in turn, judges it, and journals it before going on."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from roommon.derive.derivation import Derived
from roommon.derive.deriver import Deriver
from roommon.journal import journal
from roommon.journal.journal import Configured, Journal, Login
from roommon.model.alarm import AlarmEvent, AlarmId, RuleId, Trigger
from roommon.model.clock import Clock, Instant
from roommon.model.command import ClockStep, Command, PersonsCommand, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading, SensorId
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


Input = Sequence[Reading] | ClockStep | Resumed | Command | Asked | Reconfigure | Login


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
        self.newest: dict[SensorId, Reading] = {}
        """The newest reading of each sensor, derived ones too; also of sensors that are no longer configured."""
        self.moves = 0
        """How many inputs have moved an alarm, or what is set aside: who shows them looks again when this grows."""

    @property
    def drilled(self) -> Mapping[RuleId, Instant]:
        """When each rule that demands drills was drilled last."""
        return self._engine.drilled()

    def reached_at(self, alarm: AlarmId, at: Instant) -> Instant | None:
        """Return when the limit is reached that `alarm` foresees, as it looks at `at`."""
        return self._engine.reached_at(alarm, at)

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
            case Login():
                return await self._record((entry,), ())
            case ClockStep() | Resumed() | PersonsCommand():
                self._deriver.note(entry)
                return await self._record((entry,), self._engine.fold(entry))
            case _:
                heard = self._deriver.take(entry)
                self.newest.update((reading.sensor, reading) for reading in heard)
                readings = self._engine.overlaid(heard)
                return await self._record(readings, self._engine.fold(readings))

    async def _record(self, inputs: Sequence[journal.Input], events: Sequence[AlarmEvent]) -> Sequence[AlarmEvent]:
        await self._journal.append(inputs, events, self._engine.take_changed())
        self.moves += bool(events)
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
