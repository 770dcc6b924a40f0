"""roommon watches itself as it watches any device: its own troubles are contacts of the built-in device `roommon`.

They go the way of all readings: through rules, journal and sinks. So a broker that is down is an alarm in the journal,
on the screen and at the other broker, and it ends when the broker is back.
"""

from collections.abc import Callable, Iterable

from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.rules.kinds import off_normal
from roommon.rules.rule import Rule, Selection

DEVICE = DeviceId("roommon")
RULE = RuleId("roommon-trouble")
_ON_DELAY = Duration(10_000)


class Health:
    """What is wrong with roommon's own parts, now."""

    def __init__(self, parts: Iterable[tuple[str, Text]], room: str, clock: Clock) -> None:
        """`parts` are (key, name) of everything that can be in trouble."""
        self.device = Device(
            DEVICE,
            Text.same("roommon"),
            room,
            tuple(Sensor(DEVICE, key, Quantity.CONTACT, name) for key, name in parts),
        )
        self._clock = clock
        self._trouble: dict[SensorId, str | None] = {sensor.id: None for sensor in self.device.sensors}
        self.changed: Callable[[list[Reading]], None] = lambda _readings: None
        """Called with the new reading as soon as a part changes."""

    def reporter(self, key: str) -> Callable[[str | None], None]:
        """Return what the part `key` calls to say what is wrong, or None when all is well."""
        sensor = SensorId(f"{DEVICE}.{key}")

        def report(trouble: str | None) -> None:
            before = self._trouble.get(sensor)
            self._trouble[sensor] = trouble
            if (before is None) is not (trouble is None):
                self.changed([self._reading(sensor)])

        return report

    def trouble(self) -> dict[SensorId, str]:
        """Return what is wrong now, in words, by sensor."""
        return {sensor: words for sensor, words in self._trouble.items() if words is not None}

    def readings(self) -> list[Reading]:
        """Return one reading per part: 0 all is well, 1 trouble."""
        return [self._reading(sensor.id) for sensor in self.device.sensors]

    def _reading(self, sensor: SensorId) -> Reading:
        at = self._clock.instant(self._clock.monotonic())
        return good(sensor, at, 0.0 if self._trouble[sensor] is None else 1.0)


def rule() -> Rule:
    """Return the built-in rule that makes an alarm of roommon's own trouble."""
    return Rule(
        RULE,
        off_normal.Config(
            abnormal=frozenset({1}),
            priority=Priority.HIGH,
            on_delay=_ON_DELAY,
            off_delay=Duration(0),
            acknowledge=Acknowledgement.AUTOMATIC,
        ),
        Selection(device=DEVICE),
        Text("roommon has trouble: {sensor}", "roommon 自身故障：{sensor}"),
        Text(
            "Read its log (journalctl -u roommon) and mend what it names; measuring and alarms go on meanwhile.",
            "请查看日志（journalctl -u roommon）并排除其中指出的故障；其间测量与报警照常进行。",
        ),
    )
