"""A small room for tests of the rules: a probe, a contact, a UPS, and rules over them."""

from roommon.model.alarm import RuleId
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules.rule import KindConfig, Rule, Selection

START = Instant(1_795_420_800_000)
"""2026-11-23T08:00:00Z."""
SECOND = 1_000
MINUTE = 60_000
HOUR = 3_600_000

RACK = DeviceId("rack-a")
INLET = Sensor(RACK, "inlet", Quantity.TEMPERATURE, Text("inlet", "进风"), {"location": "inlet"})
LEAK = Sensor(
    RACK, "leak", Quantity.CONTACT, Text("leak rope", "漏水绳"), {}, {0: Text("dry", "干"), 1: Text("leak", "漏水")}
)
MODE = Sensor(
    RACK,
    "mode",
    Quantity.STATE,
    Text("mode", "模式"),
    {},
    {1: Text("on mains", "市电供电"), 2: Text("on battery", "电池供电"), 3: Text("off", "关机")},
)
ROOM = Device(RACK, Text("Rack A", "A 列机柜"), "server-room", (INLET, LEAK, MODE))


def seconds(count: float) -> Duration:
    return Duration(round(count * SECOND))


def after(count: float) -> Instant:
    """`count` seconds after the start of the day."""
    return Instant(START + seconds(count))


def rule(name: str, config: KindConfig, sensor: Sensor, text: Text | None = None, response: Text | None = None) -> Rule:
    """A rule whose alarms may come and go as often as they like."""
    return Rule(RuleId(name), config, Selection(ids=frozenset({SensorId(sensor.id)})), text, response, unstable=None)
