"""The setpoint is raised, and then the rule is taken away, while its alarm stands; another rule does not notice."""

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.quantity import Amount
from roommon.rules.kinds import limit, off_normal
from tests.peers.room import INLET, LEAK, MODE, ROOM, rule, seconds

DEVICES = [ROOM]


def _hot(above: float) -> limit.Config:
    return limit.Config(
        above=Amount(above, "Cel"),
        on_delay=seconds(20),
        priority=Priority.HIGH,
        acknowledge=Acknowledgement.PERSON,
    )


_WET = rule("wet", off_normal.Config(priority=Priority.CRITICAL), LEAK)
_BATTERY = off_normal.Config(normal=frozenset({"on mains"}), priority=Priority.HIGH)
RULES = [rule("hot", _hot(27.0), INLET), _WET, rule("battery", _BATTERY, MODE)]
RELOADS = {
    "30 degrees": [rule("hot", _hot(30.0), INLET), _WET, rule("battery", _BATTERY, MODE)],
    "water alone": [_WET],
}
