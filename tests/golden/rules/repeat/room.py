"""Nobody acknowledges: told again every ten minutes, to the next tier after fifteen and thirty, for an hour."""

from roommon.model.alarm import Priority
from roommon.rules.kinds import off_normal
from roommon.rules.policy import Policy, Repeat
from tests.peers.room import LEAK, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [rule("wet", off_normal.Config(priority=Priority.CRITICAL), LEAK)]
_EVERY_TEN_MINUTES = Repeat(seconds(600), seconds(3600), (seconds(900), seconds(1800)))
POLICY = Policy(repeat={Priority.CRITICAL: _EVERY_TEN_MINUTES})
