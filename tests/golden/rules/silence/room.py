"""A probe and a leak rope fall silent: nothing is raised or ended by that, except the alarm about the silence."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import bad_quality, limit, off_normal
from tests.peers.room import INLET, LEAK, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule("hot", limit.Config(above=Amount(27.0, "Cel"), on_delay=seconds(30), priority=Priority.HIGH), INLET),
    rule("wet", off_normal.Config(priority=Priority.CRITICAL), LEAK),
    rule("mute", bad_quality.Config(on_delay=seconds(20), priority=Priority.LOW), LEAK),
]
