"""`band`: up to four setpoints of one sensor, of which the outer ones are more urgent.

    band: { low_low: 10 °C, low: 18 °C, high: 27 °C, high_high: 32 °C, deadband: 1 K, priority: medium }

It makes no alarms of its own: the configuration makes a `limit` rule of each setpoint, called `<id>.high-high` and so
on (`config/tiers.py`; docs/adr/0012 says why). So each tier has its setpoint, its priority and its life.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Amount
from roommon.model.text import Text
from roommon.rules import band, misfits, settings
from roommon.rules.rule import Misfit

TEXT = Text("{device} {sensor}: {value} (limit {setpoint})", "{device} {sensor}：{value}（限值 {setpoint}）")
RESPONSE = Text(
    "Find the cause at {device} and bring the value back within its limits.",
    "请到 {device} 查明原因，使数值回到限值以内。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    low_low: Amount | None = field(default=None, metadata={"doc": "The urgent alarm is below this value."})
    low: Amount | None = field(default=None, metadata={"doc": "The alarm is below this value."})
    high: Amount | None = field(default=None, metadata={"doc": "The alarm is above this value."})
    high_high: Amount | None = field(default=None, metadata={"doc": "The urgent alarm is above this value."})
    deadband: Amount | None = field(
        default=None, metadata={"doc": "How far the value must come back before an alarm may end."}
    )
    priority: Priority = field(metadata={"doc": "Of low and high."})
    urgent_priority: Priority | None = field(
        default=None, metadata={"doc": "Of low_low and high_high; left out: one step more urgent than priority."}
    )
    on_delay: Duration = Duration(0)
    urgent_on_delay: Duration | None = field(
        default=None, metadata={"doc": "That of low_low and high_high; left out: on_delay."}
    )
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset({"setpoint"})

    @property
    def setpoints(self) -> Mapping[str, Amount]:
        """Those that are given, rising, by their settings."""
        tiers = {"low_low": self.low_low, "low": self.low, "high": self.high, "high_high": self.high_high}
        return {tier: setpoint for tier, setpoint in tiers.items() if setpoint is not None}


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when one of its alarms is there: `below 18 °C, above 27 °C or above 32 °C, deadband 1 K`."""
    said = settings.either(
        settings.outside(None, setpoint) if tier.startswith("low") else settings.outside(setpoint, None)
        for tier, setpoint in config.setpoints.items()
    )
    return settings.with_deadband(said, config.deadband)


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if misfits.has_names(sensor):
        yield from misfits.names(sensor)
        return
    unit = UNITS[sensor.quantity]
    for tier, setpoint in config.setpoints.items():
        yield from band.unit_fault(tier, setpoint, unit.ucum, sensor.id)
    yield from band.unit_fault("deadband", config.deadband, unit.difference, sensor.id)
    yield from _order_faults(config.setpoints)
    if config.deadband is not None:
        yield from band.deadband_faults(None, None, config.deadband)


def _order_faults(setpoints: Mapping[str, Amount]) -> Iterator[Misfit]:
    if not setpoints:
        yield Misfit(
            "",
            Text("no setpoint is given", "未给出设定值"),
            Text("give low_low, low, high or high_high", "请填写 low_low、low、high 或 high_high"),
        )
    for (tier, setpoint), (next_tier, beyond) in pairwise(setpoints.items()):
        if setpoint.value >= beyond.value:
            yield Misfit(
                next_tier,
                Text(f"{next_tier} is not higher than {tier}", f"{next_tier} 不高于 {tier}"),
                Text("let them rise: low_low, low, high, high_high", "应依次升高：low_low、low、high、high_high"),
            )
