"""Who the devices say that they are: kept in the journal, and an alarm when it is suddenly somebody else.

A device that is asked who it is has a contact `<device>.identity`: 0 as before, 1 for one moment when its maker, model,
firmware or serial number is another than the journal knows; said again once a minute while it answers. The built-in
rule makes of it an alarm that stands until a person acknowledges it, because a device that was exchanged looks well
again at once.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace

from roommon.config.site import Polled, Site
from roommon.daemon.repeated import Repeated
from roommon.journal.journal import Identified, Journal
from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.poll.driver import About
from roommon.rules.kinds import off_normal
from roommon.rules.rule import Rule, Selection

RULE = RuleId("device-changed")
KEY = "identity"
_WHO = ("maker", "model", "firmware", "serial")
"""What makes it another device, or the same with other firmware; another location is only noted."""
_STATES = {0: Text("as before", "与之前一致"), 1: Text("changed", "已改变")}

_log = logging.getLogger(__name__)


def with_identity(polled: Polled) -> Device:
    """Return the device, with its contact `identity` if it is asked who it is."""
    device = polled.device
    if not _has_one(polled):
        return device
    own = Sensor(device.id, KEY, Quantity.CONTACT, Text("identity", "身份"), {}, _STATES)
    return replace(device, sensors=(*device.sensors, own))


def _has_one(polled: Polled) -> bool:
    return bool(polled.identity) and KEY not in {sensor.key for sensor in polled.device.sensors}


def rules(site: Site) -> list[Rule]:
    """Return the built-in rule, if any device of `site` is asked who it is."""
    asked = frozenset(_sensor(polled.device.id) for polled in site.devices if _has_one(polled))
    return [_rule(asked)] if asked else []


def _rule(sensors: frozenset[SensorId]) -> Rule:
    return Rule(
        RULE,
        off_normal.Config(
            abnormal=frozenset({1}),
            priority=Priority.LOW,
            on_delay=Duration(0),
            off_delay=Duration(0),
            acknowledge=Acknowledgement.PERSON,
        ),
        Selection(sensors),
        Text(
            "{device} says that it is another device, or has other firmware",
            "{device} 自报的身份已改变：设备被更换，或固件已更新",
        ),
        Text(
            "`roommon devices` shows what it said before and says now. Find out who exchanged it, check its settings "
            "and its sensors, then acknowledge.",
            "`roommon devices` 显示之前与现在的身份。请查明是谁更换的，检查其设置与传感器，然后确认。",
        ),
    )


def _sensor(device: DeviceId) -> SensorId:
    return SensorId(f"{device}.{KEY}")


class Identities:
    """What is known of the devices, by what the journal keeps."""

    def __init__(self, journal: Journal, known: Iterable[Identified], clock: Clock) -> None:
        """`known` is what the journal has, in order."""
        self._journal = journal
        self._clock = clock
        self._known: dict[DeviceId, Mapping[str, str]] = {}
        for one in known:
            self._known[one.device] = one.identity
        self._seen: dict[DeviceId, About] = {}
        self._repeated = Repeated()
        self._back_to_normal: list[SensorId] = []

    async def readings(self, abouts: Iterable[tuple[Polled, About]]) -> list[Reading]:
        """Return the contacts of the devices that spoke of themselves since the last call; keep what changed.

        `abouts` has what each device that answers said last. Who said nothing new is as before, once a minute.
        """
        now = self._clock.monotonic()
        at = self._clock.instant(now)
        readings = [good(sensor, at, 0.0) for sensor in self._back_to_normal if self._repeated.is_due(sensor, 0.0, now)]
        self._back_to_normal.clear()
        for polled, about in abouts:
            device = polled.device.id
            is_new = self._seen.get(device) is not about
            self._seen[device] = about
            changed = is_new and await self._learned(polled, about)
            if not _has_one(polled):
                continue
            sensor = _sensor(device)
            if self._repeated.is_due(sensor, changed, now) or is_new:
                readings.append(good(sensor, at, float(changed)))
            if changed:
                self._back_to_normal.append(sensor)
        return readings

    async def _learned(self, polled: Polled, about: About) -> bool:
        """Keep what the device says if it is not what is known; return whether it is somebody else."""
        device, before = polled.device.id, self._known.get(polled.device.id, {})
        now = {**before, **polled.said, **about.identity}
        if now == before:
            return False
        self._known[device] = now
        await self._journal.identify(Identified(self._clock.instant(self._clock.monotonic()), device, now))
        differs = [key for key in now if key in before and now[key] != before[key]]
        for key in differs:
            _log.warning("%s: its %s was %r and is %r now", device, key, before[key], now[key])
        return any(key in _WHO for key in differs)
