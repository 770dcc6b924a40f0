"""The twins on a board: which alarms have one while drills run, what they know, and whose readings they are shown.

An alarm has a twin when a sensor that is drilled may move it: one of its own, one that its judge looks at, or one whose
judge its own judge asks. A twin's judge takes each sensor that is drilled by what its drill says, and all others by
what they say. What was before the drill is true of both: so a judge that remembers begins with what the true one knows,
and when a drill ends while another goes on, the sensor of the first is known by its true readings again, from before
and since.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from roommon.model.alarm import AlarmId, RuleId
from roommon.model.reading import SensorId
from roommon.rules.abilities import meets
from roommon.rules.board import Board
from roommon.rules.drills import Drills, drill_sensor
from roommon.rules.rule import Judge, is_joint
from roommon.rules.twin import Twin
from roommon.rules.watching import Watcher, Watching
from roommon.rules.windows import Windows, carry_over, hand_over_seen, hand_over_values


class Twins:
    """The twins of a board's alarms."""

    def __init__(self, board: Board, running: Drills) -> None:
        """Begin with those of the drills that are `running`, going on from what the board knows of them."""
        self._board = board
        self._running = running
        self._twins: dict[AlarmId, Twin] = {}
        """By the alarms whose twins they are."""
        self._taken = {drilling.sensor for drilling in running}
        """The sensors that the twins' judges know by what their drills say."""
        self._covered: dict[SensorId, tuple[Watcher, ...]] = {}
        """Who watches what is said under a name, but for twins."""
        self.windows = Windows()
        self.settle()

    def behind(self, alarm: AlarmId) -> tuple[SensorId, ...]:
        """Return the sensors whose drills may move the twin of `alarm`."""
        twin = self._twins.get(alarm)
        return () if twin is None else twin.drilled

    def end(self, sensor: SensorId) -> list[Twin]:
        """Take away the twins that nothing but the drill of `sensor` moved, and return them; then `settle` the rest.

        A reading may be on its way through its watchers: until `settle` none of them is replaced.
        """
        self._taken.discard(sensor)
        for twin in self._twins.values():
            twin.speak_of(tuple(each for each in twin.drilled if each != sensor))
        gone = {id_: twin for id_, twin in self._twins.items() if not twin.drilled}
        for id_, twin in gone.items():
            twin.retire()
            del self._twins[id_], self._board.alarms[twin.id]
        return list(gone.values())

    def settle(self) -> None:
        """Let the twins judge by the drills that run now; never while a reading is on its way."""
        self._uncover()
        drilled = tuple(drilling.sensor for drilling in self._running)
        twins: dict[AlarmId, Twin] = {}
        for id_, moved_by in self._moved(drilled):
            known = self._twins.get(id_)
            twin, before = self._made(id_) if known is None else (known, known.judge)
            twin.judge_by(self._taught(id_, before), moved_by, is_own=self._is_of_one(id_, drilled))
            twins[id_] = twin
        self._twins, self._taken = twins, set(drilled)
        self._watch()

    def _moved(self, drilled: Collection[SensorId]) -> Iterator[tuple[AlarmId, tuple[SensorId, ...]]]:
        """Yield the alarms that drills move, in the order of the board, and the sensors `drilled` that move each."""
        found: defaultdict[AlarmId, list[SensorId]] = defaultdict(list)
        for sensor in drilled:
            for id_ in self._board.moved_by(sensor):
                found[id_].append(sensor)
        return ((id_, tuple(found[id_])) for id_ in self._board.places if id_ in found)

    def _made(self, id_: AlarmId) -> tuple[Twin, Judge | None]:
        """Return a new twin that goes on from what the board knows of it, and the judge that it had."""
        board = self._board
        place = board.places[id_]
        twin = Twin(board.alarms[id_], place, board.policy.repeat.get(place[0].config.priority))
        board.alarms[twin.id] = twin
        before = board.orphans.pop(twin.id, None)
        if before is None:
            return twin, None
        twin.restore(before.state, before.last)
        return twin, before.judge

    def _taught(self, id_: AlarmId, before: Judge | None) -> Judge:
        """Return a judge that knows of drills what the twin's judge `before` knows, and of all else the true one."""
        rule, _, sensor = self._board.places[id_]
        truth, judge, taken = self._board.alarms[id_].judge, rule.config.judge(sensor), self._taken
        carry_over((before, truth) if sensor.id in taken else (truth,), judge)
        hand_over_values(before if sensor.id in taken else truth, judge)
        hand_over_seen(truth, judge, lambda each: each not in taken)
        hand_over_seen(before, judge, lambda each: each in taken)
        return judge

    def _is_of_one(self, id_: AlarmId, sensors: Collection[SensorId]) -> bool:
        """Return whether it is the alarm of one of `sensors` alone."""
        rule, _, sensor = self._board.places[id_]
        return sensor.id in sensors and not is_joint(rule.config)

    def _watch(self) -> None:
        """Let the twins' judges meet, and watch the sensors: those that are drilled under the names of their drills."""
        watching, met = Watching(), self._met()
        for id_, twin in self._twins.items():
            rule, _, sensor = self._board.places[id_]
            circle = self._board.circles.get(rule.id)
            if circle is None:
                watching.post(twin, sensor.id, (sensor.id,))
            else:
                wanted = twin.judge.meet(circle.sensors, met[rule.id]) if meets(twin.judge) else ()
                watching.post(twin, sensor.id, circle.watched(sensor.id), wanted)
        self.windows = watching.windows
        self._cover(watching.watchers)

    def _met(self) -> dict[RuleId, Mapping[SensorId, Judge]]:
        """Return whom the twins of each rule meet: the twins' judges of drilled sensors, the true ones of others."""
        found: dict[RuleId, Mapping[SensorId, Judge]] = {}
        for rule in dict.fromkeys(self._board.places[id_][0].id for id_ in self._twins):
            circle = self._board.circles.get(rule)
            if circle is not None:
                found[rule] = {
                    own: (self._twins[alarm.id] if own in self._taken else alarm).judge
                    for own, alarm in circle.alarms.items()
                }
        return found

    def _cover(self, watchers: Mapping[SensorId, list[Watcher]]) -> None:
        watchers_of = self._board.watchers_of
        for sensor, twins in watchers.items():
            name = drill_sensor(sensor) if sensor in self._taken else sensor
            self._covered[name] = watchers_of.get(name, ())
            watchers_of[name] = (*self._covered[name], *twins)

    def _uncover(self) -> None:
        for name, watchers in self._covered.items():
            if watchers:
                self._board.watchers_of[name] = watchers
            else:
                del self._board.watchers_of[name]
        self._covered.clear()
