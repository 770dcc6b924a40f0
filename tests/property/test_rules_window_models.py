"""What windows say, against what anybody would reckon from the readings themselves."""

import random
from array import array
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations, pairwise
from statistics import median
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import good
from roommon.model.text import Text
from roommon.rules import forecasts
from roommon.rules.kinds import duration, flatline, increment
from roommon.rules.trend import Trend, line
from tests.peers.room import INLET, RACK, START, seconds

CALM = settings(deadline=None, max_examples=150)
WINDOW = 600_000
LOW = Priority.LOW
COUNTER = Sensor(RACK, "count", Quantity.COUNT, Text.same("count"))
PAUSES = st.sampled_from([700, 5_000, 10_000, 10_000, 30_000, 140_000])


def days(
    values: st.SearchStrategy[float], pauses: st.SearchStrategy[int] = PAUSES
) -> st.SearchStrategy[list[tuple[int, float]]]:
    """Instants and values of a day, with a stretch in the middle that is often long."""
    step = st.tuples(pauses, values)
    steady = st.builds(
        lambda pause, value, count: [(pause, value)] * count, st.just(10_000), values, st.integers(0, 120)
    )
    parts = st.builds(lambda a, b, c: [*a, *b, *c], st.lists(step, max_size=30), steady, st.lists(step, max_size=30))
    return parts.map(placed)


def placed(steps: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    at, found = int(START), []
    for pause, value in steps:
        at += pause
        found.append((at, value))
    return found


def rises(day: Sequence[tuple[int, float]], since: int) -> int:
    return sum(max(0, int(after - before)) for (_, before), (at, after) in pairwise(day) if at > since)


@CALM
@given(day=days(st.integers(0, 5).map(float)))
def test_an_increment_is_the_sum_of_the_rises_to_a_cell_of_the_window(day: list[tuple[int, float]]) -> None:
    config = increment.Config(by=Amount(1, "1"), within=Duration(WINDOW), priority=LOW)
    judge, cell = config.judge(COUNTER), WINDOW // 240
    for count, (at, value) in enumerate(day, 1):
        reading = good(COUNTER.id, Instant(at), value)
        condition = judge.evaluate(reading, False)
        growth = int(judge.finding(reading, None).words["growth"].en)
        assert rises(day[:count], at - WINDOW) <= growth <= rises(day[:count], at - WINDOW - cell)
        assert condition == ("present" if growth else "absent" if at - day[0][0] >= WINDOW else "unknown")


@CALM
@given(day=days(st.sampled_from([20.0, 20.0, 20.0, 20.125, 21.0])))
def test_flat_is_what_did_not_move_in_the_whole_window(day: list[tuple[int, float]]) -> None:
    judge = flatline.Config(moved=Amount(0.25, "K"), window=Duration(WINDOW), priority=LOW).judge(INLET)
    oldest = WINDOW + WINDOW // 4 + WINDOW // 60
    for count, (at, value) in enumerate(day, 1):
        condition = judge.evaluate(good(INLET.id, Instant(at), value), False)
        before = day[:count]
        moved, before_that = (extent(before, at - back) > 0.25 for back in (WINDOW, oldest))
        if moved:
            assert condition == "absent"
        elif not before_that:
            assert condition == ("present" if at - before[0][0] >= WINDOW else "unknown")


def extent(day: Sequence[tuple[int, float]], since: int) -> float:
    seen = [value for at, value in day if at >= since]
    return max(seen) - min(seen)


ZONE = ZoneInfo("Asia/Shanghai")


@CALM
@given(day=days(st.sampled_from([26.0, 28.0]), st.sampled_from([10_000, 60_000, 61_000, 3_600_000])))
def test_a_days_time_is_that_of_the_pieces_between_readings_that_lie_in_it(day: list[tuple[int, float]]) -> None:
    config = duration.Config(
        above=Amount(27, "Cel"), more_than=seconds(60), max_gap=seconds(60), zone=ZONE, priority=LOW
    )
    judge = config.judge(INLET)
    for count, (at, value) in enumerate(day, 1):
        judge.evaluate(good(INLET.id, Instant(at), value), False)
        today = datetime.fromtimestamp(at / 1000, ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
        midnight = round(today.timestamp() * 1000)
        pieces = [
            (max(begin, midnight), end)
            for (begin, warm), (end, _) in pairwise(day[:count])
            if warm > 27 and end - begin <= 60_000
        ]
        assert judge.total == sum(end - begin for begin, end in pieces if end > begin)


@CALM
@given(readings=st.lists(st.tuples(st.integers(1, 60_000), st.integers(-40, 400)), min_size=2, max_size=31))
def test_a_slope_is_the_median_of_those_of_all_pairs(readings: list[tuple[int, int]]) -> None:
    at = array("q", (instant for instant, _ in placed([(pause, 0.0) for pause, _ in readings])))
    values = array("d", (tenths / 10 for _, tenths in readings))
    found = line(at, values)
    slopes = [(values[j] - values[i]) / (at[j] - at[i]) for i, j in combinations(range(len(at)), 2)]
    assert found.slope == median(slopes)
    assert found.lowest <= found.slope <= found.highest
    assert found.level == median(value + found.slope * (at[-1] - each) for each, value in zip(at, values, strict=True))


def test_the_range_holds_the_true_slope_nineteen_times_of_twenty() -> None:
    dice = random.Random(1)  # noise
    at = array("q", range(0, 900_000, 30_000))
    for slope in (0.0, 0.4):
        held = 0
        for _ in range(400):
            found = line(at, array("d", (20 + slope * each / 60_000 + dice.gauss(0, 0.2) for each in at)))
            held += found.lowest <= slope / 60_000 <= found.highest
        assert 0.93 * 400 <= held <= 0.97 * 400


@CALM
@given(day=days(st.integers(-8, 8).map(lambda eighths: 20 + eighths / 8)), away=st.sampled_from([0.5, 2.0, 5.0, 20.0]))
def test_what_is_out_of_reach_is_not_foretold(day: list[tuple[int, float]], away: float) -> None:
    trend = Trend(Duration(WINDOW))
    for at, value in day:
        trend.remember(Instant(at), value)
        for limit, up in ((20 + away, True), (20 - away, False)):
            if not trend.is_out_of_reach(limit, WINDOW):
                continue
            found = trend.line()
            left = None if found is None else forecasts.left(found, limit, Instant(at), rises=up)
            assert left is None or left.likely > WINDOW
