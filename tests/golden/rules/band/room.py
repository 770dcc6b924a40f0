"""An inlet gets warm, then hot, and cools down again, under one band with four setpoints."""

from dataclasses import replace

from roommon.config import tiers
from roommon.model.alarm import Priority, RuleId
from roommon.model.quantity import Amount
from roommon.rules.kinds import band
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
BAND = band.Config(
    low_low=Amount(10, "Cel"),
    low=Amount(18, "Cel"),
    high=Amount(27, "Cel"),
    high_high=Amount(32, "Cel"),
    deadband=Amount(1, "K"),
    on_delay=seconds(120),
    urgent_on_delay=seconds(60),
    priority=Priority.MEDIUM,
)
RULES = [
    replace(rule(name, tier.config, INLET), suppressed_by=tier.causes)
    for name, tier in tiers.of(RuleId("inlet"), BAND).items()
]
