"""A constructed November, with every figure worked out by hand."""

from datetime import UTC, datetime

import pytest

from roommon.model.alarm import Acknowledgement, Priority, Trigger
from roommon.model.clock import Instant
from roommon.record.figures import Figures, Span
from roommon.record.reckoning import figures
from roommon.rules import flood
from tests.peers.story import DAY, HOUR, MINUTE, Story

BEGIN = round(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
NOVEMBER = Span(Instant(BEGIN), Instant(BEGIN + 30 * DAY))
LEAK, INLET, FILTER = "water.leak-1.rope", "hot.rack-a.inlet", "filter.crac-1.filter"


def constructed() -> Story:
    """Thirty days: an alarm each noon, twelve in a quarter of an hour, one that stood for three days, and a cause."""
    story = Story(Acknowledgement.PERSON)
    story.raised(BEGIN - 2 * DAY, "old.rack-z.inlet")
    story.returned(BEGIN - 2 * DAY + HOUR, "old.rack-z.inlet")
    story.happens(BEGIN - DAY, "old.rack-z.inlet", Trigger.ACKNOWLEDGED, by="Li")
    for day in range(30):  # 30 low ones, each acknowledged after as many minutes as the day says
        noon = BEGIN + day * DAY + 12 * HOUR
        story.raised(noon, INLET)
        story.happens(noon + (day + 1) * MINUTE, INLET, Trigger.ACKNOWLEDGED, by="Wang")
        story.returned(noon + 45 * MINUTE, INLET)
        if day == 9:
            _flood(story, noon + 2 * HOUR)
        if day == 19:
            story.raised(noon + HOUR, FILTER, Priority.MEDIUM)  # stands for 72 h
        if day == 22:
            story.happens(noon + HOUR, FILTER, Trigger.ACKNOWLEDGED, by="Wang")
            story.returned(noon + HOUR, FILTER)
    story.raised(BEGIN + 30 * DAY - 3 * HOUR, LEAK, Priority.CRITICAL)
    story.raised(BEGIN + 30 * DAY - 2 * HOUR, "hot.rack-b.inlet", because=LEAK)
    story.happens(BEGIN + 30 * DAY - HOUR, INLET, Trigger.SHELVED, by="Wang", tell=False)
    story.raised(BEGIN + 20 * DAY, "water.drill.leak-1.rope", Priority.CRITICAL, drill=True)
    story.raised(BEGIN + 31 * DAY, LEAK.replace("leak-1", "leak-2"))
    return story


def _flood(story: Story, at: int) -> None:
    """Twelve alarms in twelve minutes (six medium, six high, told until the flood); eight minutes of flood."""
    for index in range(12):
        if index == 11:
            story.raised(at + index * MINUTE, flood.ALARM, Priority.HIGH)
        priority = Priority.MEDIUM if index < 6 else Priority.HIGH
        story.raised(at + index * MINUTE, f"bus.dev-{index}.link", priority, tell=index < 11, count=5 * (index == 3))
    story.returned(at + 19 * MINUTE, flood.ALARM)
    story.happens(at + 19 * MINUTE, flood.ALARM, Trigger.ACKNOWLEDGED, by=None)
    for index in range(12):
        story.happens(at + 20 * MINUTE, f"bus.dev-{index}.link", Trigger.RETURNED, tell=False)
        story.happens(at + 20 * MINUTE, f"bus.dev-{index}.link", Trigger.ACKNOWLEDGED, by=None, tell=False)


@pytest.fixture(scope="module")
def found() -> Figures:
    return figures(constructed().events, NOVEMBER)


def test_alarms_are_counted_once_each_that_people_were_shown(found: Figures) -> None:
    assert found.alarms == 30 + 12 + 1 + 1, "noons, the twelve, the filter, the leak; not what the leak explains"


def test_the_rates(found: Figures) -> None:
    assert found.per_day.average == pytest.approx(44 / 30)
    assert (found.per_day.peak, found.per_day.peak_at) == (13, BEGIN + 9 * DAY + 12 * HOUR)
    assert found.per_10_min.average == pytest.approx(44 / (30 * 144))
    assert (found.per_10_min.peak, found.per_10_min.peak_at) == (10, BEGIN + 9 * DAY + 14 * HOUR)
    assert found.per_10_min.beyond == 0.0


def test_the_shares_of_priorities(found: Figures) -> None:
    shares = {priority: round(found.share(priority), 3) for priority in Priority}
    assert shares == {
        Priority.CRITICAL: round(1 / 44, 3),
        Priority.HIGH: round(6 / 44, 3),
        Priority.MEDIUM: round(7 / 44, 3),
        Priority.LOW: round(30 / 44, 3),
    }


def test_the_most_frequent(found: Figures) -> None:
    assert found.different == 1 + 12 + 2
    assert found.top[0] == (INLET, 30)
    assert len(found.top) == 10
    assert found.top_share == pytest.approx(39 / 44)


def test_what_chatters_and_what_is_stale(found: Figures) -> None:
    assert found.chattering == ["bus.dev-3.link"]
    assert found.stale == [FILTER], "it stood for 72 h; the leak for 3 h at the end"
    assert found.stale_at_once == 1


def test_how_long_people_took(found: Figures) -> None:
    """31 were acknowledged: 30 after 1 to 30 min, the filter after 72 h; 12 by nobody; the leak waits."""
    waits = found.waits
    assert (waits.acknowledged, waits.never) == (31, 11 + 1)
    assert waits.median == 16 * MINUTE
    assert waits.p90 == 28 * MINUTE
    assert waits.most == 72 * HOUR


def test_the_flood(found: Figures) -> None:
    assert (found.floods.number, found.floods.longest) == (1, 8 * MINUTE)
    assert found.floods.share == pytest.approx(8 / (30 * 24 * 60))


def test_what_was_set_aside(found: Figures) -> None:
    assert (found.shelved, found.suppressed, found.out_of_service) == (1, 1, 0)


def test_half_a_day_has_the_rate_of_its_day() -> None:
    story = Story()
    for minute in range(0, 720, 20):
        story.stood(BEGIN + minute * MINUTE, BEGIN + minute * MINUTE + 1, INLET)
    half = figures(story.events, Span(Instant(BEGIN), Instant(BEGIN + 12 * HOUR)))
    assert half.per_day.average == pytest.approx(72)
    assert half.per_10_min.peak == 1


def test_the_worst_ten_minutes_begin_anywhere() -> None:
    story = Story()
    for minute in (9, 11, 18.9, 19):
        story.stood(round(BEGIN + minute * MINUTE), round(BEGIN + minute * MINUTE) + 1, INLET)
    short = figures(story.events, Span(Instant(BEGIN), Instant(BEGIN + HOUR))).per_10_min
    assert (short.peak, short.peak_at) == (3, BEGIN + 9 * MINUTE), "19 is ten minutes after 9, no longer within"


def test_a_time_without_alarms_has_nothing_to_tell() -> None:
    nothing = figures([], NOVEMBER)
    assert (nothing.alarms, nothing.top_share, nothing.waits.median) == (0, 0.0, None)
