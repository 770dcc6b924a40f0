"""What people took out of service: devices, sensors, rooms and rules, with every alarm of them.

Each is said by an event of its own, which stands until it is put back, so that nobody forgets it. Alarms live on under
it; those that stand when it ends are told then.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import PersonsCommand, PutBack, Scope, TakeOut
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Text
from roommon.rules import text
from roommon.rules.state import OutOfService, StateId

RESPONSE = Text("Put it back in service when the work is done.", "检修完成后请恢复投用。")
_RULE = RuleId("out-of-service")
_KINDS = {
    Scope.DEVICE: Text("Device {}", "设备 {}"),
    Scope.SENSOR: Text("Sensor {}", "传感器 {}"),
    Scope.ROOM: Text("Room {}", "机房 {}"),
    Scope.RULE: Text("Rule {}", "规则 {}"),
}

_NOT_IN_A_TOPIC = str.maketrans({letter: f"%{ord(letter):02X}" for letter in "%/+#"})
"""A room may be called anything: `A/C + UPS`."""

Key = tuple[Scope, str]


class Services:
    """Everything that is out of service."""

    def __init__(self, room: str) -> None:
        """Begin with everything in service; `room` is where the events of rules stand."""
        self._room = room
        self._out: dict[Key, OutOfService] = {}

    def restore(self, out: OutOfService) -> None:
        """Take `out` as it was."""
        self._out[Scope(out.scope), out.target] = out

    def __bool__(self) -> bool:
        return bool(self._out)

    def __iter__(self) -> Iterator[OutOfService]:
        return iter(self._out.values())

    def get(self, scope: Scope, target: str) -> OutOfService | None:
        """Return what took `target` out of service."""
        return self._out.get((scope, target))

    def stored(self, name: str) -> OutOfService | None:
        """Return what must outlive a restart of the one called `name`, as in `state_id`."""
        scope, _, target = name.partition(":")
        return self._out.get((Scope(scope), target)) if scope else None

    def of(self, rule: RuleId, device: Device, sensor: Sensor) -> OutOfService | None:
        """Return what an alarm of `rule` on `sensor` is out of service by, the narrowest first."""
        if not self._out:
            return None
        places: tuple[Key, ...] = (
            (Scope.SENSOR, sensor.id),
            (Scope.DEVICE, device.id),
            (Scope.RULE, rule),
            (Scope.ROOM, device.room),
        )
        return next((self._out[place] for place in places if place in self._out), None)

    def due(self) -> Instant | None:
        """Return when the first of them ends by itself."""
        return min((out.until for out in self._out.values() if out.until is not None), default=None)

    def over(self, at: Instant) -> list[OutOfService]:
        """Return those whose time is over at `at`."""
        return [out for out in self._out.values() if out.until is not None and out.until <= at]

    def take_out(self, command: TakeOut) -> AlarmEvent:
        """Take it out, and return the event that says so."""
        scope = Scope(command.scope)
        before = self._out.get((scope, command.target))
        out = OutOfService(scope, command.target, command.by, command.note, command.at, command.until)
        self._out[scope, command.target] = out
        event = self._said(out, Trigger.OUT_OF_SERVICE, command.at, command)
        return event if before is None else replace(event, was=State.ACKNOWLEDGED)

    def put_back(self, out: OutOfService, at: Instant, command: PutBack | None) -> AlarmEvent:
        """Put it back, by a `command` or because its time is over, and return the event that says so."""
        del self._out[out.scope, out.target]
        return self._said(out, Trigger.IN_SERVICE, at, command)

    def clock_stepped(self, by: Duration) -> None:
        """Move all times with the clock."""
        for key, out in self._out.items():
            until = None if out.until is None else Instant(out.until + by)
            self._out[key] = OutOfService(out.scope, out.target, out.by, out.why, Instant(out.since + by), until)

    def _said(self, out: OutOfService, trigger: Trigger, at: Instant, command: PersonsCommand | None) -> AlarmEvent:
        ends = trigger is Trigger.IN_SERVICE
        about = Text(*(form.format(out.target) for form in (_KINDS[out.scope].en, _KINDS[out.scope].zh_cn)))
        by = command.by if command else None
        note = command.note if command else ""
        return AlarmEvent(
            at=at,
            alarm=event_id(out.scope, out.target),
            rule=_RULE,
            sensor=SensorId(out.target),
            device=DeviceId(_device(out)),
            room=out.target if out.scope is Scope.ROOM else self._room,
            priority=Priority.LOW,
            was=State.ACKNOWLEDGED if ends else State.NORMAL,
            state=State.NORMAL if ends else State.ACKNOWLEDGED,
            trigger=trigger,
            by=by,
            quantity=Quantity.CONTACT,
            value=0.0 if ends else 1.0,
            setpoint=None,
            quality=Quality.GOOD,
            text=text.told(trigger, about, text.Circumstances(by=by, why=note)),
            response=RESPONSE,
            suppression=None
            if ends
            else Suppression(SuppressedAs.OUT_OF_SERVICE, out.since, out.until, out.by, out.why),
            source=(command.source or None) if command else None,
            note=note or None,
            about=about,
        )


def event_id(scope: Scope, target: str) -> AlarmId:
    """Return the name under which it is said that `target` is out of service."""
    return AlarmId(f"{_RULE}.{scope}.{target.translate(_NOT_IN_A_TOPIC)}")


def place_of(event: AlarmEvent) -> Key:
    """Return what `event`, which says that something is out of service or in service again, is about."""
    return Scope(event.alarm.split(".", maxsplit=2)[1]), event.sensor


def state_id(scope: Scope, target: str) -> StateId:
    """Return the name under which the journal keeps it."""
    return f"service:{scope}:{target}"


def known(scope: Scope, devices: Iterable[Device], rules: Iterable[RuleId]) -> set[str]:
    """Return what can be taken out of service of this scope."""
    match scope:
        case Scope.DEVICE:
            return {device.id for device in devices}
        case Scope.SENSOR:
            return {sensor.id for device in devices for sensor in device.sensors}
        case Scope.ROOM:
            return {device.room for device in devices}
        case Scope.RULE:
            return set(rules)


def _device(out: OutOfService) -> str:
    match out.scope:
        case Scope.DEVICE:
            return out.target
        case Scope.SENSOR:
            return out.target.partition(".")[0]
        case Scope.ROOM | Scope.RULE:
            return "roommon"
