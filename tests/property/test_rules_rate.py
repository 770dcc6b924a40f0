"""The rate of change: exact, the same after a restart, and blind to what is not data."""

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
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

CALM = settings(deadline=None, max_examples=100)
WINDOW = 600_000
CONFIG = rate_of_change.Config(
    above=Amount(6.0, "K/h"),
    below=Amount(-6.0, "K/h"),
    deadband=Amount(1.0, "K/h"),
    window=Duration(WINDOW),
    priority=Priority.LOW,
)
Entry = Reading | ClockStep | Resumed
RULES = [rule("swing", CONFIG, INLET)]
EIGHTHS = st.integers(-80, 320).map(lambda count: count / 8)
VALUES = st.none() | EIGHTHS
PAUSES = st.sampled_from([700, 5_000, 10_000, 10_000, 30_000, 200_000])
IRREGULAR = st.lists(st.tuples(PAUSES, VALUES), max_size=60)
REGULAR = st.builds(
    lambda every, beats, values: [(every, values[beat % len(values)]) for beat in range(beats)],
    st.sampled_from([1_000, 7_000, 10_000, 20_000]),
    st.integers(20, 200),
    st.lists(VALUES, min_size=1, max_size=30),
)
STEPS = st.builds(lambda *parts: [step for part in parts for step in part], REGULAR, IRREGULAR, REGULAR)
"""Long enough to fill the window and to leave it again, with holes."""


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
    """Textbook least squares around the means, in whole numbers (values are eighths): K/h."""
    n, sum_t, sum_v = len(points), sum(t for t, _ in points), sum(int(v * 8) for _, v in points)
    around = [(n * t - sum_t, n * int(v * 8) - sum_v) for t, v in points]
    return float(Fraction(sum(t * v for t, v in around) * 3_600_000, sum(t * t for t, _ in around) * 8))


def counted(points: list[tuple[int, float]], reading: Reading) -> list[tuple[int, float]]:
    """The readings that count: the first of each cell, after the last gap, in the window."""
    cell = WINDOW // 240
    if reading.value is None or (points and points[-1][0] // cell == reading.taken_at // cell):
        return points
    if points and (reading.taken_at - points[-1][0]) * 4 > WINDOW:
        points = []
    return [point for point in points if reading.taken_at - point[0] <= WINDOW] + [(reading.taken_at, reading.value)]


@CALM
@given(steps=STEPS)
def test_the_rate_is_the_exact_slope_of_the_readings_that_count(steps: list[tuple[int, float | None]]) -> None:
    judge = CONFIG.judge(INLET)
    points: list[tuple[int, float]] = []
    for reading in day(steps):
        condition = judge.evaluate(reading, False)
        points = counted(points, reading)
        if reading.value is None or (points[-1][0] - points[0][0]) * 4 < 3 * WINDOW:
            assert condition == "unknown"
            continue
        assert judge.rate == slope(points)
        assert condition == ("absent" if -6 <= slope(points) <= 6 else "present")


def told(engine: Engine, entries: Sequence[Entry]) -> list[object]:
    return [event for entry in entries for event in engine.fold((entry,) if isinstance(entry, Reading) else entry)]


@CALM
@given(steps=STEPS, cut=st.floats(0, 1), by_h=st.sampled_from([0, -2, 5]), after_s=st.sampled_from([3, 3, -3]))
def test_a_window_rebuilt_from_the_journal_gives_the_same_events(
    steps: list[tuple[int, float | None]], cut: float, by_h: int, after_s: int
) -> None:
    readings = day(steps)
    split = int(len(readings) * cut)
    by = Duration(by_h * 3_600_000)
    later = [each._replace(taken_at=Instant(each.taken_at + by)) for each in readings[split // 2 :]]
    past: list[Entry] = [*readings[: split // 2], ClockStep(Instant(START + by), by), *later[: split - split // 2]]
    future: list[Entry] = [Resumed(Instant(START), Duration(after_s * 1000)), *later[split - split // 2 :]]

    whole = Engine(RULES, [ROOM])
    told(whole, past)
    states = {name: state for name, state in whole.take_changed().items() if state is not None}
    standing = [alarm.last for alarm in whole._board.alarms.values() if alarm.last]
    restarted = Engine(RULES, [ROOM], states, standing)
    restarted.remember(past)
    assert told(restarted, future) == told(whole, future)
    assert insides(restarted) == insides(whole)


def insides(engine: Engine) -> object:
    [window] = engine._board.windows._of[INLET.id]
    return {name: getattr(window, name) for name in ("_at", "_value", "_cell", "_sums", "rate")}


@CALM
@given(steps=STEPS, by_ms=st.sampled_from([-7_200_000, 1, 1_250, 3_600_000]))
def test_a_step_of_the_clock_leaves_the_rate_as_it_was(steps: list[tuple[int, float | None]], by_ms: int) -> None:
    still, moved = CONFIG.judge(INLET), CONFIG.judge(INLET)
    assert isinstance(moved, Window)
    for each in day(steps):
        still.evaluate(each, False)
        moved.evaluate(each, False)
    moved.shift(Duration(by_ms))
    assert moved.rate == still.rate
    assert moved._at.tolist() == [at + by_ms for at in still._at]
    if moved._at:
        moved.remember(Instant(moved._at[-1] + 20_000), 20.0)
        still.remember(Instant(still._at[-1] + 20_000), 20.0)
        assert moved.rate == still.rate


@CALM
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
        if at >= known[-1][0] - short.history():
            short.remember(at, value)
    assert list(short.remembered()) == list(whole.remembered())


@CALM
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
    judge = engine._board.windows._of[INLET.id][0]
    engine.remember(day([(10_000, 20.0)] * 50))
    engine.fold(Resumed(START, Duration(5_000)))
    assert len(list(judge.remembered())) == 50
    engine.fold(Resumed(START, Duration(-5_000)))
    assert list(judge.remembered()) == []
    engine.remember([*day([(10_000, 20.0)] * 50), Resumed(START, Duration(-5_000)), *day([(10_000, 20.0)] * 3)])
    assert len(list(judge.remembered())) == 3
