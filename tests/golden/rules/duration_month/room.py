"""The last days of a month: an hour of warmth each afternoon adds up to an alarm; the new month begins with nothing."""

from zoneinfo import ZoneInfo

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import duration
from tests.peers.room import INLET, ROOM, rule, seconds

DEVICES = [ROOM]
RULES = [
    rule(
        "warm-too-long",
        duration.Config(
            above=Amount(27, "Cel"),
            more_than=seconds(2 * 3600),
            per=duration.Period.MONTH,
            zone=ZoneInfo("Asia/Shanghai"),
            max_gap=seconds(1800),
            priority=Priority.LOW,
        ),
        INLET,
    )
]
