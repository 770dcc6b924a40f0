"""A door that is open at night is an alarm, by the clock of the wall; one night of the year is an hour longer."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from roommon.model.alarm import Priority
from roommon.model.schedule import Hours, Schedule
from roommon.rules.kinds import off_normal
from tests.peers.room import LEAK, ROOM, rule

DEVICES = [ROOM]
_NIGHT = Schedule(
    (Hours(frozenset(range(7)), 22 * 60, 6 * 60),), ZoneInfo("Europe/Berlin"), "daily 22:00-06:00 Europe/Berlin"
)
RULES = [replace(rule("door", off_normal.Config(priority=Priority.MEDIUM), LEAK), active=_NIGHT)]
