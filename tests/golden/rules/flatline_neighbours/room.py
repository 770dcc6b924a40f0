"""A calm night in which no probe moves is no alarm; in the morning two move, and the third is stuck."""

from roommon.model.alarm import Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules.kinds import flatline
from roommon.rules.rule import Rule, Selection
from tests.peers.room import seconds

ROW = DeviceId("row")
PROBES = tuple(Sensor(ROW, key, Quantity.TEMPERATURE, Text(f"rack {key}", f"{key} 机柜")) for key in ("a", "b", "c"))
DEVICES = [Device(ROW, Text("Row 1", "1 列"), "server-room", PROBES)]
RULES = [
    Rule(
        RuleId("stuck"),
        flatline.Config(
            moved=Amount(0.1, "K"),
            window=seconds(3600),
            neighbours_moved=Amount(0.5, "K"),
            priority=Priority.LOW,
        ),
        Selection(device=ROW),
    )
]
