"""A leak is drilled and acknowledged; in a second drill true water ends it; wrong ones are refused."""

from dataclasses import replace

from roommon.model.alarm import Acknowledgement, Priority
from roommon.rules.kinds import off_normal
from tests.peers.room import LEAK, ROOM, rule, seconds

DEVICES = [ROOM]
_WET = off_normal.Config(priority=Priority.CRITICAL, on_delay=seconds(20), acknowledge=Acknowledgement.PERSON)
RULES = [replace(rule("wet", _WET, LEAK), drill_every=seconds(180 * 86_400))]
