"""Thunderstorms: a strike counter, whose battery is changed later, and a water meter of 16 bits, which wraps."""

from roommon.model.alarm import Priority
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules.kinds import increment
from tests.peers.room import rule, seconds

METERS = DeviceId("meters")
STRIKES = Sensor(METERS, "strikes", Quantity.COUNT, Text("surge strikes", "雷击次数"))
PULSES = Sensor(METERS, "pulses", Quantity.COUNT, Text("water pulses", "水表脉冲"))
DEVICES = [Device(METERS, Text("Meters", "计数器"), "server-room", (STRIKES, PULSES))]
RULES = [
    rule("struck", increment.Config(by=Amount(1, "1"), within=seconds(6 * 3600), priority=Priority.LOW), STRIKES),
    rule(
        "water-runs",
        increment.Config(
            by=Amount(100, "1"), within=seconds(2 * 3600), wraps_at=Amount(65536, "1"), priority=Priority.HIGH
        ),
        PULSES,
    ),
]
