"""How fast the rules judge: 50,000 sensors under three rules each, nothing alarming; and how fast they start.

"With all that people do" is the same with an alarm on every tenth sensor standing, each explained by another, a
thousand alarms shelved and a hundred devices out of service.
"""

import statistics
import time
from collections.abc import Iterable, Iterator, Mapping

from bench.result import Result, median_of
from roommon.config.uncollected import uncollected
from roommon.model.alarm import AlarmEvent, Priority, RuleId, alarm_id
from roommon.model.clock import Duration, Instant
from roommon.model.command import Command, Scope, Shelve, TakeOut
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, good
from roommon.model.text import Text
from roommon.rules.engine import Engine
from roommon.rules.kinds import bad_quality, limit, rate_of_change
from roommon.rules.policy import Flood, Policy
from roommon.rules.rule import Cause, KindConfig, Rule, Selection, Where
from roommon.rules.state import Kept, StateId

DEVICES, SENSORS, BEATS = 5_000, 10, 20
GROUP = f"Rules: {DEVICES * SENSORS:,} sensors"
_HOT = limit.Config(above=Amount(27, "Cel"), deadband=Amount(1, "K"), priority=Priority.HIGH)
_COLD = limit.Config(below=Amount(5, "Cel"), deadband=Amount(1, "K"), priority=Priority.LOW)
_SILENT = bad_quality.Config(on_delay=Duration(60_000), priority=Priority.LOW)
_WARM = limit.Config(above=Amount(25, "Cel"), priority=Priority.LOW)
_NO_FLOOD = Policy(flood=Flood(more_than=1_000_000, fewer_than=1))
_RISING = rate_of_change.Config(above=Amount(5, "K/min"), window=Duration(600_000), priority=Priority.MEDIUM)


def rows() -> Iterator[Result]:
    """Fold beats of all sensors."""
    for kinds, words in (
        ((_HOT, _COLD, _SILENT), "two limits and bad_quality"),
        ((_HOT, _SILENT, _RISING), "limit, bad_quality and rate_of_change"),
    ):
        devices = [_device(number) for number in range(DEVICES)]
        engine = Engine(_rules(kinds), devices)
        rates = [_rate(engine, devices, beat) for beat in range(BEATS)]
        yield median_of(GROUP, f"judged, {words}", rates, "readings/s", at_least=100_000)
    yield from _with_people()


def _rules(kinds: tuple[KindConfig, ...]) -> list[Rule]:
    """The first of `kinds` explains the alarms of the others on its device."""
    explained_by = (Cause(rule=RuleId("rule-0"), same=Where.DEVICE),)
    return [
        Rule(RuleId(f"rule-{number}"), kind, Selection(), suppressed_by=explained_by if number else ())
        for number, kind in enumerate(kinds)
    ]


def _with_people() -> Iterator[Result]:
    devices, rules = [_device(number) for number in range(DEVICES)], _rules((_HOT, _COLD, _WARM))
    engine = Engine(rules, devices, policy=_NO_FLOOD)
    hot = [_reading(device.sensors[0], 0, 30.0) for device in devices]
    standing = {event.alarm: event for event in engine.fold(hot)}
    for command in _commands(devices):
        standing |= {event.alarm: event for event in engine.command(command).events}
    states = {name: state for name, state in engine.take_changed().items() if state is not None}
    rates = [_rate(engine, devices, beat, first=30.0) for beat in range(1, BEATS)]
    yield median_of(GROUP, "judged, with all that people do", rates, "readings/s", at_least=100_000)
    anew = statistics.median(_start(rules, devices, {}, ()) for _ in range(3))
    starts = [_start(rules, devices, states, standing.values()) for _ in range(3)]
    what = f"{len(standing):,} standing alarms restored, {len(states):,} states"
    told = f"besides the {anew:.1f} s that {3 * DEVICES * SENSORS:,} alarms take to be made"
    yield median_of(GROUP, what, [start - anew for start in starts], "s", at_most=1.0, note=told)


def _commands(devices: list[Device]) -> Iterator[Command]:
    at = Instant(1_790_000_000_000)
    for device in devices[:1_000]:
        alarm = alarm_id(RuleId("rule-0"), device.sensors[0].id)
        yield Shelve(at=at, by="li", note="bench", alarm=alarm, until=Instant(at + 3_600_000))
    for device in devices[-100:]:
        yield TakeOut(at=at, by="li", note="bench", scope=Scope.DEVICE, target=device.id)


def _start(
    rules: list[Rule], devices: list[Device], states: Mapping[StateId, Kept], standing: Iterable[AlarmEvent]
) -> float:
    began = time.process_time()
    with uncollected():
        Engine(rules, devices, states, standing, _NO_FLOOD).settle(Instant(1_790_000_100_000))
    return time.process_time() - began


def _device(number: int) -> Device:
    name = DeviceId(f"d-{number:04}")
    sensors = tuple(Sensor(name, f"t{n}", Quantity.TEMPERATURE, Text.same(f"t{n}")) for n in range(SENSORS))
    return Device(name, Text.same(name), "hall", sensors)


def _rate(engine: Engine, devices: list[Device], beat: int, first: float | None = None) -> float:
    """Fold one beat in which the first sensor of each device says `first`, if that is given."""
    readings = [
        _reading(sensor, beat, first if number == 0 else None)
        for device in devices
        for number, sensor in enumerate(device.sensors)
    ]
    began = time.process_time()
    events = engine.fold(readings)
    took = time.process_time() - began
    assert not events
    engine.take_changed()
    return len(readings) / took


def _reading(sensor: Sensor, beat: int, value: float | None = None) -> Reading:
    at = Instant(1_790_000_000_000 + 10_000 * beat)
    return good(sensor.id, at, 20.0 + beat % 3 / 8 if value is None else value)
