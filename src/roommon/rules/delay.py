"""On-delay and off-delay: how long a condition has disagreed with its alarm's state, by the instants of readings.

A delay counts time under watch. A reading that cannot be judged stops the count where it stands, and the next one that
can starts it again: ten minutes without data do not complete a delay of two, and do not begin it anew either. So a
sensor whose every second reading is bad takes at most twice as long, and is not silenced. The same holds while the
daemon is stopped (`Resumed`) and when the clock is set (`ClockStep`): the count goes on from where it was.
"""

from typing import NamedTuple

from roommon.model.clock import Duration, Instant


class Delay(NamedTuple):
    """A count that runs (`since`), is stopped (`held`), or has not begun (neither)."""

    since: Instant | None = None
    held: Duration | None = None


IDLE = Delay()


def started(delay: Delay, at: Instant) -> Delay:
    """Return `delay` running at `at`, begun there or going on from where it was.

    A reading from before the start shows that the condition held earlier; it moves the start.
    """
    if delay.held is not None:
        return Delay(since=Instant(at - delay.held))
    if delay.since is None or at < delay.since:
        return Delay(since=at)
    return delay


def stopped(delay: Delay, at: Instant) -> Delay:
    """Return `delay` with its count kept, if it runs."""
    if delay.since is None:
        return delay
    return Delay(held=Duration(max(0, at - delay.since)))


def shifted(delay: Delay, by: Duration) -> Delay:
    """Return `delay` after the instants of readings moved on by `by` without time having counted."""
    return delay if delay.since is None else Delay(since=Instant(delay.since + by))


def has_run(delay: Delay, length: Duration, at: Instant) -> bool:
    """Return whether `delay`, which runs, has counted `length` at `at`."""
    return delay.since is not None and at - delay.since >= length
