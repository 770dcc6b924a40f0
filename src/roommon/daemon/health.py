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
EVERY_S = 5.0
_ON_DELAY = Duration(10_000)
_SUSPECTED = Text("in trouble before the start, and not heard since", "启动之前已有故障，此后尚无消息")
_SUSPECTED_S = 60.0
"""By then a part that is still ill has said so: the slowest, a broker that is frozen, within 30 s."""


def own_device(parts: Iterable[tuple[str, Text]], room: str) -> Device:
    """Return roommon as a device; `parts` are (key, name) of everything that can be in trouble."""
    sensors = tuple(Sensor(DEVICE, key, Quantity.CONTACT, name) for key, name in parts)
    return Device(DEVICE, Text.same("roommon"), room, sensors)


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
            "请查看日志（journalctl -u roommon）并排除其中指出的故障；其间测量与告警照常进行。",
        ),
    )


class Health:
    """What is wrong with roommon's own parts, now."""

    def __init__(self, clock: Clock, changed: Callable[[list[Reading]], None]) -> None:
        """`changed` is told the new reading as soon as a part falls ill or is well again."""
        self._clock = clock
        self._changed = changed
        self._trouble: dict[str, Text | None] = {}
        self._suspected: dict[str, float] = {}
        """Parts that were in trouble before the start and were not heard since, with when that began."""

    def watch(self, device: Device) -> None:
        """Watch the parts of `device` from now on; what is known of a part stays known."""
        self._trouble = {sensor.key: self._trouble.get(sensor.key) for sensor in device.sensors}

    def suspect(self, sensors: Iterable[SensorId]) -> None:
        """Take these for ill until they are heard: their alarms stood before the start, and may not be over."""
        for part in {sensor.partition(".")[2] for sensor in sensors} & self._trouble.keys():
            self._trouble[part] = _SUSPECTED
            self._suspected[part] = self._clock.monotonic()

    def reporter(self, part: str) -> Callable[[Text | None], None]:
        """Return what `part` calls to say what is wrong, or None when all is well."""

        def report(trouble: Text | None) -> None:
            self._suspected.pop(part, None)
            before = self._trouble.get(part)
            self._trouble[part] = trouble
            if (before is None) is not (trouble is None):
                self._changed([self._reading(part)])

        return report

    def readings(self) -> list[Reading]:
        """Return one reading per part: 0 all is well, 1 trouble."""
        now = self._clock.monotonic()
        for part in [part for part, since in self._suspected.items() if now - since > _SUSPECTED_S]:
            del self._suspected[part]
            self._trouble[part] = None
        return [self._reading(part) for part in self._trouble]

    def _reading(self, part: str) -> Reading:
        at = self._clock.instant(self._clock.monotonic())
        return good(SensorId(f"{DEVICE}.{part}"), at, 0.0 if self._trouble[part] is None else 1.0)
