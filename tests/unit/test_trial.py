"""What a rule would have done over a record that is made up, and what is proposed for it."""

import math
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from roommon.journal.record import Input
from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, Reason, bad, good
from roommon.record import noise
from roommon.record.advice import advice
from roommon.record.trial import Past, same
from roommon.rules.kinds import limit
from roommon.rules.rule import Rule
from tests.peers.room import INLET, ROOM, rule, seconds

BEAT = 10_000
SIGMA = 0.1


def past(values: Sequence[float | None], beat: int = BEAT) -> Past:
    def read() -> Iterator[Input]:
        for index, value in enumerate(values):
            at = Instant(index * beat)
            yield bad(INLET.id, at, Reason.NO_COMMUNICATION) if value is None else good(INLET.id, at, value)

    return Past(read, [])


def hot(deadband: float = 0.0, on_delay_s: float = 0) -> Rule:
    config = limit.Config(
        above=Amount(27.0, "Cel"),
        deadband=Amount(deadband, "K"),
        on_delay=seconds(on_delay_s),
        priority=Priority.MEDIUM,
    )
    return rule("hot", config, INLET)


def test_each_time_that_it_stood_has_its_peak() -> None:
    one, two = past([20.0, 28.0, 31.5, 28.0, None, 26.0, 20.0, 27.5]).tried(hot(), [ROOM])
    assert (one.begin, one.end, one.peak) == (1 * BEAT, 5 * BEAT, 31.5)
    assert (two.begin, two.end, two.peak) == (7 * BEAT, None, 27.5)


def test_below_a_setpoint_the_peak_is_the_lowest() -> None:
    config = limit.Config(below=Amount(10.0, "Cel"), priority=Priority.MEDIUM)
    (stood,) = past([20.0, 9.0, 3.5, 8.0]).tried(rule("cold", config, INLET), [ROOM])
    assert stood.peak == 3.5


def test_what_is_in_both_overlaps() -> None:
    tried = past([20.0, 28.0, 20.0, 20.0, 28.0, 20.0]).tried(hot(), [ROOM])
    assert same(tried, tried[:1]) == [True, False]


def noisy(count: int, level: float, slope: float = 0.0) -> list[float]:
    chance = Random(7)
    return [level + slope * index + chance.gauss(0.0, SIGMA) for index in range(count)]


@pytest.mark.parametrize("slope", [0.0, 0.001])
def test_the_noise_is_the_sensors_own_and_not_the_rooms(slope: float) -> None:
    values = noisy(5000, 22.0, slope)
    readings: list[Reading] = [good(INLET.id, Instant(index * BEAT), value) for index, value in enumerate(values)]
    found = noise.noise(readings)
    assert found is not None
    assert found.deviation == pytest.approx(SIGMA, rel=0.05)
    assert found.beat == BEAT
    assert noise.deadband(found) == 0.5


def test_a_jump_over_a_gap_is_no_noise() -> None:
    before = [good(INLET.id, Instant(index * BEAT), 20.0) for index in range(40)]
    after = [good(INLET.id, Instant((index + 400) * BEAT), 30.0) for index in range(40)]
    found = noise.noise([*before, *after])
    assert found is not None
    assert (found.deviation, found.step) == (0.0, 0.0)


def test_a_few_readings_tell_no_noise() -> None:
    assert noise.noise([good(INLET.id, Instant(index * BEAT), 20.0) for index in range(29)]) is None


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.34, 0.5), (0.5, 0.5), (0.011, 0.02), (1.01, 2.0), (7, 10.0), (51, 100.0), (0.0, 0.0)]
)
def test_numbers_are_rounded_up(value: float, rounded: float) -> None:
    assert noise.rounded_up(value) == rounded


def test_what_is_proposed_takes_the_chatter_away_and_leaves_the_heat() -> None:
    """Half an hour of noise at the setpoint, then an hour that is hot."""
    record = past([*noisy(180, 27.0), *noisy(360, 29.0), *noisy(180, 22.0)])
    told = advice(hot(), [ROOM], record)
    assert told.deadband == Amount(0.5, "K")
    assert told.brief == 0
    assert told.before > 20
    assert told.after == 1


def test_what_was_over_at_once_is_outlasted() -> None:
    """A door that is open for 50 s, three times; then heat."""
    calm, gust = [22.0] * 60, [29.0] * 5
    record = past([*calm, *gust, *calm, *gust, *calm, *gust, *calm, *([29.0] * 120), *calm])
    told = advice(hot(1.0), [ROOM], record)
    assert told.brief == 3
    assert told.on_delay == Duration(60_000)
    assert (told.before, told.after) == (4, 1)


def test_what_came_back_soon_had_not_ended() -> None:
    calm, hot_spell = [22.0] * 60, [29.0] * 30
    pause = [25.0] * 12
    record = past([*calm, *hot_spell, *pause, *hot_spell, *pause, *hot_spell, *calm])
    told = advice(hot(1.0), [ROOM], record)
    assert told.pauses == 2
    assert told.off_delay == Duration(300_000)
    assert (told.before, told.after) == (3, 1)


def test_nothing_is_proposed_shorter_than_it_is() -> None:
    told = advice(hot(2.0, on_delay_s=900), [ROOM], past([math.sin(index / 50) + 22 for index in range(500)]))
    assert (told.deadband, told.on_delay) == (Amount(2.0, "K"), seconds(900))
