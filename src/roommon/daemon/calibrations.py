"""Whose calibration is overdue: a contact per device, and a built-in alarm of low priority.

A device with a sensor whose calibration has a `due` has a contact `<device>.calibration`: 1 from the day after it on
(UTC). It is a reading like any other, so a replay needs no calendar. It is said when it changes and once a minute.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from roommon.config.site import Polled, Site
from roommon.daemon.repeated import Repeated
from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.rules.kinds import off_normal
from roommon.rules.rule import Rule, Selection

RULE = RuleId("calibration-overdue")
KEY = "calibration"
_NAME = Text("calibration", "校准")
_STATES = {0: Text("in date", "在有效期内"), 1: Text("overdue", "已过期")}


def with_calibration(device: Device, polled: Polled) -> Device:
    """Return `device` with its contact `calibration`, if one of its sensors has a day on which it is due."""
    if _due(polled) is None:
        return device
    own = Sensor(device.id, KEY, Quantity.CONTACT, _NAME, {}, _STATES)
    return replace(device, sensors=(*device.sensors, own))


def _due(polled: Polled) -> Instant | None:
    """Return when the first of its calibrations is overdue; None when none is ever, or the contact has no place."""
    if KEY in {sensor.key for sensor in polled.device.sensors}:
        return None
    days = [point.calibration.due for point in polled.points if point.calibration and point.calibration.due]
    return _end_of(min(days)) if days else None


def _end_of(day: date) -> Instant:
    midnight = datetime.combine(day + timedelta(days=1), time(), UTC)
    return Instant(round(midnight.timestamp() * 1000))


def rules(site: Site) -> list[Rule]:
    """Return the built-in rule, if any calibration of `site` is ever due."""
    sensors = frozenset(_sensor(polled.device.id) for polled in site.devices if _due(polled) is not None)
    return [_rule(sensors)] if sensors else []


def _rule(sensors: frozenset[SensorId]) -> Rule:
    return Rule(
        RULE,
        off_normal.Config(
            abnormal=frozenset({1}),
            priority=Priority.LOW,
            on_delay=Duration(0),
            off_delay=Duration(0),
            acknowledge=Acknowledgement.AUTOMATIC,
        ),
        Selection(sensors),
        Text("{device}: the calibration of a sensor is overdue", "{device} 有传感器校准已过期"),
        Text(
            "`roommon check --explain` names the sensor and its day. Hold it against a reference, and write what was "
            "found under its `calibration`.",
            "`roommon check --explain` 列出该传感器及到期日。请与标准器比对，并将结果写入其 `calibration`。",
        ),
    )


def _sensor(device: DeviceId) -> SensorId:
    return SensorId(f"{device}.{KEY}")


class Calibrations:
    """What was said of the devices' calibrations."""

    def __init__(self, clock: Clock) -> None:
        """Begin with nothing said."""
        self._clock = clock
        self._repeated = Repeated()

    def readings(self, devices: Iterable[Polled]) -> list[Reading]:
        """Return the contacts of those of `devices` of which there is something to say."""
        now = self._clock.monotonic()
        at = self._clock.instant(now)
        dues = {_sensor(polled.device.id): due for polled in devices if (due := _due(polled)) is not None}
        contacts = {sensor: float(at >= due) for sensor, due in dues.items()}
        return [good(each, at, value) for each, value in contacts.items() if self._repeated.is_due(each, value, now)]
