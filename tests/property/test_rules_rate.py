"""The rate of change: exact, the same after a restart, and blind to what is not data."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, Reason, bad, good
from roommon.rules.engine import Engine
from roommon.rules.kinds import rate_of_change
from roommon.rules.rule import Window
from tests.peers.room import INLET, ROOM, START, rule

WINDOW = 600_000
CONFIG = rate_of_change.Config(
    above=Amount(6.0, "K/h"),
    below=Amount(-6.0, "K/h"),
    deadband=Amount(1.0, "K/h"),
    window=Duration(WINDOW),
    priority=Priority.LOW,
)
RULES = [rule("swing", CONFIG, INLET)]
EIGHTHS = st.integers(-80, 320).map(lambda count: count / 8)
STEPS = st.lists(
    st.tuples(st.sampled_from([700, 5_000, 10_000, 10_000, 30_000, 200_000]), st.none() | EIGHTHS), max_size=120
)


def day(steps: Sequence[tuple[int, float | None]]) -> list[Reading]:
    readings: list[Reading] = []
    at = int(START)
    for pause, value in steps:
        at += pause
        known = value is not None
        readings.append(
            good(INLET.id, Instant(at), value)
            if known and value is not None
            else bad(INLET.id, Instant(at), Reason.OVERDUE)
        )
    return readings


def slope(points: Sequence[tuple[int, float]]) -> float:
    """Textbook least squares, in exact fractions: K/h."""
    mean_t = Fraction(sum(t for t, _ in points), len(points))
    mean_v = sum((Fraction(v) for _, v in points), Fraction(0)) / len(points)
    above = sum(((t - mean_t) * (Fraction(v) - mean_v) for t, v in points), Fraction(0))
    return float(above / sum((t - mean_t) ** 2 for t, _ in points) * 3_600_000)


def counted(readings: Sequence[Reading]) -> list[tuple[int, float]]:
    """The readings that count, from the whole history: the first of each cell, after the last gap, in the window."""
    points: list[tuple[int, float]] = []
    for reading in readings:
        cell = WINDOW // 240
        if reading.value is None or (points and points[-1][0] // cell == reading.taken_at // cell):
            continue
        if points and (reading.taken_at - points[-1][0]) * 4 > WINDOW:
            points = []
        points.append((reading.taken_at, reading.value))
    return [point for point in points if points[-1][0] - point[0] <= WINDOW]


@given(steps=STEPS)
def test_the_rate_is_the_exact_slope_of_the_readings_that_count(steps: list[tuple[int, float | None]]) -> None:
    judge = CONFIG.judge(INLET)
    readings = day(steps)
    for number, reading in enumerate(readings, 1):
        condition = judge.evaluate(reading, False)
        points = counted(readings[:number])
        judged = reading.value is not None and (points[-1][0] - points[0][0]) * 4 >= 3 * WINDOW
        if not judged:
            assert condition == "unknown"
            continue
        assert condition == ("absent" if -6 <= slope(points) <= 6 else "present")


def told(engine: Engine, entries: Sequence[Reading | ClockStep | Resumed]) -> list[object]:
    return [event for entry in entries for event in engine.fold((entry,) if isinstance(entry, Reading) else entry)]


@given(steps=STEPS, cut=st.floats(0, 1), by_h=st.sampled_from([0, 0, -2, 5]))
def test_a_window_rebuilt_from_the_journal_gives_the_same_events(
    steps: list[tuple[int, float | None]], cut: float, by_h: int
) -> None:
    readings = day(steps)
    split = int(len(readings) * cut)
    inputs: list[Reading | ClockStep | Resumed] = list(readings)
    if by_h:
        by = Duration(by_h * 3_600_000)
        inputs = [*readings[: split // 2], ClockStep(Instant(START + by), by)]
        inputs += [each._replace(taken_at=Instant(each.taken_at + by)) for each in readings[split // 2 :]]
        split += 1
    whole = Engine(RULES, [ROOM])
    before = told(whole, inputs[:split])
    resumed = Resumed(Instant(START), Duration(3_000))
    after = told(whole, [resumed, *inputs[split:]])

    first = Engine(RULES, [ROOM])
    assert told(first, inputs[:split]) == before
    states = {name: state for name, state in first.take_changed().items() if state is not None}
    standing = [alarm.last for alarm in first._alarms.values() if alarm.last]
    second = Engine(RULES, [ROOM], states, standing)
    second.remember(inputs[:split])
    assert told(second, [resumed, *inputs[split:]]) == after


@given(steps=STEPS)
def test_a_window_needs_no_more_history_than_it_says(steps: list[tuple[int, float | None]]) -> None:
    readings = day(steps)
    whole, short = CONFIG.judge(INLET), CONFIG.judge(INLET)
    assert isinstance(whole, Window)
    assert isinstance(short, Window)
    known = [(each.taken_at, each.value) for each in readings if each.value is not None]
    for at, value in known:
        whole.remember(at, value)
    for at, value in known:
        if at >= known[-1][0] - short.history:
            short.remember(at, value)
    assert list(short.remembered()) == list(whole.remembered())


@given(steps=STEPS, huge=st.sampled_from([1e300, -1e300, 2.0**54]))
def test_a_value_beyond_all_measure_neither_counts_nor_breaks(
    steps: list[tuple[int, float | None]], huge: float
) -> None:
    plain, spiked = CONFIG.judge(INLET), CONFIG.judge(INLET)
    for reading in day(steps):
        assert spiked.evaluate(reading._replace(value=huge), False) == "unknown"
        assert spiked.evaluate(reading, False) is plain.evaluate(reading, False)


def test_going_back_without_a_step_of_the_clock_starts_the_window_anew() -> None:
    judge = CONFIG.judge(INLET)
    assert isinstance(judge, Window)
    for beat in range(60):
        judge.remember(Instant(START + beat * 10_000), 20.0)
    judge.remember(Instant(START - 3_600_000), 20.0)
    assert list(judge.remembered()) == [(START - 3_600_000, 20.0)]


def test_a_stop_in_1970_empties_the_windows_and_an_ordinary_one_does_not() -> None:
    engine = Engine(RULES, [ROOM])
    assert engine.windows() == {INLET.id: WINDOW + WINDOW // 240}
    judge = engine._windows[INLET.id][0]
    engine.remember(day([(10_000, 20.0)] * 50))
    engine.fold(Resumed(START, Duration(5_000)))
    assert len(list(judge.remembered())) == 50
    engine.fold(Resumed(START, Duration(-5_000)))
    assert list(judge.remembered()) == []
