"""Drills on the board: begun and ended, their twins told of, and which rules were drilled when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from roommon.model.alarm import AlarmEvent, AlarmId, RuleId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import EndDrill, StartDrill
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading, SensorId
from roommon.rules import drills
from roommon.rules.board import Board
from roommon.rules.recollection import Past, Recollection
from roommon.rules.state import Drilled, Drilling, StateId
from roommon.rules.timers import Timers
from roommon.rules.twins import Twins
from roommon.rules.windows import Windows

TIMER: StateId = "drill:"
_NOW = Instant(-(1 << 62))
"""With the next input, whatever its instant."""


class Practice:
    """The drills of a site, and what they leave to keep."""

    def __init__(self, changed: set[StateId]) -> None:
        """Begin with none; names of states that change are added to `changed`."""
        self._changed = changed
        self.running = drills.Drills()
        self.drilled: dict[RuleId, Instant] = {}
        """When each rule that demands drills was drilled last, or since when it waits for its first."""
        self._said: dict[SensorId, AlarmEvent] = {}
        """The event with which each drill began."""
        self._board: Board
        self._timers: Timers
        self._twins: Twins

    def restore(self, states: Mapping[StateId, object], standing: Mapping[AlarmId, AlarmEvent]) -> None:
        """Go on from what the journal kept."""
        for id_, state in states.items():
            match state:
                case Drilling():
                    self.running.restore(state)
                case Drilled(at):
                    self.drilled[RuleId(id_.partition(":")[2])] = at
        self._said = {event.sensor: event for event in standing.values() if event.rule == drills.RULE}

    def configure(self, board: Board, timers: Timers) -> None:
        """Go on upon another board."""
        self._board, self._timers = board, timers
        self._twins = Twins(board, self.running)
        timers.set(TIMER, self.running.due())

    def settle(self, at: Instant) -> list[AlarmEvent]:
        """End the drills of sensors that are gone, and count from now for rules that demand their first."""
        demanding = {rule.id for rule in self._board.rules if rule.drill_every is not None}
        self._changed.update(f"drilled:{rule}" for rule in demanding ^ self.drilled.keys())
        self.drilled = {rule: self.drilled.get(rule, at) for rule in sorted(demanding)}
        return list(self._without_sensors(at))

    def _without_sensors(self, at: Instant) -> Iterator[AlarmEvent]:
        for drilling in [each for each in self.running if self._board.place_of(each.sensor) is None]:
            said = self._said.get(drilling.sensor)
            self.running.forget(drilling.sensor)
            yield from self.end(drilling, at, None)
            if said is not None:
                yield drills.ended(said, at)

    def start(self, command: StartDrill, place: tuple[Device, Sensor]) -> list[AlarmEvent]:
        """Begin a drill."""
        said = self._said[command.sensor] = self.running.start(command, place)
        self._changed.add(drills.state_id(command.sensor))
        self._settle()
        return [said]

    def end(self, drilling: Drilling, at: Instant, command: EndDrill | None, why: str = "") -> list[AlarmEvent]:
        """End a drill, and with it its alarms."""
        sensor = drilling.sensor
        twins = self._twins.end(sensor)
        for gone in twins:
            self._changed.add(gone.id)
            self._timers.set(gone.id, None)
        events = [drills.ended(twin.last, at) for twin in twins if twin.last is not None]
        place = self._board.place_of(sensor)
        if place is not None:
            events.append(self.running.end(drilling, place, at, command, why))
        self._said.pop(sensor, None)
        self._changed.add(drills.state_id(sensor))
        self._timers.set(TIMER, _NOW)
        return events

    def over(self, at: Instant) -> list[AlarmEvent]:
        """End the drills whose time is over at `at`; the twins go on by those that still run."""
        events = [event for drilling in self.running.over(at) for event in self.end(drilling, at, None)]
        self._settle()
        return events

    def break_through(self, alarm: AlarmId, at: Instant) -> list[AlarmEvent]:
        """End the drills that move the twin of `alarm`, which was raised in earnest at `at`."""
        running = [self.running.get(sensor) for sensor in self._twins.behind(alarm)]
        return [event for each in running if each is not None for event in self.end(each, at, None, str(alarm))]

    def note(self, events: Sequence[AlarmEvent]) -> None:
        """Take note of the rules that were drilled, by `events` of twins."""
        for event in events:
            if event.trigger is Trigger.RAISED and event.rule in self.drilled:
                self.drilled[event.rule] = event.at
                self._changed.add(f"drilled:{event.rule}")

    def overlaid(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return `readings` with those of the drills that run."""
        return self.running.overlaid(readings)

    @property
    def memory(self) -> Windows:
        """What the twins remember by."""
        return self._twins.windows

    def histories(self, true: Mapping[SensorId, Duration]) -> dict[SensorId, Duration]:
        """Return how much of the past of drills `remember` wants to see; `true` is how much of each sensor's."""
        sensors = [drilling.sensor for drilling in self.running if drilling.sensor in true]
        return {drills.drill_sensor(sensor): true[sensor] for sensor in sensors}

    def remember(self, inputs: Iterable[Past]) -> Iterable[Past]:
        """Return `inputs` of the past for the true judges; when they have taken them all, the twins know them too."""
        return self._remembering(inputs) if self.running else inputs

    def _remembering(self, inputs: Iterable[Past]) -> Iterator[Past]:
        recollection = Recollection(self.running)
        yield from recollection.overhearing(inputs)
        self._settle()
        for reading in recollection.readings():
            self.memory.remember(reading)

    def stored(self, id_: StateId) -> Drilling | Drilled | None:
        """Return what must outlive a restart under the name `id_`."""
        name, _, rest = id_.partition(":")
        if name == "drill":
            return self.running.get(SensorId(rest))
        at = self.drilled.get(RuleId(rest))
        return None if at is None else Drilled(at)

    def clock_stepped(self, by: Duration) -> None:
        """Move the drills that run with the clock."""
        self.running.clock_stepped(by)
        self._changed.update(drills.state_id(drilling.sensor) for drilling in self.running)

    def _settle(self) -> None:
        self._twins.settle()
        self._timers.set(TIMER, self.running.due())
