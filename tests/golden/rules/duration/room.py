"""A warm evening: the inlet is above 27 °C again and again, never for long; from midnight on it counts anew."""

from zoneinfo import ZoneInfo

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import duration
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "warm-too-long",
        duration.Config(
            above=Amount(27, "Cel"),
            more_than=seconds(3600),
            zone=ZoneInfo("Asia/Shanghai"),
            max_gap=seconds(1800),
            priority=Priority.LOW,
        ),
        INLET,
    )
]
