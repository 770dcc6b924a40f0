"""Who watches the readings of which sensor, and whose judges remember them."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from roommon.model.reading import SensorId
from roommon.rules.abilities import is_window, sees
from roommon.rules.alarm import Alarm
from roommon.rules.causes import Circumstance
from roommon.rules.onlooker import Onlooker
from roommon.rules.windows import Windows

Watcher = Alarm | Circumstance | Onlooker
"""What looks at a sensor's readings."""


class Watching:
    """The watchers of each sensor, in the order in which they are shown its readings."""

    def __init__(self) -> None:
        """Begin with none."""
        self.watchers: defaultdict[SensorId, list[Watcher]] = defaultdict(list)
        self.windows = Windows()

    def post(self, alarm: Alarm, own: SensorId, watched: Sequence[SensorId], wanted: Collection[SensorId] = ()) -> None:
        """Let `alarm` of the sensor `own` judge those that are `watched`, and look at those that its judge `wanted`."""
        for sensor in watched:
            self.watchers[sensor].append(alarm)
        judge = alarm.judge
        if is_window(judge):
            self.windows.add(own, judge)
        if sees(judge):
            self.windows.add_eyes(dict.fromkeys((*watched, *wanted)), judge)
            see = alarm.eyes(judge)
            for sensor in (each for each in dict.fromkeys(wanted) if each not in watched):
                self.watchers[sensor].insert(0, Onlooker(alarm.id, see))
