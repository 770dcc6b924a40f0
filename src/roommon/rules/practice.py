"""Drills on the board: begun and ended, their twins told of, and which rules were drilled when."""

from collections.abc import Iterator, Mapping, Sequence

from roommon.model.alarm import AlarmEvent, AlarmId, RuleId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import EndDrill, StartDrill
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading, SensorId
from roommon.rules import drills
from roommon.rules.board import Board
from roommon.rules.state import Drilled, Drilling, StateId
from roommon.rules.timers import Timers

TIMER: StateId = "drill:"


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
        for drilling in self.running:
            board.add_twins(drilling.sensor, board.orphans)
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
        self._board.add_twins(command.sensor, {})
        self._note(command.sensor)
        return [said]

    def end(self, drilling: Drilling, at: Instant, command: EndDrill | None, why: str = "") -> list[AlarmEvent]:
        """End a drill, and with it its alarms."""
        sensor = drilling.sensor
        twins = self._board.remove_twins(sensor)
        for gone in twins:
            self._changed.add(gone.id)
            self._timers.set(gone.id, None)
        events = [drills.ended(drills.told_of(twin.last, sensor), at) for twin in twins if twin.last is not None]
        place = self._board.place_of(sensor)
        if place is not None:
            events.append(self.running.end(drilling, place, at, command, why))
        self._said.pop(sensor, None)
        self._note(sensor)
        return events

    def over(self, at: Instant) -> list[AlarmEvent]:
        """End the drills whose time is over at `at`."""
        return [event for drilling in self.running.over(at) for event in self.end(drilling, at, None)]

    def break_through(self, alarm: AlarmId, at: Instant) -> list[AlarmEvent]:
        """End the drill of the sensor whose true `alarm` was raised at `at`."""
        place = self._board.places.get(alarm)
        drilling = None if place is None else self.running.get(place[2].id)
        return [] if drilling is None else self.end(drilling, at, None, str(alarm))

    def told(self, twin: AlarmId, events: Sequence[AlarmEvent]) -> Sequence[AlarmEvent]:
        """Return the events of `twin` as they are told; that its rule was drilled is noted."""
        of = self._board.twins[twin]
        for event in events:
            if event.trigger is Trigger.RAISED and event.rule in self.drilled:
                self.drilled[event.rule] = event.at
                self._changed.add(f"drilled:{event.rule}")
        return [drills.told_of(event, of) for event in events]

    def overlaid(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return `readings` with those of the drills that run."""
        return self.running.overlaid(readings)

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

    def _note(self, sensor: SensorId) -> None:
        self._changed.add(drills.state_id(sensor))
        self._timers.set(TIMER, self.running.due())
