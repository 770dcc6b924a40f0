"""Setpoints that no value can reach: outside its range a value is bad, so such an alarm never comes, or never ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from roommon.config.findings import Findings, Spot
from roommon.config.room import Room
from roommon.model.device import Sensor
from roommon.model.quantity import shown
from roommon.model.text import Text
from roommon.rules import band
from roommon.rules.kinds import limit
from roommon.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class _Beyond:
    """A setting that lies beyond a sensor's range."""

    setting: str
    problem: Text


def review(rule: Rule, spot: Spot, room: Room, findings: Findings) -> None:
    """Warn of what `rule` will never see, once for each of its settings."""
    if not isinstance(rule.config, limit.Config):
        return
    found = {beyond.setting: beyond for beyond in _beyond(rule, rule.config, room)}
    for beyond in found.values():
        findings.warn(
            spot.below("limit", beyond.setting),
            beyond.problem,
            Text("check the number, or the sensor's range", "请检查该数值，或传感器的量程"),
        )


def _beyond(rule: Rule, config: limit.Config, room: Room) -> Iterator[_Beyond]:
    held = band.band(config.above, config.below, config.deadband)
    for polled in room.devices.values():
        ranges = {point.key: point.range for point in polled.points}
        for sensor in polled.device.sensors:
            limits = ranges.get(sensor.key)
            if limits is not None and rule.sensors.selects(polled.device, sensor):
                yield from _settings(held, limits, sensor)


def _settings(held: band.Band, limits: tuple[float, float], sensor: Sensor) -> Iterator[_Beyond]:
    low, high = limits
    ends = [shown(end, sensor.quantity) for end in limits]
    never = Text(
        f"{sensor.id} goes from {ends[0]} to {ends[1]}, so the alarm never",
        f"{sensor.id} 的量程为 {ends[0]} 至 {ends[1]}，因此告警永远不会",
    )
    if held.above >= high and isfinite(held.above):
        yield _Beyond("above", Text(f"{never.en} comes", f"{never.zh_cn}发生"))
    elif isfinite(held.above) and held.above - held.deadband < low:
        yield _Beyond("deadband", Text(f"{never.en} ends", f"{never.zh_cn}结束"))
    if held.below <= low and isfinite(held.below):
        yield _Beyond("below", Text(f"{never.en} comes", f"{never.zh_cn}发生"))
    elif isfinite(held.below) and held.below + held.deadband > high:
        yield _Beyond("deadband", Text(f"{never.en} ends", f"{never.zh_cn}结束"))
