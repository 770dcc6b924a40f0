"""What holds of the figures of an alarm system, whatever happened."""

from hypothesis import given
from hypothesis import strategies as st

from roommon.model.clock import Instant
from roommon.record.figures import SHORT, Span
from roommon.record.reckoning import figures
from tests.peers.story import HOUR, MINUTE, Story

TIMES = st.lists(st.integers(0, 3 * HOUR - 1), max_size=40, unique=True).map(sorted)
THREE_HOURS = Span(Instant(0), Instant(3 * HOUR))


def told(times: list[int]) -> Story:
    story = Story()
    for number, at in enumerate(times):
        story.stood(at, at, f"rule.device-{number % 7}.x")
    return story


@given(times=TIMES)
def test_the_worst_ten_minutes_have_the_most_of_any(times: list[int]) -> None:
    short = figures(told(times).events, THREE_HOURS).per_10_min
    counts = {begin: sum(begin <= at < begin + SHORT for at in times) for begin in times}
    assert short.peak == max(counts.values(), default=0)
    assert short.peak_at is None or counts[short.peak_at] == short.peak


@given(times=TIMES)
def test_a_day_has_144_times_what_ten_minutes_have(times: list[int]) -> None:
    found = figures(told(times).events, THREE_HOURS)
    assert abs(found.per_day.average - 144 * found.per_10_min.average) < 1e-9


@given(times=TIMES, split=st.integers(1, 179))
def test_two_parts_have_as_many_alarms_as_the_whole(times: list[int], split: int) -> None:
    events, at = told(times).events, Instant(split * MINUTE)
    parts = (Span(Instant(0), at), Span(at, THREE_HOURS.end))
    assert sum(figures(events, part).alarms for part in parts) == len(times)
