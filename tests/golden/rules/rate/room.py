"""A room heats up by a degree a minute for four minutes after its air conditioner stopped."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import rate_of_change
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "heating",
        rate_of_change.Config(
            above=Amount(0.5, "K/min"), deadband=Amount(0.1, "K/min"), window=seconds(300), priority=Priority.HIGH
        ),
        INLET,
    )
]
