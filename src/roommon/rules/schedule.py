"""A rule that is in force by a schedule, such as `mon-fri 08:00-18:00 Asia/Shanghai`.

Outside these hours its condition is absent, so an alarm that stands ends and none is raised.
"""

from collections.abc import Callable

from roommon.model.reading import Reading
from roommon.model.schedule import Schedule
from roommon.rules.state import Condition

_MINUTE_MS = 60_000


def scheduled(
    evaluate: Callable[[Reading, bool], Condition], schedule: Schedule
) -> Callable[[Reading, bool], Condition]:
    """Return `evaluate` within `schedule`, and ABSENT outside; it looks at the calendar once a minute at most."""
    holds, minute = False, -1

    def within(reading: Reading, active: bool) -> Condition:
        nonlocal holds, minute
        if reading.taken_at // _MINUTE_MS != minute:
            holds, minute = schedule.holds(reading.taken_at), reading.taken_at // _MINUTE_MS
        condition = evaluate(reading, active)
        return condition if holds else Condition.ABSENT

    return within
