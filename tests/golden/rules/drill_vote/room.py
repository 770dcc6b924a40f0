"""Two smoke groups are drilled: one, then both. A clock is set, a rule is reloaded; true smoke ends the last drill."""

from dataclasses import replace

from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.rules.kinds import vote
from roommon.rules.policy import Policy, Repeat
from roommon.rules.rule import Rule, Selection
from tests.peers.room import seconds

FIRE = DeviceId("fire")
GROUPS = tuple(
    Sensor(FIRE, key, Quantity.CONTACT, Text(f"smoke group {number}", f"感烟第 {number} 组"))
    for number, key in enumerate(("g1", "g2"), 1)
)
DEVICES = [Device(FIRE, Text("Fire panel", "消防控制器"), "server-room", GROUPS)]
POLICY = Policy(repeat={Priority.CRITICAL: Repeat(every=seconds(60))})
SMOKE = Rule(
    RuleId("smoke"),
    vote.Config(at_least=1, max_age=seconds(30), off_delay=seconds(20), priority=Priority.HIGH),
    Selection(device=FIRE),
    Text("Pre-alarm: {who}", "预警：{who}"),
)
FIRE_ALARM = Rule(
    RuleId("fire"),
    vote.Config(
        at_least=2,
        max_age=seconds(30),
        on_delay=seconds(20),
        priority=Priority.CRITICAL,
        acknowledge=Acknowledgement.PERSON,
    ),
    Selection(device=FIRE),
    response=Text("Leave the room: the gas will be released.", "立即撤离，即将喷放气体。"),
    drill_every=seconds(180 * 86_400),
)
RULES = [SMOKE, FIRE_ALARM]
RELOADS = {
    "other words": [SMOKE, replace(FIRE_ALARM, response=Text("Leave the room at once.", "立即撤离。"))],
    "with pre-alarm": RULES,
    "no pre-alarm": [FIRE_ALARM],
}
