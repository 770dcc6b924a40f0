"""Rules that demand drills say when one is overdue: contacts of a built-in device, which go the way of all readings."""

from collections.abc import Iterable, Iterator, Mapping

from roommon.config.site import Site
from roommon.model.alarm import Acknowledgement, Priority, RuleId
from roommon.model.clock import Clock, Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.record.drills import is_overdue
from roommon.rules.kinds import off_normal
from roommon.rules.rule import Rule, Selection

DEVICE = DeviceId("roommon-drills")
RULE = RuleId("drill-overdue")
_STATES = {0: Text("drilled in time", "已按期演练"), 1: Text("overdue", "逾期")}
_TEXT = Text("The {sensor} is overdue", "{sensor}已逾期")
_RESPONSE = Text(
    "Drill one of its sensors, of a vote as many as it takes: `roommon drill SENSOR`. `roommon drills` shows what was "
    "drilled, and who answered.",
    "请演练其一个传感器（表决规则须同时演练足够多个）：`roommon drill 传感器`；`roommon drills` 显示演练记录及应答者。",
)


def devices(site: Site) -> Iterator[Device]:
    """Yield the device with a contact for each rule that demands drills, if any does."""
    sensors = tuple(_sensor(rule) for rule in _demanding(site.rules))
    if sensors:
        yield Device(DEVICE, Text("drills", "演练"), site.room, sensors)


def _demanding(rules: Iterable[Rule]) -> Iterator[Rule]:
    return (rule for rule in rules if rule.drill_every is not None)


def _every(rule: Rule) -> Duration:
    return rule.drill_every or Duration(0)


def _sensor(rule: Rule) -> Sensor:
    name = Text(f"drill of {rule.id}", f"{rule.id} 的演练")
    return Sensor(DEVICE, _key(rule), Quantity.CONTACT, name, {}, _STATES)


def _key(rule: Rule) -> str:
    return rule.id.replace(".", "_")


def rules(rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the built-in rule, if any of `rules` demands drills."""
    if any(_demanding(rules)):
        config = off_normal.Config(
            abnormal=frozenset({1}),
            priority=Priority.LOW,
            on_delay=Duration(0),
            off_delay=Duration(0),
            acknowledge=Acknowledgement.AUTOMATIC,
        )
        yield Rule(RULE, config, Selection(device=DEVICE), _TEXT, _RESPONSE)


def readings(rules: Iterable[Rule], drilled: Mapping[RuleId, Instant], clock: Clock) -> list[Reading]:
    """Return whether the drill of each rule is overdue."""
    at = clock.instant(clock.monotonic())
    return [
        good(SensorId(f"{DEVICE}.{_key(rule)}"), at, float(is_overdue(drilled.get(rule.id, at), _every(rule), at)))
        for rule in _demanding(rules)
    ]
