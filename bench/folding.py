"""How fast the rules judge: 50,000 sensors under three rules each, nothing alarming."""

import time
from collections.abc import Iterator

from bench.result import Result, median_of
from roommon.model.alarm import Priority, RuleId
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, good
from roommon.model.text import Text
from roommon.rules.engine import Engine
from roommon.rules.kinds import bad_quality, limit, rate_of_change
from roommon.rules.rule import KindConfig, Rule, Selection

DEVICES, SENSORS, BEATS = 5_000, 10, 20
GROUP = f"Rules: {DEVICES * SENSORS:,} sensors"
_HOT = limit.Config(above=Amount(27, "Cel"), deadband=Amount(1, "K"), priority=Priority.HIGH)
_COLD = limit.Config(below=Amount(5, "Cel"), deadband=Amount(1, "K"), priority=Priority.LOW)
_SILENT = bad_quality.Config(on_delay=Duration(60_000), priority=Priority.LOW)
_RISING = rate_of_change.Config(above=Amount(5, "K/min"), window=Duration(600_000), priority=Priority.MEDIUM)


def rows() -> Iterator[Result]:
    """Fold beats of all sensors."""
    for kinds, words in (
        ((_HOT, _COLD, _SILENT), "two limits and bad_quality"),
        ((_HOT, _SILENT, _RISING), "limit, bad_quality and rate_of_change"),
    ):
        yield median_of(GROUP, f"judged, {words}", _rates(kinds), "readings/s")


def _rates(kinds: tuple[KindConfig, ...]) -> list[float]:
    devices = [_device(number) for number in range(DEVICES)]
    rules = [Rule(RuleId(f"rule-{number}"), kind, Selection()) for number, kind in enumerate(kinds)]
    engine = Engine(rules, devices)
    return [_rate(engine, devices, beat) for beat in range(BEATS)]


def _device(number: int) -> Device:
    name = DeviceId(f"d-{number:04}")
    sensors = tuple(Sensor(name, f"t{n}", Quantity.TEMPERATURE, Text.same(f"t{n}")) for n in range(SENSORS))
    return Device(name, Text.same(name), "hall", sensors)


def _rate(engine: Engine, devices: list[Device], beat: int) -> float:
    readings = [_reading(sensor, beat) for device in devices for sensor in device.sensors]
    began = time.process_time()
    events = engine.fold(readings)
    took = time.process_time() - began
    assert not events
    engine.take_changed()
    return len(readings) / took


def _reading(sensor: Sensor, beat: int) -> Reading:
    return good(sensor.id, Instant(1_790_000_000_000 + 10_000 * beat), 20.0 + beat % 3 / 8)
