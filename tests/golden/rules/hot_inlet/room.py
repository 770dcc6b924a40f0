"""An inlet gets too warm for longer than the on-delay, somebody sees it, and it cools down past the deadband."""

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.quantity import Amount
from roommon.model.text import Text
from roommon.rules.kinds import limit
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "inlet-hot",
        limit.Config(
            above=Amount(27.0, "Cel"),
            deadband=Amount(1.0, "K"),
            on_delay=seconds(120),
            off_delay=seconds(60),
            priority=Priority.MEDIUM,
            acknowledge=Acknowledgement.PERSON,
        ),
        INLET,
        Text("{device} inlet is {value}", "{device} 进风 {value}"),
        Text("Check the air conditioners.", "检查空调。"),
    )
]
