"""The cooling stops at 08:16, the inlet climbs by 0.4 K a minute, one reading is odd; at 08:34 the cooling is back."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import forecast
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "too-hot-soon",
        forecast.Config(above=Amount(32, "Cel"), within=seconds(1200), window=seconds(900), priority=Priority.HIGH),
        INLET,
    )
]
