"""A probe repeats its last number while the room goes on warming and cooling; then somebody warms it with the hand."""

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import flatline
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [rule("stuck", flatline.Config(moved=Amount(0.1, "K"), window=seconds(3600), priority=Priority.LOW), INLET)]
