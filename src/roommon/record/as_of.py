"""What people had set aside at a moment of the past: by what is known from before it, and what the record says since.

Events say what was done, by whom and why. Until when a shelf or a drill was to last its command says: the event of an
alarm that is out of service besides names that alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from roommon.journal.record import Command
from roommon.model.alarm import AlarmEvent, AlarmId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed, Shelve, StartDrill
from roommon.model.reading import SensorId
from roommon.model.suppression import SuppressedAs
from roommon.rules import drills, services
from roommon.rules.state import AlarmState, Drilling, Kept, OutOfService, Shelf, StateId


def states_at(
    at: Instant, before: Mapping[StateId, Kept], since: Iterable[AlarmEvent | Command]
) -> dict[StateId, Kept]:
    """Return the shelves, what was out of service and the drills at `at`.

    `before` are all states at some moment before, `since` is what happened from then to `at`, each command before its
    events. What was to end by `at` is left out: while the daemon did not run nobody wrote down that it ended.
    """
    ledger = _Ledger(before)
    for entry in since:
        ledger.take(entry)
    return {name: state for name, state in ledger.states.items() if not _is_over(state, at)}


class _Ledger:
    """Who set what aside, as the record goes on."""

    def __init__(self, before: Mapping[StateId, Kept]) -> None:
        self.states = {name: state for name, state in before.items() if _is_set_aside(state)}
        self._shelve: dict[AlarmId, Shelve] = {}
        self._drill: dict[SensorId, StartDrill] = {}

    def take(self, entry: AlarmEvent | Command) -> None:
        match entry:
            case AlarmEvent():
                self._happened(entry)
            case Shelve():
                self._shelve[entry.alarm] = entry
            case StartDrill():
                self._drill[entry.sensor] = entry
            case ClockStep(_, by):
                self._clock_stepped(by)
            case Resumed(_, after) if after < 0:
                self._clock_stepped(after)
            case _:
                pass

    def _happened(self, event: AlarmEvent) -> None:
        match event.trigger:
            case Trigger.SHELVED:
                self.states[event.alarm] = AlarmState(shelf=self._shelf(event))
            case Trigger.UNSHELVED | Trigger.REMOVED:
                self.states.pop(event.alarm, None)
            case Trigger.OUT_OF_SERVICE | Trigger.IN_SERVICE:
                self._served(event)
            case Trigger.DRILL_STARTED:
                self._drilled(event)
            case Trigger.DRILL_ENDED if event.rule == drills.RULE:
                self._drill_ended(event.sensor)
            case _:
                pass

    def _shelf(self, event: AlarmEvent) -> Shelf | None:
        command, told = self._shelve.get(event.alarm), event.suppression
        if told is not None and told.kind is SuppressedAs.SHELVED and told.until is not None:
            return Shelf(told.by or "", told.why, told.since, told.until, one_shot=False)
        if command is not None and command.at == event.at:
            return Shelf(command.by, command.note, command.at, command.until, command.one_shot)
        return None

    def _served(self, event: AlarmEvent) -> None:
        scope, target = services.place_of(event)
        name, told = services.state_id(scope, target), event.suppression
        if told is None:
            self.states.pop(name, None)
        else:
            self.states[name] = OutOfService(scope, target, told.by or "", told.why, told.since, told.until)

    def _drilled(self, event: AlarmEvent) -> None:
        command = self._drill.get(event.sensor)
        if command is not None and command.at == event.at:
            self.states[drills.state_id(event.sensor)] = Drilling(
                command.sensor, command.value, command.by, command.note, command.at, command.until
            )

    def _drill_ended(self, sensor: SensorId) -> None:
        """Take the drill off, and the shelves of its alarms, which are gone with it."""
        self.states.pop(drills.state_id(sensor), None)
        of_drill = f".{drills.drill_sensor(sensor)}"
        self.states = {name: state for name, state in self.states.items() if not name.endswith(of_drill)}

    def _clock_stepped(self, by: Duration) -> None:
        self.states = {name: _moved(state, by) for name, state in self.states.items()}


def _is_set_aside(state: Kept) -> bool:
    return isinstance(state, OutOfService | Drilling) or (isinstance(state, AlarmState) and state.shelf is not None)


def _is_over(state: Kept, at: Instant) -> bool:
    until = _until(state)
    return until is not None and until <= at


def _until(state: Kept) -> Instant | None:
    match state:
        case OutOfService() | Drilling():
            return state.until
        case AlarmState(shelf=shelf) if shelf is not None:
            return shelf.until
        case _:
            return None


def _moved(state: Kept, by: Duration) -> Kept:
    """Return `state` with its times moved with the clock."""
    match state:
        case Drilling(since=since, until=until):
            return replace(state, since=Instant(since + by), until=Instant(until + by))
        case OutOfService(since=since, until=until):
            return replace(state, since=Instant(since + by), until=None if until is None else Instant(until + by))
        case AlarmState(shelf=shelf) if shelf is not None:
            moved = replace(shelf, since=Instant(shelf.since + by), until=Instant(shelf.until + by))
            return replace(state, shelf=moved)
        case _:
            return state
