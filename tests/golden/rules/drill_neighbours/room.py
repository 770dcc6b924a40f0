"""A probe is drilled, and then the supply that others are held against: what each moves of rates and neighbours."""

from roommon.model.alarm import Priority, RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules.kinds import deviation, flatline, rate_of_change, vote
from roommon.rules.rule import KindConfig, Rule, Selection
from tests.peers.room import seconds

ROW, CRAC = DeviceId("row"), DeviceId("crac")
PROBES = tuple(
    Sensor(ROW, key, Quantity.TEMPERATURE, Text(f"rack {key}", f"{key} 机柜")) for key in ("a", "b", "c", "d")
)
SUPPLY = Sensor(CRAC, "supply", Quantity.TEMPERATURE, Text("supply", "送风"))
DEVICES = [
    Device(ROW, Text("Row 1", "1 列"), "server-room", PROBES),
    Device(CRAC, Text("CRAC 1", "1 号空调"), "server-room", (SUPPLY,)),
]


def _rule(name: str, config: KindConfig, *keys: str) -> Rule:
    return Rule(RuleId(name), config, Selection(ids=frozenset(SensorId(f"row.{key}") for key in keys)))


LOW = Priority.LOW
RULES = [
    _rule(
        "apart", deviation.Config(more_than=Amount(4, "K"), deadband=Amount(1, "K"), priority=LOW), "a", "b", "c", "d"
    ),
    _rule("gap", deviation.Config(more_than=Amount(6, "K"), reference=SUPPLY.id, priority=LOW), "a", "b"),
    _rule(
        "stuck",
        flatline.Config(moved=Amount(0.1, "K"), window=seconds(600), neighbours_moved=Amount(0.5, "K"), priority=LOW),
        *("a", "b", "c", "d"),
    ),
    _rule("rising", rate_of_change.Config(above=Amount(20, "K/h"), window=seconds(600), priority=LOW), "a", "b"),
    _rule("warm", vote.Config(at_least=2, above=Amount(27, "Cel"), priority=LOW), "a", "b", "c", "d"),
]
