"""A flood: more alarms than a person can take in, told once with a summary; priority 1 always passes singly.

It counts what people are told (ANSI/ISA-18.2-2016 16.5: more than 10 in 10 minutes begin it, fewer than 5 end it).
While it lasts, alarms live on as ever, and every event says whether people are told. At its end one event says what it
was, and names what still stands and was not told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant, lasting
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.text import Text
from roommon.rules import policy
from roommon.rules.state import Flooding

ALARM = AlarmId("alarm-flood.roommon.alarms")
RESPONSE = Text(
    "Look at the first alarms: they may be the cause of the others. `roommon alarms` lists what stands.",
    "请先看最早的告警，其余可能由它引起；`roommon alarms` 列出当前全部告警。",
)
_NAMED = 5
"""Alarms that a summary names."""


class Flood:
    """Counts what people are told, and says when that is too much."""

    def __init__(self, config: policy.Flood, room: str) -> None:
        """Begin with no alarm."""
        self._config = config
        self._room = room
        self._state = Flooding()
        self._begun: Instant | None = None

    def configure(self, config: policy.Flood) -> None:
        """Count by `config` from now on."""
        self._config = config

    def restore(self, stored: Flooding) -> None:
        """Go on from `stored`."""
        self._state = stored

    def stored(self) -> Flooding | None:
        """Return what must outlive a restart; None when there is nothing."""
        return None if self._state == Flooding() else self._state

    def admits(self, priority: Priority, alarm: AlarmId, at: Instant) -> bool:
        """Count an alarm that people would be told of at `at`, and return whether they are told of it singly."""
        state, config = self._state, self._config
        raises = (*(each for each in state.raises if at - config.within < each <= at), at)[-(config.more_than + 1) :]
        since = state.since
        if since is None and len(raises) > config.more_than:
            since = self._begun = at
        first = (*state.first, alarm)[-_NAMED:] if since is None else state.first
        tells = since is None or priority is Priority.CRITICAL
        self._state = Flooding(raises, since, state.untold + (not tells), first)
        return tells

    def begun(self) -> list[AlarmEvent]:
        """Return what there is to say since the last call."""
        if self._begun is None:
            return []
        at, self._begun = self._begun, None
        minutes = lasting(self._config.within / 1000)
        names = ", ".join(self._state.first)
        words = Text(
            f"Alarm flood: more than {self._config.more_than} alarms in {minutes}, the last {names}; from now on only"
            " priority 1 is told singly",
            f"告警泛滥：{minutes} 内超过 {self._config.more_than} 条，最近为 {names}；此后仅 1 级告警逐条通知",
        )
        return [self._event(at, State.NORMAL, State.UNACKNOWLEDGED, Trigger.RAISED, words)]

    def due(self) -> Instant | None:
        """Return when the flood is over if no alarm comes; None when there is none."""
        raises, config = self._state.raises, self._config
        if self._state.since is None:
            return None
        if len(raises) < config.fewer_than:
            return self._state.since
        return Instant(raises[-config.fewer_than] + config.within)

    def end(self, at: Instant, untold: Sequence[AlarmId]) -> list[AlarmEvent]:
        """End the flood at `at`; `untold` stand, and people are told of them by this."""
        since, count = self._state.since or at, self._state.untold
        self._state = Flooding(self._state.raises)
        lasted = lasting((at - since) / 1000)
        named = _names(untold)
        words = Text(
            f"The alarm flood is over: in {lasted}, {count} alarms were not told singly; of these stand: {named.en}",
            f"告警泛滥结束：{lasted} 内有 {count} 条未逐条通知；其中仍存在：{named.zh_cn}",
        )
        return [self._event(at, State.UNACKNOWLEDGED, State.NORMAL, Trigger.RETURNED, words)]

    def clock_stepped(self, by: Duration) -> None:
        """Move all times with the clock."""
        state = self._state
        raises = tuple(Instant(at + by) for at in state.raises)
        since = None if state.since is None else Instant(state.since + by)
        self._state = replace(state, raises=raises, since=since)

    def _event(self, at: Instant, was: State, state: State, trigger: Trigger, words: Text) -> AlarmEvent:
        return AlarmEvent(
            at=at,
            alarm=ALARM,
            rule=RuleId("alarm-flood"),
            sensor=SensorId("roommon.alarms"),
            device=DeviceId("roommon"),
            room=self._room,
            priority=Priority.HIGH,
            was=was,
            state=state,
            trigger=trigger,
            by=None,
            quantity=Quantity.COUNT,
            value=float(len(self._state.raises)),
            setpoint=float(self._config.more_than),
            quality=Quality.GOOD,
            text=words,
            response=RESPONSE,
        )


def _names(alarms: Sequence[AlarmId]) -> Text:
    more = len(alarms) - _NAMED
    named = ", ".join(_first(alarms)) or "–"
    return Text(f"{named} and {more} more", f"{named} 及另外 {more} 条") if more > 0 else Text.same(named)


def _first(alarms: Iterable[AlarmId]) -> list[AlarmId]:
    return sorted(alarms)[:_NAMED]
