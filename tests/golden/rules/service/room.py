"""A rack is taken out of service for two hours; what still stands is told when it is back, and nothing before."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import limit, off_normal
from tests.peers.room import INLET, LEAK, ROOM, rule

DEVICES = [ROOM]
RULES = [
    rule("hot", limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH), INLET),
    rule("wet", off_normal.Config(priority=Priority.CRITICAL), LEAK),
]
