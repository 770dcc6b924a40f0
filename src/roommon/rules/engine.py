"""The fold: readings, people's commands and steps of the clock go in, alarm events come out.

Pure and synchronous: the same inputs in the same order give the same events. An alarm is known by its name (rule and
sensor), so whatever else of its rule or device changes, it goes on from where it was. Time passes by the instants of
what is folded: a shelf ends, and an alarm is told again, with the first input that is not older.

A quiet reading costs one look-up and one call per rule that concerns its sensor; nothing else is touched.
"""

from collections.abc import Iterable, Mapping, Sequence

from roommon.model.alarm import AlarmEvent, AlarmId, RuleId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import (
    ClockStep,
    Command,
    EndDrill,
    PersonsCommand,
    PutBack,
    Resumed,
    StartDrill,
    TakeOut,
)
from roommon.model.device import Device
from roommon.model.reading import Reading, SensorId
from roommon.rules import desk, flood, practice, services
from roommon.rules.abilities import foresees, measures
from roommon.rules.alarm import Alarm
from roommon.rules.answer import Answer
from roommon.rules.board import Before, Board
from roommon.rules.policy import Policy
from roommon.rules.practice import Practice
from roommon.rules.rule import Measured, Rule
from roommon.rules.state import (
    AlarmState,
    Condition,
    Flooding,
    Handled,
    Kept,
    OutOfService,
    StateId,
)
from roommon.rules.timers import Timers
from roommon.rules.twin import Twin
from roommon.rules.voice import removed
from roommon.rules.watching import Watcher

Input = Sequence[Reading] | ClockStep | Resumed | Command

_UNKNOWN = Condition.UNKNOWN
_FLOOD: StateId = "flood:"
_SERVICES: StateId = "service:"
_CARRIED: StateId = "carried:"
_CARRIED_EVERY = Duration(3_600_000)


class Engine:
    """All alarms of a site."""

    def __init__(
        self,
        rules: Sequence[Rule],
        devices: Sequence[Device],
        states: Mapping[StateId, Kept] | None = None,
        standing: Iterable[AlarmEvent] = (),
        policy: Policy | None = None,
    ) -> None:
        """Go on from `states` and the newest event of every alarm that stands, both as the journal kept them."""
        self._policy = policy or Policy()
        room = devices[0].room if devices else ""
        self._flood = flood.Flood(self._policy.flood, room)
        self._services = services.Services(room)
        self._handled = desk.Handled()
        self._journalled: dict[StateId, Kept] = dict(states or {})
        """What `take_changed` has told."""
        self._changed: set[StateId] = set()
        self._restore(self._journalled.items())
        newest = {event.alarm: event for event in standing}
        self._practice = Practice(self._changed)
        self._practice.restore(self._journalled, newest)
        before = {
            AlarmId(id_): Before(state, newest.get(AlarmId(id_)))
            for id_, state in self._journalled.items()
            if isinstance(state, AlarmState)
        }
        self._configure(rules, devices, before)

    def _restore(self, states: Iterable[tuple[StateId, Kept]]) -> None:
        for id_, state in states:
            match state:
                case OutOfService():
                    self._services.restore(state)
                case Flooding():
                    self._flood.restore(state)
                case Handled():
                    self._handled.restore(id_, state)
                case _:
                    pass

    def _configure(self, rules: Sequence[Rule], devices: Sequence[Device], before: dict[AlarmId, Before]) -> None:
        self._board = Board(rules, devices, before, self._policy, self._flood)
        self._board.restore_services(self._services)
        self._timers = Timers()
        self._practice.configure(self._board, self._timers)
        for alarm in self._board.alarms.values():
            due = alarm.due()
            if due is not None:
                self._timers.set(alarm.id, due)
        self._timers.set(_FLOOD, self._flood.due())
        self._timers.set(_SERVICES, self._services.due())
        self._timers.set(_CARRIED, Instant(0) if self._board.carriers else None)

    def reconfigure(
        self, rules: Sequence[Rule], devices: Sequence[Device], at: Instant, policy: Policy | None = None
    ) -> list[AlarmEvent]:
        """Take new rules and devices; return the events that end what no longer exists."""
        self._policy = policy or self._policy
        self._flood.configure(self._policy.flood)
        self._configure(rules, devices, self._board.known())
        return self.settle(at)

    def settle(self, at: Instant) -> list[AlarmEvent]:
        """End what was stored and is no longer configured; call it once at start. Ordered by alarm id.

        Alarms that wait for a person whom their rule no longer asks for go on without, by nobody.
        """
        orphans, self._board.orphans = self._board.orphans, {}
        events = [removed(at, gone.last, gone.state.telling) for _, gone in sorted(orphans.items()) if gone.last]
        self._changed.update(orphans)
        events += self._practice.settle(at)
        for alarm in self._board.restore_causes(at):
            self._wind(alarm)
            self._changed.add(alarm.id)
        for _, alarm in sorted(each for each in self._board.alarms.items() if each[1].state is not State.NORMAL):
            if alarm.needs_no_reset():
                events += self._moved(alarm, at, alarm.set_back(at), active=alarm.active)
            if alarm.needs_no_person():
                events += self._moved(alarm, at, alarm.acknowledge(at, None), active=alarm.active)
        return events

    def fold(self, entry: Input) -> list[AlarmEvent]:
        """Take one input and return what it moves, in order."""
        match entry:
            case PersonsCommand():
                return list(self.command(entry).events)
            case ClockStep(_, by):
                self._shift_delays(by, with_clock=True)
                for windows in (self._board.windows, self._practice.memory):
                    windows.clock_stepped(entry)
                return []
            case Resumed(_, after):
                self._shift_delays(after, with_clock=after < 0)
                for windows in (self._board.windows, self._practice.memory):
                    windows.resumed(entry)
                return []
            case _:
                return self._judge(entry)

    def _judge(self, readings: Sequence[Reading]) -> list[AlarmEvent]:
        events: list[AlarmEvent] = []
        watchers_of, timers = self._board.watchers_of, self._timers
        for reading in readings:
            at = reading.taken_at
            if at >= timers.next:
                events += self._ring(at)
            for watcher in watchers_of.get(reading.sensor, ()):
                condition = watcher.evaluate(reading, watcher.active)
                if condition is watcher.quiet or (condition is _UNKNOWN and watcher.quiet):
                    continue
                active = watcher.active
                events += self._moved(watcher, at, watcher.take(condition, reading), active=active)
        return events

    def _moved(
        self, watcher: Watcher, at: Instant, events: Sequence[AlarmEvent], *, active: bool
    ) -> Sequence[AlarmEvent]:
        """Return `events` with what they move besides; `active` is whether `watcher` was so before."""
        self._changed.add(watcher.id)
        in_drill = isinstance(watcher, Twin)
        if in_drill:
            self._practice.note(events)
        if not events and watcher.active is active:
            return ()
        if isinstance(watcher, Alarm):
            self._wind(watcher)
        more: list[AlarmEvent] = []
        if watcher.active is not active:
            more += self._explain(watcher, at)
        if self._practice.running and not in_drill and watcher.active and not active:
            more += self._practice.break_through(watcher.id, at)
        return [*events, *more, *self._flooded()]

    def _explain(self, cause: Watcher, at: Instant) -> list[AlarmEvent]:
        """Tell the alarms that `cause` explains that it came or went."""
        events: list[AlarmEvent] = []
        for alarm in self._board.dependents.get(cause.id, ()):
            events += alarm.cause(cause.id, at, present=cause.active)
            self._changed.add(alarm.id)
            self._wind(alarm)
        return events

    def _flooded(self) -> Sequence[AlarmEvent]:
        """Return what there is to say of a flood."""
        events = self._flood.begun()
        self._changed.add(_FLOOD)
        self._timers.set(_FLOOD, self._flood.due())
        return events

    def _wind(self, alarm: Alarm) -> None:
        self._timers.set(alarm.id, alarm.due())

    def _ring(self, at: Instant) -> list[AlarmEvent]:
        """Do what is due at `at`, the longest due first."""
        events: list[AlarmEvent] = []
        while (id_ := self._timers.take(at)) is not None:
            if id_ == _FLOOD:
                events += self._end_flood(at)
            elif id_ == _SERVICES:
                events += self._end_services(at)
            elif id_ == _CARRIED:
                self._changed.update(self._board.carriers)
                self._timers.set(_CARRIED, Instant(at + _CARRIED_EVERY))
            elif id_ == practice.TIMER:
                events += self._practice.over(at)
            else:
                alarm = self._board.alarms[AlarmId(id_)]
                rung = alarm.ring(at)
                self._wind(alarm)
                events += self._moved(alarm, at, rung, active=alarm.active)
        return events

    def _end_flood(self, at: Instant) -> list[AlarmEvent]:
        untold = [alarm for alarm in self._board.alarms.values() if alarm.is_untold]
        events = self._flood.end(at, [alarm.id for alarm in untold])
        for alarm in untold:
            alarm.tell_with_others(at)
            self._changed.add(alarm.id)
            self._wind(alarm)
        self._changed.add(_FLOOD)
        return events

    def _end_services(self, at: Instant) -> list[AlarmEvent]:
        return [event for out in self._services.over(at) for event in self._put_back(out, at, None)]

    # What people do.

    def command(self, command: Command) -> Answer:
        """Take a person's command, and say what it came to; what was due before it comes first in the events."""
        rung = self._ring(command.at)
        known = self._handled.answer(command)
        if known is not None:
            return Answer(known.done, known.words, rung)
        answer = self._answer(command)
        self._changed.update(self._handled.note(command, answer))
        return Answer(answer.done, answer.words, [*rung, *answer.events])

    def _answer(self, command: Command) -> Answer:
        match command:
            case TakeOut():
                return desk.take_out(command, self._board, self._services, self._take_out)
            case PutBack():
                return desk.put_back(command, self._services, self._put_back)
            case StartDrill():
                return desk.start_drill(command, self._board, self._practice.running, self._practice.start)
            case EndDrill():
                return desk.end_drill(command, self._practice.running, self._practice.end)
            case _:
                return desk.of_alarm(command, self._board.alarms.get(command.alarm), self._policy, self._done)

    def _done(self, alarm: Alarm, at: Instant, events: Sequence[AlarmEvent]) -> Sequence[AlarmEvent]:
        return self._moved(alarm, at, events, active=alarm.active)

    def _take_out(self, command: TakeOut) -> list[AlarmEvent]:
        return [
            self._services.take_out(command),
            *self._served(services.state_id(command.scope, command.target), command.at),
        ]

    def _put_back(self, out: OutOfService, at: Instant, command: PutBack | None) -> list[AlarmEvent]:
        said = self._services.put_back(out, at, command)
        return [said, *self._served(services.state_id(out.scope, out.target), at)]

    def _served(self, state: StateId, at: Instant) -> list[AlarmEvent]:
        """Let every alarm know what it is out of service by, after that changed."""
        self._changed.add(state)
        self._timers.set(_SERVICES, self._services.due())
        events: list[AlarmEvent] = []
        for id_, (rule, device, sensor) in self._board.places.items():
            alarm = self._board.alarms[id_]
            served = alarm.serve(self._services.of(rule.id, device, sensor), at)
            if served:
                events += self._moved(alarm, at, served, active=alarm.active)
            self._wind(alarm)
        return events

    # Drills.

    def overlaid(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return `readings` with those of the drills that run: what is to be folded and journalled instead."""
        return self._practice.overlaid(readings)

    def drilled(self) -> Mapping[RuleId, Instant]:
        """Return when each rule that demands drills was drilled last, or since when it waits for its first."""
        return self._practice.drilled

    # What time and the journal need.

    def _shift_delays(self, by: Duration, *, with_clock: bool) -> None:
        for alarm in self._board.alarms.values():
            if with_clock:
                before = alarm.stored()
                alarm.clock_stepped(by)
                if before is not None:
                    self._changed.add(alarm.id)
            elif alarm.quiet is None:
                alarm.shift(by)
                self._changed.add(alarm.id)
        if with_clock:
            self._flood.clock_stepped(by)
            self._services.clock_stepped(by)
            self._practice.clock_stepped(by)
            self._timers.clock_stepped(by)
            self._changed.add(_FLOOD)
            self._changed.update(services.state_id(out.scope, out.target) for out in self._services)

    def take_changed(self) -> dict[StateId, Kept | None]:
        """Return the states that changed since the last call, for the journal; None when nothing is left to keep."""
        changed: dict[StateId, Kept | None] = {}
        for id_ in self._changed:
            state = self._stored(id_)
            if state != self._journalled.get(id_):
                changed[id_] = state
        self._changed.clear()
        self._note(changed)
        return changed

    def _stored(self, id_: StateId) -> Kept | None:
        name, colon, rest = id_.partition(":")
        if not colon:
            watcher = self._board.watcher(AlarmId(id_))
            return watcher.stored() if watcher else None
        match name:
            case "flood":
                return self._flood.stored()
            case "command":
                return self._handled.stored(id_)
            case "drill" | "drilled":
                return self._practice.stored(id_)
            case _:
                return self._services.stored(rest)

    def _note(self, changed: Mapping[StateId, Kept | None]) -> None:
        for id_, state in changed.items():
            if state is None:
                del self._journalled[id_]
            else:
                self._journalled[id_] = state

    def measured(self, alarm: AlarmId, reading: Reading) -> Measured | None:
        """Return what the judge of `alarm` held against its limit at `reading`, which was folded last."""
        judge = self._board.alarms[alarm].judge
        return judge.measured(reading) if measures(judge) else None

    @property
    def standing(self) -> dict[AlarmId, State]:
        """Every alarm that is not normal."""
        return {id_: alarm.state for id_, alarm in self._board.alarms.items() if alarm.state is not State.NORMAL}

    def reached_at(self, alarm: AlarmId, at: Instant) -> Instant | None:
        """Return when the limit is reached that `alarm` foresees, as it looks at `at`; None of alarms that do not."""
        found = self._board.alarms.get(alarm)
        return found.judge.reached_at(at) if found is not None and foresees(found.judge) else None

    def windows(self) -> dict[SensorId, Duration]:
        """Return how much of the past `remember` wants to see, of which sensors."""
        histories = self._board.windows.histories()
        return histories | self._practice.histories(histories)

    def remember(self, inputs: Iterable[Reading | ClockStep | Resumed | Command]) -> None:
        """Fill the windows from inputs of the past, in the order in which they were folded; no alarm moves."""
        for entry in self._practice.remember(inputs):
            self._board.windows.remember(entry)
