"""Drills: the chain from a sensor to a person is proven without touching the equipment.

While a drill runs, each reading of its sensor is followed by one that says the drill's value, under the sensor's name
with `drill.` in front. Twins of the alarms that this value may move judge it (`rules/twins.py`): they are told,
repeated, acknowledged and journalled as alarms are, every text says DRILL, and nothing suppresses them. The true sensor
is judged by its own alarms as ever; when one that has a twin is raised, the drill ends at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import PersonsCommand, StartDrill
from roommon.model.device import Device, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reading, SensorId, good
from roommon.model.text import Text
from roommon.rules import text
from roommon.rules.rule import Rule
from roommon.rules.state import Drilling, StateId

PREFIX = "drill."
LONGEST = Duration(2 * 3_600_000)
RULE = RuleId("drill")
_MARK = Text("DRILL: ", "演练：")
_ABOUT = Text("{device} {sensor} is read as {value}", "{device} {sensor} 读作 {value}")
RESPONSE = Text(
    "This is a drill. Acknowledge its alarms as you would in earnest; it ends by itself.",
    "这是演练。请按真实告警进行确认；演练会自行结束。",
)


def drill_sensor(sensor: SensorId) -> SensorId:
    """Return the name under which readings of a drill of `sensor` go."""
    return SensorId(PREFIX + sensor)


def state_id(sensor: SensorId) -> StateId:
    """Return the name under which the journal keeps a drill of `sensor`."""
    return f"drill:{sensor}"


def event_id(sensor: SensorId) -> AlarmId:
    """Return the name under which it is said that a drill of `sensor` runs."""
    return AlarmId(PREFIX + sensor)


def marked(rule: Rule) -> Rule:
    """Return what makes the alarms of `rule` in drills: nothing explains them, their words say what they are."""
    words, response = rule.text or rule.config.TEXT, rule.response or rule.config.RESPONSE
    return replace(rule, text=_marked(words), response=response, suppressed_by=(), latches=False, active=None)


def _marked(words: Text) -> Text:
    return Text(_MARK.en + words.en, _MARK.zh_cn + words.zh_cn)


class Drills:
    """The drills that run, those that began first before the others."""

    def __init__(self) -> None:
        """Begin with none."""
        self._running: dict[SensorId, Drilling] = {}

    def restore(self, drilling: Drilling) -> None:
        """Take `drilling` as it was."""
        self._running[drilling.sensor] = drilling

    def __bool__(self) -> bool:
        return bool(self._running)

    def __iter__(self) -> Iterator[Drilling]:
        return iter(sorted(self._running.values(), key=lambda drilling: (drilling.since, drilling.sensor)))

    def get(self, sensor: SensorId) -> Drilling | None:
        """Return the drill of `sensor` that runs."""
        return self._running.get(sensor)

    def due(self) -> Instant | None:
        """Return when the first of them is over."""
        return min((drilling.until for drilling in self._running.values()), default=None)

    def over(self, at: Instant) -> list[Drilling]:
        """Return those whose time is over at `at`."""
        return [drilling for drilling in self if drilling.until <= at]

    def overlaid(self, readings: Sequence[Reading]) -> Sequence[Reading]:
        """Return `readings` with those of the drills behind the true ones."""
        if not self._running:
            return readings
        return list(self._with_drills(readings))

    def _with_drills(self, readings: Iterable[Reading]) -> Iterator[Reading]:
        for reading in readings:
            yield reading
            drilling = self._running.get(reading.sensor)
            if drilling is not None and drilling.since <= reading.taken_at < drilling.until:
                yield good(drill_sensor(reading.sensor), reading.taken_at, drilling.value)

    def start(self, command: StartDrill, place: tuple[Device, Sensor]) -> AlarmEvent:
        """Begin a drill, and return the event that says so."""
        drilling = Drilling(command.sensor, command.value, command.by, command.note, command.at, command.until)
        self._running[command.sensor] = drilling
        return _said(drilling, place, Trigger.DRILL_STARTED, command.at, command)

    def end(
        self, drilling: Drilling, place: tuple[Device, Sensor], at: Instant, command: PersonsCommand | None, why: str
    ) -> AlarmEvent:
        """End it, by a `command` or by itself, and return the event that says so."""
        del self._running[drilling.sensor]
        return _said(drilling, place, Trigger.DRILL_ENDED, at, command, why)

    def forget(self, sensor: SensorId) -> None:
        """Forget a drill of a sensor that is no longer configured."""
        self._running.pop(sensor, None)

    def clock_stepped(self, by: Duration) -> None:
        """Move all times with the clock."""
        for sensor, drilling in self._running.items():
            since, until = Instant(drilling.since + by), Instant(drilling.until + by)
            self._running[sensor] = replace(drilling, since=since, until=until)


def ended(event: AlarmEvent, at: Instant) -> AlarmEvent:
    """Return the event that ends an alarm of a drill that is over, and whose newest event was `event`."""
    about = event.about or event.text
    return replace(
        event,
        at=at,
        was=event.state,
        state=State.NORMAL,
        trigger=Trigger.DRILL_ENDED,
        by=None,
        note=None,
        source=None,
        tier=0,
        text=text.told(Trigger.DRILL_ENDED, about),
        about=about,
        tell=True,
        suppression=None,
    )


def _said(
    drilling: Drilling,
    place: tuple[Device, Sensor],
    trigger: Trigger,
    at: Instant,
    command: PersonsCommand | None,
    why: str = "",
) -> AlarmEvent:
    device, sensor = place
    ends = trigger is Trigger.DRILL_ENDED
    facts = text.Facts(device, sensor, good(sensor.id, at, drilling.value), text.NO_FINDING)
    about = _marked(text.filled(_ABOUT, facts))
    by = command.by if command else None
    note = command.note if command else why
    return AlarmEvent(
        at=at,
        alarm=event_id(sensor.id),
        rule=RULE,
        sensor=sensor.id,
        device=device.id,
        room=device.room,
        priority=Priority.LOW,
        was=State.ACKNOWLEDGED if ends else State.NORMAL,
        state=State.NORMAL if ends else State.ACKNOWLEDGED,
        trigger=trigger,
        by=by,
        quantity=sensor.quantity,
        value=drilling.value,
        setpoint=None,
        quality=Quality.GOOD,
        text=text.told(trigger, about, text.Circumstances(by=by, why=note)),
        response=RESPONSE,
        source=(command.source or None) if command else None,
        note=note or None,
        about=about,
        drill=True,
        drilled=(sensor.id,),
    )


def possible(quantity: Quantity, value: float, states: Mapping[int, Text]) -> bool:
    """Return whether a sensor of `quantity` could say `value`."""
    if quantity in (Quantity.CONTACT, Quantity.STATE):
        return value in (states or {0: _MARK, 1: _MARK})
    return True
