"""The twin of an alarm: what would be raised if the sensors that are drilled said what their drills say."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from roommon.model.alarm import alarm_id
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading, SensorId
from roommon.rules import drills, policy
from roommon.rules.alarm import Alarm
from roommon.rules.flood import Flood
from roommon.rules.policy import Repeat
from roommon.rules.rule import Judge, Rule, Sees
from roommon.rules.state import Condition

_NO_FLOOD = Flood(policy.Flood(more_than=1 << 30), "")
"""What is told in a drill is no flood, and no part of one."""


class Twin(Alarm):
    """An alarm of drills. Its judge knows sensors by their true names, whatever name their readings come under."""

    __slots__ = ("_names", "_repeats_truth", "drilled", "truth")

    def __init__(self, truth: Alarm, place: tuple[Rule, Device, Sensor], repeat: Repeat | None) -> None:
        """Begin as the twin of `truth`, which stands at `place`."""
        rule, device, sensor = place
        super().__init__(drills.marked(rule), device, sensor, _NO_FLOOD, repeat)
        self.id = alarm_id(rule.id, drills.drill_sensor(sensor.id))
        self.truth = truth
        self.drilled: tuple[SensorId, ...] = ()
        """The sensors whose drills may move it."""
        self._names: Mapping[SensorId, SensorId] = {}
        self._repeats_truth = False

    def judge_by(self, judge: Judge, drilled: tuple[SensorId, ...], *, is_own: bool) -> None:
        """Let `judge` judge it by the drills of the sensors `drilled`; `is_own`: it is the alarm of one of these alone.

        Any other one says only what its truth does not say already: true smoke is never told as a drill.
        """
        self.judge = judge
        self._names = {drills.drill_sensor(sensor): sensor for sensor in drilled}
        self._repeats_truth = not is_own
        self.evaluate = self._judged
        self.speak_of(drilled)

    def speak_of(self, drilled: tuple[SensorId, ...]) -> None:
        """Say from now on that it is of the drills of these sensors."""
        self.drilled = drilled
        self._voice = replace(self._voice, alarm=self.id, judge=self.judge, drilled=drilled)

    def retire(self) -> None:
        """Say nothing any more, to whoever still shows it readings."""
        self.evaluate = _unmoved
        self.quiet = Condition.ABSENT

    def eyes(self, judge: Sees) -> Callable[[Reading], None]:
        """Return what shows its `judge` readings under the true names of their sensors."""
        return lambda reading: judge.see(self._truly(reading))

    def _judged(self, reading: Reading, active: bool) -> Condition:
        condition = self.judge.evaluate(self._truly(reading), active)
        return Condition.ABSENT if self._repeats_truth and self.truth.active else condition

    def _truly(self, reading: Reading) -> Reading:
        name = self._names.get(reading.sensor)
        return reading if name is None else reading._replace(sensor=name)


def _unmoved(_reading: Reading, _active: bool) -> Condition:
    return Condition.ABSENT
