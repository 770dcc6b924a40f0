"""Seven racks get hot within minutes, where more than four are a flood; the leak in between is told singly."""

from roommon.model.alarm import Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules import policy
from roommon.rules.kinds import limit, off_normal
from roommon.rules.policy import Policy
from roommon.rules.rule import Rule, Selection
from tests.peers.room import LEAK, ROOM, rule, seconds


def _rack(number: int) -> Device:
    id_ = DeviceId(f"rack-{number}")
    inlet = Sensor(id_, "inlet", Quantity.TEMPERATURE, Text("inlet", "进风"))
    return Device(id_, Text(f"Rack {number}", f"{number} 号机柜"), "server-room", (inlet,))


DEVICES = [ROOM, *(_rack(number) for number in range(1, 8))]
_HOT = limit.Config(above=Amount(27.0, "Cel"), priority=Priority.MEDIUM)
RULES = [
    Rule(RuleId("hot"), _HOT, Selection(ids=frozenset(rack.sensors[0].id for rack in DEVICES[1:]))),
    rule("wet", off_normal.Config(priority=Priority.CRITICAL), LEAK),
]
POLICY = Policy(flood=policy.Flood(more_than=4, fewer_than=2, within=seconds(600)))
