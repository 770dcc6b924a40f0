"""The clock is set back an hour, and forward again, while delays run: the alarms come and go as if it had not been."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import limit
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "hot",
        limit.Config(above=Amount(27.0, "Cel"), on_delay=seconds(120), off_delay=seconds(120), priority=Priority.HIGH),
        INLET,
    )
]
