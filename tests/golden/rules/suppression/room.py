"""The mains fail: the air conditioner and the heat are consequences, whichever comes first; what stays is told.

In the afternoon the air conditioner is stopped by plan, which is no alarm; that it stays off afterwards is one.
"""

from roommon.model.alarm import Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules.kinds import limit, off_normal
from roommon.rules.rule import Cause, Rule, Selection, Where
from tests.peers.room import INLET, ROOM

POWER = DeviceId("power")
MAINS = Sensor(
    POWER, "mains", Quantity.CONTACT, Text("mains", "市电"), {}, {0: Text("there", "有"), 1: Text("lost", "断电")}
)
CRAC = Sensor(
    POWER,
    "crac",
    Quantity.CONTACT,
    Text("air conditioner", "空调"),
    {},
    {0: Text("runs", "运行"), 1: Text("off", "停机")},
)
PLANNED = Sensor(
    *(POWER, "planned", Quantity.CONTACT, Text("planned stop", "计划停机"), {}),
    {0: Text("no", "否"), 1: Text("yes", "是")},
)
PLANT = Device(POWER, Text("Plant", "动力"), "server-room", (MAINS, CRAC, PLANNED))
DEVICES = [PLANT, ROOM]
RULES = [
    Rule(RuleId("mains-lost"), off_normal.Config(priority=Priority.CRITICAL), Selection(frozenset({MAINS.id}))),
    Rule(
        *(RuleId("crac-off"), off_normal.Config(priority=Priority.HIGH), Selection(frozenset({CRAC.id}))),
        suppressed_by=(Cause(rule=RuleId("mains-lost"), same=Where.DEVICE), Cause(sensor=PLANNED.id)),
    ),
    Rule(
        *(
            RuleId("hot"),
            limit.Config(above=Amount(27.0, "Cel"), priority=Priority.MEDIUM),
            Selection(frozenset({INLET.id})),
        ),
        suppressed_by=(Cause(rule=RuleId("crac-off"), same=Where.ROOM),),
    ),
]
