"""Four inlets warm together, one gets warmer than the others, and for a minute nobody is left to compare it with."""

from roommon.model.alarm import Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules.kinds import deviation
from roommon.rules.rule import Rule, Selection
from tests.peers.room import seconds

ROW = DeviceId("row")
PROBES = tuple(
    Sensor(ROW, key, Quantity.TEMPERATURE, Text(f"rack {key}", f"{key} 机柜")) for key in ("a", "b", "c", "d")
)
DEVICES = [Device(ROW, Text("Row 1", "1 列"), "server-room", PROBES)]
RULES = [
    Rule(
        RuleId("apart"),
        deviation.Config(
            more_than=Amount(4, "K"), deadband=Amount(1, "K"), max_age=seconds(90), priority=Priority.MEDIUM
        ),
        Selection(device=ROW),
    )
]
