"""The daemon is away for ten minutes when an on-delay had run 90 s: it goes on from there."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import limit
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule("hot", limit.Config(above=Amount(27.0, "Cel"), on_delay=seconds(120), priority=Priority.HIGH), INLET),
]
