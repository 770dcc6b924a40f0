"""What every kind that remembers readings owes: after a restart or a reload it judges as if there had been none."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, Reason, bad, good
from roommon.model.text import Text
from roommon.rules.abilities import is_window
from roommon.rules.kinds import duration, flatline, forecast, increment, rate_of_change
from roommon.rules.rule import Judge, KindConfig, Window
from roommon.rules.windows import hand_over
from tests.peers.room import INLET, RACK, START, seconds

LOW = Priority.LOW
COUNTER = Sensor(RACK, "count", Quantity.COUNT, Text.same("count"))
INLET_KINDS: list[KindConfig] = [
    rate_of_change.Config(above=Amount(6, "K/h"), window=seconds(600), priority=LOW),
    forecast.Config(above=Amount(24, "Cel"), within=seconds(1200), window=seconds(600), priority=LOW),
    flatline.Config(moved=Amount(0.25, "K"), window=seconds(600), priority=LOW),
    duration.Config(
        above=Amount(20, "Cel"),
        more_than=seconds(600),
        max_gap=seconds(60),
        zone=ZoneInfo("Asia/Shanghai"),
        priority=LOW,
    ),
]
COUNTER_KINDS: list[KindConfig] = [
    increment.Config(by=Amount(3, "1"), within=seconds(600), priority=LOW),
    increment.Config(by=Amount(3, "1"), within=seconds(600), wraps_at=Amount(16, "1"), priority=LOW),
]
KINDS = [(config, INLET) for config in INLET_KINDS] + [(config, COUNTER) for config in COUNTER_KINDS]
EVERY = pytest.mark.parametrize(("config", "sensor"), KINDS, ids=lambda each: type(each).__module__.rpartition(".")[2])
CALM = settings(deadline=None, max_examples=60)
Step = tuple[int, float | None]
STEPS: st.SearchStrategy[list[Step]] = st.builds(
    lambda *parts: [step for part in parts for step in part],
    *[
        st.builds(
            lambda every, beats, values, drift: [
                (every, None if values[n % len(values)] is None else values[n % len(values)] + n * drift)
                for n in range(beats)
            ],
            st.sampled_from([1_000, 7_000, 10_000, 20_000, 30_000]),
            st.integers(1, 120),
            st.lists(st.sampled_from([20.0, 20.0, 20.0, 20.125, 21.0, None]), min_size=1, max_size=20),
            st.sampled_from([0.0, 0.0, 0.0625, -0.03125]),
        )
        if regular
        else st.lists(
            st.tuples(
                st.sampled_from([700, 10_000, 61_000, 200_000, 700_000]), st.sampled_from([19.0, 21.0, 5.0, None])
            ),
            max_size=8,
        )
        for regular in (True, False, True)
    ],
)
"""Long enough to fill a window and to leave it again, with silences."""
NEAR_MIDNIGHT = st.integers(0, 1500).map(lambda s: Instant(START + 8 * 3_600_000 - 1000 * s))


def day(steps: Sequence[Step], sensor: Sensor, at: int) -> list[Reading]:
    readings: list[Reading] = []
    for pause, value in steps:
        at += pause
        counted = round(value) if value is not None and sensor is COUNTER else value
        known = good(sensor.id, Instant(at), counted) if counted is not None else None
        readings.append(known or bad(sensor.id, Instant(at), Reason.OVERDUE))
    return readings


def said(judge: Judge, readings: Sequence[Reading]) -> list[object]:
    """Every judgement, of an alarm that stands and of one that does not, and what would be told of a value."""
    found: list[object] = []
    for each in readings:
        found += [judge.evaluate(each, False), judge.evaluate(each, True)]
        found += [] if each.value is None else [judge.finding(each, None)]
    return found


def window(config: KindConfig, sensor: Sensor) -> tuple[Judge, Window]:
    judge: Judge = config.judge(sensor)
    memory: Judge = judge
    assert is_window(memory)
    return judge, memory


def shown(to: Window, readings: Sequence[Reading]) -> None:
    for each in readings:
        if each.value is not None:
            to.remember(each.taken_at, each.value)


@EVERY
@CALM
@given(steps=STEPS, begin=NEAR_MIDNIGHT, cut=st.floats(0, 1))
def test_the_readings_of_its_history_are_all_that_it_needs(
    config: KindConfig, sensor: Sensor, steps: list[Step], begin: int, cut: float
) -> None:
    readings = day(steps, sensor, begin)
    split = int(len(readings) * cut)
    past, future = readings[:split], readings[split:]
    whole, _ = window(config, sensor)
    said(whole, past)
    restarted, memory = window(config, sensor)
    if future:
        since = future[0].taken_at - memory.history()
        shown(memory, [each for each in past if each.taken_at >= since])
    assert said(restarted, future) == said(whole, future)


@EVERY
@CALM
@given(steps=STEPS, begin=NEAR_MIDNIGHT, cut=st.floats(0, 1))
def test_what_it_remembers_makes_another_that_judges_alike(
    config: KindConfig, sensor: Sensor, steps: list[Step], begin: int, cut: float
) -> None:
    readings = day(steps, sensor, begin)
    split = int(len(readings) * cut)
    before, after = config.judge(sensor), config.judge(sensor)
    said(before, readings[:split])
    hand_over(before, after)
    assert said(after, readings[split:]) == said(before, readings[split:])


@EVERY
@CALM
@given(steps=STEPS, cut=st.floats(0, 1), days=st.sampled_from([-3, 1, 400]))
def test_a_clock_that_is_set_by_whole_days_changes_nothing(
    config: KindConfig, sensor: Sensor, steps: list[Step], cut: float, days: int
) -> None:
    by = Duration(days * 86_400_000)
    readings = day(steps, sensor, START)
    split = int(len(readings) * cut)
    still, _ = window(config, sensor)
    moved, memory = window(config, sensor)
    said(still, readings[:split])
    said(moved, readings[:split])
    memory.shift(by)
    later = [each._replace(taken_at=Instant(each.taken_at + by)) for each in readings[split:]]
    assert said(moved, later) == said(still, readings[split:])


@EVERY
@CALM
@given(steps=STEPS, begin=NEAR_MIDNIGHT, again=STEPS)
def test_what_it_forgot_it_does_not_know(
    config: KindConfig, sensor: Sensor, steps: list[Step], begin: int, again: list[Step]
) -> None:
    used, memory = window(config, sensor)
    fresh, _ = window(config, sensor)
    said(used, day(steps, sensor, begin))
    memory.forget()
    assert list(memory.remembered()) == []
    readings = day(again, sensor, begin)
    assert said(used, readings) == said(fresh, readings)
