"""Two smoke groups: one is a pre-alarm, both are the alarm. Then a group falls silent while the other smokes."""

from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.rules.kinds import vote
from roommon.rules.rule import Rule, Selection
from tests.peers.room import seconds

FIRE = DeviceId("fire")
GROUPS = tuple(
    Sensor(FIRE, key, Quantity.CONTACT, Text(f"smoke group {number}", f"感烟第 {number} 组"))
    for number, key in enumerate(("g1", "g2"), 1)
)
DEVICES = [Device(FIRE, Text("Fire panel", "消防控制器"), "server-room", GROUPS)]
RULES = [
    Rule(
        RuleId("smoke"),
        vote.Config(at_least=1, max_age=seconds(30), off_delay=seconds(20), priority=Priority.HIGH),
        Selection(device=FIRE),
        Text("Pre-alarm: {who}", "预警：{who}"),
    ),
    Rule(
        RuleId("fire"),
        vote.Config(at_least=2, max_age=seconds(30), priority=Priority.CRITICAL, acknowledge=Acknowledgement.PERSON),
        Selection(device=FIRE),
        response=Text("Leave the room: the gas will be released.", "立即撤离，即将喷放气体。"),
    ),
]
