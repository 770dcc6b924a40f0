"""What is said of one alarm: its events, in the words of its rule."""

from dataclasses import dataclass, replace

from roommon.model.alarm import AlarmEvent, AlarmId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.command import PersonsCommand
from roommon.model.device import Device, Sensor
from roommon.model.reading import Quality, Reading, SensorId
from roommon.model.suppression import Suppression
from roommon.model.text import Text
from roommon.rules import text
from roommon.rules.rule import Judge, Rule
from roommon.rules.state import Telling
from roommon.rules.text import Circumstances


@dataclass(frozen=True, slots=True)
class Moved:
    """What happened to the alarm, as its event says it."""

    trigger: Trigger
    was: State
    state: State
    tell: bool
    suppression: Suppression | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks for the alarm that `rule` makes of `sensor`."""

    alarm: AlarmId
    rule: Rule
    device: Device
    sensor: Sensor
    judge: Judge
    drilled: tuple[SensorId, ...] = ()
    """The sensors of whose drills it speaks; none when it speaks of the room."""

    def said(self, reading: Reading, moved: Moved, last: AlarmEvent | None) -> AlarmEvent:
        """Return the event of an alarm that `reading` moved; `last` is its newest, while it stands."""
        rule, device, sensor = self.rule, self.device, self.sensor
        finding = self.judge.finding(reading, last.setpoint if last else None)
        facts = text.Facts(device, sensor, reading, finding)
        about = text.filled(rule.text or rule.config.TEXT, facts)
        words = text.told(moved.trigger, about, Circumstances(count=moved.count))
        return AlarmEvent(
            at=reading.taken_at,
            alarm=self.alarm,
            rule=rule.id,
            sensor=sensor.id,
            device=device.id,
            room=device.room,
            priority=rule.config.priority,
            was=moved.was,
            state=moved.state,
            trigger=moved.trigger,
            by=None,
            quantity=sensor.quantity,
            value=None if reading.value is None else float(reading.value),
            setpoint=finding.setpoint,
            quality=reading.quality,
            text=words,
            response=text.filled(rule.response or rule.config.RESPONSE, facts),
            tell=moved.tell,
            suppression=moved.suppression,
            count=moved.count,
            drill=bool(self.drilled),
            drilled=self.drilled,
            about=None if words == about else about,
        )

    def again(
        self, at: Instant, moved: Moved, last: AlarmEvent | None, what: Circumstances, command: PersonsCommand | None
    ) -> AlarmEvent:
        """Return the event of an alarm that something else than a reading moved: it is about what it was about."""
        said = last or self._unsaid(at)
        about = said.about or said.text
        return replace(
            said,
            at=at,
            was=moved.was,
            state=moved.state,
            trigger=moved.trigger,
            by=what.by,
            text=text.told(moved.trigger, about, what),
            tell=moved.tell,
            suppression=moved.suppression,
            source=(command.source or None) if command else None,
            note=what.why or None,
            tier=0,
            drilled=self.drilled,
            about=about,
        )

    def _unsaid(self, at: Instant) -> AlarmEvent:
        """Return what could be said of an alarm that has nothing to say: its name."""
        unknown = Reading(self.sensor.id, at, None, Quality.BAD, None)
        nothing = Moved(Trigger.NOTED, State.NORMAL, State.NORMAL, tell=False)
        return replace(self.said(unknown, nothing, None), about=self._name())

    def _name(self) -> Text:
        device = self.device.name or Text.same(self.device.id)
        sensor = self.sensor.name or Text.same(self.sensor.key)
        rule = self.rule.id
        return Text(f"{device.en} {sensor.en} ({rule})", f"{device.zh_cn} {sensor.zh_cn}（{rule}）")


def removed(at: Instant, last: AlarmEvent, kept: Telling) -> AlarmEvent:
    """Return the event that ends an alarm which is no longer configured, and whose newest event was `last`."""
    return replace(
        last,
        at=at,
        was=last.state,
        state=State.NORMAL,
        trigger=Trigger.REMOVED,
        by=None,
        text=text.told(Trigger.REMOVED, last.about or last.text, text.Circumstances()),
        tell=kept.told,
        suppression=None,
        source=None,
        note=None,
        tier=0,
    )
