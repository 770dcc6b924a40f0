"""Whether devices and their buses answer: one alarm for a dead gateway, not one for each value behind it.

Each device has a contact `<device>.link`, 1 while it does not answer at all, and so has each bus that several devices
share, 1 while none of them answers. Built-in rules make alarms of them, and what they explain is not told besides: the
alarms of `bad_quality` on a device that does not answer, and the silent devices on a bus that does not.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from roommon.config.site import Polled, Site
from roommon.daemon.repeated import Repeated
from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.profiles.profile import BusId
from roommon.rules.kinds import bad_quality, off_normal
from roommon.rules.rule import Cause, Rule, Selection, Where

DEVICE_RULE, BUS_RULE = RuleId("device-silent"), RuleId("bus-silent")
KEY = "link"
_NAME = Text("link", "通信")
_STATES = {0: Text("answers", "应答正常"), 1: Text("does not answer", "无应答")}
_ON_DELAY = Duration(30_000)
"""A device that misses a beat or two is not dead."""

_TEXT = Text("{device} {state}", "{device} {state}")
_DEVICE_RESPONSE = Text(
    "Check its power, its cable and its address. Until it answers, nobody watches any of its values.",
    "请检查其电源、接线与地址。恢复应答之前，其所有数值均无人监视。",
)
_BUS_RESPONSE = Text(
    "Check the gateway's power and network, or the serial line. Until it answers, nobody watches what is behind it.",
    "请检查网关的电源与网络，或串行线路。恢复应答之前，其后的设备均无人监视。",
)


def with_link(device: Device) -> Device:
    """Return `device` with its contact `link`; one that has a sensor of this name keeps its own."""
    if KEY in {sensor.key for sensor in device.sensors}:
        return device
    return replace(device, sensors=(*device.sensors, _link(device.id)))


def _link(device: DeviceId) -> Sensor:
    return Sensor(device, KEY, Quantity.CONTACT, _NAME, {}, _STATES)


def buses_of(site: Site) -> list[Device]:
    """Return the buses that several devices share, as devices with a `link`."""
    return [Device(name, Text.same(bus), site.room, (_link(name),)) for bus, name in _shared(site).items()]


def _shared(site: Site) -> dict[BusId, DeviceId]:
    devices = Counter(polled.bus for polled in site.devices)
    taken = {device.id for device in site.sensed()}
    return {bus: _named(DeviceId(bus), taken) for bus, count in devices.items() if count > 1}


def _named(bus: DeviceId, taken: set[DeviceId]) -> DeviceId:
    return DeviceId(f"bus-{bus}") if bus in taken else bus


def rules(site: Site) -> Iterator[Rule]:
    """Yield the built-in rules: a device is silent, those of a shared bus by a rule of their own; a bus is silent."""
    shared = _shared(site)
    for bus in dict.fromkeys(polled.bus if polled.bus in shared else None for polled in site.devices):
        sensors = {_sensor(each) for each in _linked(site) if (each.bus if each.bus in shared else None) == bus}
        if sensors:
            yield _device_rule(bus, shared, frozenset(sensors))
    if shared:
        links = frozenset(SensorId(f"{name}.{KEY}") for name in shared.values())
        yield Rule(BUS_RULE, _config(Priority.HIGH), Selection(links), _TEXT, _BUS_RESPONSE)


def _device_rule(bus: BusId | None, shared: dict[BusId, DeviceId], sensors: frozenset[SensorId]) -> Rule:
    if bus is None:
        return Rule(DEVICE_RULE, _config(Priority.MEDIUM), Selection(sensors), _TEXT, _DEVICE_RESPONSE)
    cause = Cause(sensor=SensorId(f"{shared[bus]}.{KEY}"))
    id_ = RuleId(f"{DEVICE_RULE}.{bus}")
    return Rule(id_, _config(Priority.MEDIUM), Selection(sensors), _TEXT, _DEVICE_RESPONSE, (cause,))


def _config(priority: Priority) -> off_normal.Config:
    return off_normal.Config(
        abnormal=frozenset({1}),
        priority=priority,
        on_delay=_ON_DELAY,
        off_delay=Duration(0),
        acknowledge=Acknowledgement.AUTOMATIC,
    )


def _linked(site: Site) -> list[Polled]:
    """Return the devices whose `link` is ours."""
    return [polled for polled in site.devices if KEY not in {sensor.key for sensor in polled.device.sensors}]


def _sensor(polled: Polled) -> SensorId:
    return SensorId(f"{polled.device.id}.{KEY}")


def explained(rule: Rule) -> Rule:
    """Return `rule`; one of `bad_quality` with a device that does not answer among its causes."""
    if not isinstance(rule.config, bad_quality.Config):
        return rule
    return replace(rule, suppressed_by=(*rule.suppressed_by, Cause(key=KEY, same=Where.DEVICE)))


class Links:
    """Says at each beat what changed, and what is silent; of the others once a minute that they answer."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing said."""
        self._clock = clock
        self._repeated = Repeated()

    def readings(self, site: Site, answers: Iterable[tuple[Polled, bool]], silent: Container[BusId]) -> list[Reading]:
        """Return the contacts of the devices of which is known whether they answer, and of their buses.

        `silent` are the buses that do not answer as a whole.
        """
        now = self._clock.monotonic()
        at, linked = self._clock.instant(now), {polled.device.id for polled in _linked(site)}
        known = list(answers)
        contacts = {_sensor(polled): not answered for polled, answered in known if polled.device.id in linked}
        contacts |= _of_buses(site, known, silent)
        due = {each: quiet for each, quiet in contacts.items() if self._repeated.is_due(each, quiet, now) or quiet}
        return [good(sensor, at, float(quiet)) for sensor, quiet in due.items()]


def _of_buses(site: Site, known: Sequence[tuple[Polled, bool]], silent: Container[BusId]) -> dict[SensorId, bool]:
    """Return whether each shared bus is silent: as a whole, or because every device on it is."""
    on_bus: dict[BusId, list[bool]] = {}
    for polled, answered in known:
        on_bus.setdefault(polled.bus, []).append(answered)
    devices = Counter(polled.bus for polled in site.devices)
    return {
        SensorId(f"{name}.{KEY}"): bus in silent or (len(on_bus[bus]) == devices[bus] and not any(on_bus[bus]))
        for bus, name in _shared(site).items()
        if bus in on_bus
    }
