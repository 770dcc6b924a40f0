"""What a month came to, against what anybody would add up from all its readings, whatever restarts and reloads come."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.command import Resumed
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, good
from roommon.rules.engine import Engine
from roommon.rules.kinds import duration
from roommon.rules.state import Carried
from tests.peers.room import INLET, ROOM, START, rule

BERLIN = ZoneInfo("Europe/Berlin")
"""Clocks are changed there."""
HOUR = 3_600_000
GAP = HOUR
MONTHS = rule(
    "warm",
    duration.Config(
        above=Amount(27, "Cel"),
        more_than=Duration(20 * HOUR),
        per=duration.Period.MONTH,
        zone=BERLIN,
        max_gap=Duration(GAP),
        priority=Priority.LOW,
    ),
    INLET,
)
PAUSES = st.sampled_from([HOUR // 2, HOUR // 2, HOUR, 2 * HOUR, 9 * HOUR, 30 * HOUR, 11 * 24 * HOUR])
STEP = st.tuples(PAUSES, st.sampled_from([20.0, 30.0]), st.sampled_from(["", "", "", "", "restart", "reload"]))
DAYS = st.builds(lambda one, count: one * count, st.lists(STEP, min_size=1, max_size=12), st.integers(1, 30))


def month(at: int) -> tuple[int, int]:
    day = datetime.fromtimestamp(at / 1000, BERLIN)
    return day.year, day.month


def local_midnight(at: int) -> Instant:
    day = datetime.fromtimestamp(at / 1000, BERLIN).replace(hour=0, minute=0)
    return Instant(round(day.timestamp() * 1000))


def added_up(readings: Sequence[Reading]) -> int:
    """The time beyond in the month of the last reading; where midnight lies in a stretch, to the minute."""
    now = month(readings[-1].taken_at)
    total = 0
    for before, after in pairwise(readings):
        if before.value == 30.0 and after.taken_at - before.taken_at <= GAP:
            total += sum(60_000 for at in range(before.taken_at, after.taken_at, 60_000) if month(at) == now)
    return total


def restarted(before: Engine, past: Sequence[Reading], at: Instant) -> Engine:
    """What a new process makes of the journal, after a stop up to `at`."""
    before.take_changed()
    standing = [alarm.last for alarm in before._board.alarms.values() if alarm.last]
    after = Engine([MONTHS], [ROOM], before._journalled, standing)
    last = past[-1].taken_at
    history = after.windows()[INLET.id]
    after.remember(reading for reading in past if reading.taken_at >= last - history)
    after.fold(Resumed(at, Duration(at - last)))
    after.settle(at)
    return after


def total(engine: Engine) -> int:
    judge = engine._board.alarms[next(iter(engine._board.alarms))].judge
    assert isinstance(judge, duration._Duration)
    return judge.total


@settings(deadline=None, max_examples=150)
@given(steps=DAYS)
def test_a_month_is_the_sum_of_its_days(steps: Sequence[tuple[int, float, str]]) -> None:
    engine, past, at = Engine([MONTHS], [ROOM]), list[Reading](), int(START)
    for pause, value, before in steps:
        at += pause
        if past and before == "restart":
            engine = restarted(engine, past, Instant(at))
        elif before == "reload":
            engine.reconfigure([MONTHS], [ROOM], Instant(at))
        reading = good(INLET.id, Instant(at), value)
        past.append(reading)
        engine.fold([reading])
        engine.take_changed()
        assert total(engine) == added_up(past)
        assert bool(engine.standing) is (total(engine) > 20 * HOUR)


def test_a_stop_of_days_loses_nothing_that_was_seen_before_it() -> None:
    engine, past = Engine([MONTHS], [ROOM]), list[Reading]()
    for half_hour in range(60):
        past.append(good(INLET.id, Instant(START + half_hour * HOUR // 2), 30.0))
        engine.fold(past[-1:])
    seen = total(engine)
    assert seen == 59 * HOUR // 2
    after = restarted(engine, past, Instant(past[-1].taken_at + 5 * 24 * HOUR))
    after.fold([good(INLET.id, Instant(past[-1].taken_at + 5 * 24 * HOUR), 20.0)])
    assert total(after) == seen


def test_what_days_came_to_is_journalled_once_a_day_and_no_row_more() -> None:
    engine, written = Engine([MONTHS], [ROOM]), 0
    for minutes in range(0, 3 * 24 * 60, 10):
        engine.fold([good(INLET.id, Instant(START + minutes * 60_000), 20.0)])
        written += len(engine.take_changed())
    assert 3 <= written <= 5


def test_a_clock_that_begins_in_1970_does_not_lose_the_month() -> None:
    judge = MONTHS.config.judge(INLET)
    assert isinstance(judge, duration._Duration)
    judge.carry(Carried(START, Duration(5 * HOUR)))
    judge.remember(Instant(60_000), 30.0)
    assert judge.total == 0
    judge.shift(Duration(START - 60_000 + 24 * HOUR))
    judge.remember(Instant(START + 25 * HOUR), 30.0)
    assert judge.total == 6 * HOUR
    assert judge.carried() == Carried(local_midnight(START + 24 * HOUR), Duration(5 * HOUR))


def test_a_day_that_is_in_the_sum_does_not_count_again() -> None:
    judge = MONTHS.config.judge(INLET)
    assert isinstance(judge, duration._Duration)
    midnight = local_midnight(START)
    judge.carry(Carried(midnight, Duration(5 * HOUR)))
    for minutes in range(-300, -100, 10):
        judge.remember(Instant(midnight + minutes * 60_000), 30.0)
    judge.remember(Instant(midnight + 26 * HOUR), 20.0)
    assert judge.total == 5 * HOUR
