"""An alarm is set aside for an hour and stands when that is over; then once, until it is normal; then by mistake."""

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import limit
from tests.peers.room import INLET, ROOM, rule

DEVICES = [ROOM]
RULES = [
    rule(
        "hot",
        limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH, acknowledge=Acknowledgement.PERSON),
        INLET,
    )
]
