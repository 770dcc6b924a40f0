"""Chattering: an alarm that comes and goes is one unstable alarm until it is quiet.

While it is unstable its off-delay is at least the quiet time, so it stands and is told once; how often it came and went
is on it. Nothing is hidden: the readings say when.
"""

from dataclasses import dataclass, field, replace

from roommon.model.clock import Duration, Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.rules.state import Chatter

STEADY = Chatter()


@dataclass(frozen=True, slots=True)
class Config:
    """When an alarm is unstable."""

    times: int = field(default=5, metadata={"doc": "How often it is raised within the time."})
    within: Duration = field(default=Duration(600_000), metadata={"doc": "The time in which that is counted."})
    quiet: Duration = field(
        default=Duration(600_000), metadata={"doc": "How long it must be absent before it ends, while it is unstable."}
    )

    def __post_init__(self) -> None:
        if self.times < 2:
            raise Invalid(
                Text("an alarm that came once is not unstable", "只出现一次的告警不是抖动"),
                Text("give `times` 2 or more", "`times` 至少为 2"),
            )


def raised(chatter: Chatter, config: Config | None, at: Instant) -> Chatter:
    """Return `chatter` after the alarm was raised at `at`; its count begins when it came too often."""
    if config is None:
        return chatter
    lately = tuple(each for each in chatter.raises if at - config.within < each <= at)
    raises = (*lately, at)[-config.times :]
    if len(raises) < config.times:
        return Chatter(raises)
    return Chatter(raises, max(chatter.count + 1, config.times))


def came_again(chatter: Chatter) -> Chatter:
    """Return `chatter` after the condition went and came within the quiet time."""
    return replace(chatter, count=chatter.count + 1) if chatter.count else chatter


def quiet(chatter: Chatter) -> Chatter:
    """Return `chatter` after the alarm returned to normal."""
    return STEADY if chatter.count else chatter


def off_delay(chatter: Chatter, config: Config | None, usual: Duration) -> Duration:
    """Return how long the condition must be absent before the alarm returns."""
    return max(usual, config.quiet) if chatter.count and config else usual


def shifted(chatter: Chatter, by: Duration) -> Chatter:
    """Return `chatter` with its times moved with the clock."""
    return replace(chatter, raises=tuple(Instant(at + by) for at in chatter.raises))
