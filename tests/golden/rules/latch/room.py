"""Water is found and goes away by itself; the alarm stays until somebody has looked and set it back."""

from dataclasses import replace

from roommon.model.alarm import Acknowledgement, Priority
from roommon.rules.kinds import off_normal
from tests.peers.room import LEAK, ROOM, rule

DEVICES = [ROOM]
_WET = off_normal.Config(priority=Priority.CRITICAL, acknowledge=Acknowledgement.PERSON)
RULES = [replace(rule("wet", _WET, LEAK), latches=True)]
