"""A loose contact: after three alarms in ten minutes it is one unstable alarm, until it was quiet for five."""

from dataclasses import replace

from roommon.model.alarm import Priority
from roommon.rules import chatter
from roommon.rules.kinds import off_normal
from tests.peers.room import LEAK, ROOM, rule, seconds

DEVICES = [ROOM]
_UNSTABLE = chatter.Config(times=3, within=seconds(600), quiet=seconds(300))
RULES = [replace(rule("wet", off_normal.Config(priority=Priority.HIGH), LEAK), unstable=_UNSTABLE)]
