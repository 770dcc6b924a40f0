"""One alarm at work: a rule's judge of one sensor, the delay that runs, and where the alarm is in its life."""

from collections.abc import Callable
from dataclasses import replace

from roommon.model.alarm import Acknowledgement, AlarmEvent, AlarmId, State, Trigger, alarm_id, transition
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, Sensor
from roommon.model.reading import Quality, Reading
from roommon.rules import text
from roommon.rules.delay import IDLE, Delay, has_run, shifted, started, stopped
from roommon.rules.rule import Judge, Rule
from roommon.rules.state import AlarmState, Condition

_ACTIVE = frozenset({State.UNACKNOWLEDGED, State.ACKNOWLEDGED})


class Alarm:
    """The hot path asks `evaluate`, `active` and `quiet`; the rest runs when something moves."""

    __slots__ = ("_delay", "_device", "_rule", "_sensor", "active", "evaluate", "id", "judge", "last", "quiet", "state")

    def __init__(self, rule: Rule, device: Device, sensor: Sensor) -> None:
        """Begin in the initial state."""
        self.id: AlarmId = alarm_id(rule.id, sensor.id)
        self.judge: Judge = rule.config.judge(sensor)
        self.evaluate: Callable[[Reading, bool], Condition] = self.judge.evaluate
        self._rule = rule
        self._device = device
        self._sensor = sensor
        self.restore(AlarmState(), None)

    def restore(self, stored: AlarmState, last: AlarmEvent | None) -> None:
        """Go on from `stored`; `last` is the newest event of an alarm that stands."""
        self.last = last
        """Its newest event, while it stands."""
        untouched = stored.since is None and stored.held is None
        self._enter(stored.state, IDLE if untouched else Delay(stored.since, stored.held))

    def stored(self) -> AlarmState | None:
        """Return what must outlive a restart; None when there is nothing."""
        if self.state is State.NORMAL and self._delay == IDLE:
            return None
        present = self.active is (self._delay == IDLE)
        condition = Condition.PRESENT if present else Condition.ABSENT
        return AlarmState(self.state, condition, self._delay.since, self._delay.held)

    def fits(self, last: AlarmEvent | None) -> bool:
        """Return whether an alarm of this name whose newest event was `last` is this alarm."""
        return last is None or last.quantity is self._sensor.quantity

    def _enter(self, state: State, delay: Delay) -> None:
        self.state = state
        self.active = state in _ACTIVE
        self._wait(delay)

    def _wait(self, delay: Delay) -> None:
        self._delay = delay
        settled = Condition.PRESENT if self.active else Condition.ABSENT
        self.quiet = settled if delay == IDLE else None
        """The condition that changes nothing; None while a delay runs or is stopped."""

    def take(self, condition: Condition, reading: Reading) -> AlarmEvent | None:
        """Take a reading that was judged `condition`, and return what it moves."""
        at = reading.taken_at
        if condition is Condition.UNKNOWN:
            self._wait(stopped(self._delay, at))
            return None
        if self.active is (condition is Condition.PRESENT):
            self._wait(IDLE)
            return None
        self._wait(started(self._delay, at))
        config = self._rule.config
        if not has_run(self._delay, config.off_delay if self.active else config.on_delay, at):
            return None
        self._wait(IDLE)
        trigger = Trigger.RETURNED if self.active else Trigger.RAISED
        return self._move(trigger, lambda: self._said(reading, trigger))

    def acknowledge(self, at: Instant, by: str | None) -> AlarmEvent | None:
        """Say that `by` saw it; None when there is nothing to acknowledge."""
        return self._move(Trigger.ACKNOWLEDGED, lambda: self._said_again(at, by))

    def needs_no_person(self) -> bool:
        """Return whether it waits for an acknowledgement that its rule does not ask for any more."""
        return self.state is State.RETURNED and self._rule.config.acknowledge is Acknowledgement.AUTOMATIC

    def shift(self, by: Duration) -> None:
        """Move a delay that runs by time that does not count."""
        self._wait(shifted(self._delay, by))

    def _move(self, trigger: Trigger, said: Callable[[], AlarmEvent]) -> AlarmEvent | None:
        after = transition(self.state, trigger, self._rule.config.acknowledge)
        if after is None:
            return None
        event = replace(said(), was=self.state, state=after)
        self.last = None if after is State.NORMAL else event
        self._enter(after, self._delay)
        return event

    def _said(self, reading: Reading, trigger: Trigger) -> AlarmEvent:
        rule, device, sensor = self._rule, self._device, self._sensor
        finding = self.judge.finding(reading, self.last.setpoint if self.last else None)
        facts = text.Facts(device, sensor, reading, finding)
        return AlarmEvent(
            at=reading.taken_at,
            alarm=self.id,
            rule=rule.id,
            sensor=sensor.id,
            device=device.id,
            room=device.room,
            priority=rule.config.priority,
            was=self.state,
            state=self.state,
            trigger=trigger,
            by=None,
            quantity=sensor.quantity,
            value=None if reading.value is None else float(reading.value),
            setpoint=finding.setpoint,
            quality=reading.quality,
            text=text.told(trigger, text.filled(rule.text or rule.config.TEXT, facts)),
            response=text.filled(rule.response or rule.config.RESPONSE, facts),
        )

    def _said_again(self, at: Instant, by: str | None) -> AlarmEvent:
        unknown = Reading(self._sensor.id, at, None, Quality.BAD, None)
        last = self.last or self._said(unknown, Trigger.RAISED)
        words = text.told(Trigger.ACKNOWLEDGED, last.text, by)
        return replace(last, at=at, trigger=Trigger.ACKNOWLEDGED, by=by, text=words)


def removed(at: Instant, last: AlarmEvent) -> AlarmEvent:
    """Return the event that ends an alarm which is no longer configured, and whose newest event was `last`."""
    return replace(
        last,
        at=at,
        was=last.state,
        state=State.NORMAL,
        trigger=Trigger.REMOVED,
        by=None,
        text=text.told(Trigger.REMOVED, last.text),
    )
