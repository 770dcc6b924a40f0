"""What a rule would have done over a record that is made up, and what is proposed for it."""

import math
from dataclasses import replace
from random import Random
from zoneinfo import ZoneInfo

import pytest

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import Amount, Quantity
from roommon.model.schedule import Hours, Schedule
from roommon.model.text import Text
from roommon.record import noise
from roommon.record.advice import Advice, advice
from roommon.record.trial import Past, matched
from roommon.rules import chatter
from roommon.rules.kinds import (
    deviation,
    duration,
    flatline,
    forecast,
    increment,
    limit,
    off_normal,
    rate_of_change,
    vote,
)
from roommon.rules.rule import KindConfig, Rule
from tests.peers.tried_room import (
    BEAT,
    Values,
    all_of,
    beats,
    inlet,
    number,
    past,
    racks,
    shown,
    stood,
    told,
    waits,
    width,
)

SIGMA = 0.1
LOW = Priority.LOW
CALM = [22.0] * 60


def k(value: float) -> Amount:
    return Amount(value, "K")


def seconds(count: float) -> Duration:
    return Duration(round(count * 1000))


def hot(deadband: float = 0.0, on_delay_s: float = 0) -> Rule:
    above, on_delay = Amount(27.0, "Cel"), seconds(on_delay_s)
    return all_of(limit.Config(above=above, deadband=k(deadband), on_delay=on_delay, priority=LOW))


def proposed(rule: Rule, *of_racks: Values) -> Advice:
    return told(rule, beats(*of_racks), racks(len(of_racks)))


def test_each_time_that_it_stood_has_its_peak() -> None:
    one, two = stood(hot(), beats([20.0, 28.0, 31.5, 28.0, None, 26.0, 20.0, 27.5]))
    assert (one.begin, one.end, number(one), shown(one)[0]) == (1 * BEAT, 5 * BEAT, 31.5, "31.5 °C")
    assert (two.begin, two.end, number(two)) == (7 * BEAT, None, 27.5)


def test_below_a_setpoint_the_peak_is_the_lowest() -> None:
    (one,) = stood(all_of(limit.Config(below=Amount(10.0, "Cel"), priority=LOW)), beats([20.0, 9.0, 3.5, 8.0]))
    assert number(one) == 3.5


def test_what_is_in_both_overlaps() -> None:
    tried = stood(hot(), beats([20.0, 28.0, 20.0, 20.0, 28.0, 20.0]))
    assert matched(tried, tried[:1]) == ([True, False], [True])


def test_one_long_alarm_is_not_the_same_as_three_short_ones() -> None:
    three = stood(hot(), beats([20.0, 28.0, 20.0, 28.0, 20.0, 28.0, 20.0]))
    (one,) = stood(hot(), beats([20.0, *([28.0] * 5), 20.0]))
    assert matched([one], three) == ([True], [True, False, False])
    assert matched(three, [one]) == ([True, False, False], [True])


def noisy(count: int, level: float, slope: float = 0.0, seed: int = 7) -> list[float]:
    chance = Random(seed)
    return [level + slope * index + chance.gauss(0.0, SIGMA) for index in range(count)]


@pytest.mark.parametrize("slope", [0.0, 0.001])
def test_the_noise_is_the_sensors_own_and_not_the_rooms(slope: float) -> None:
    found = noise.noise([(Instant(index * BEAT), value) for index, value in enumerate(noisy(5000, 22.0, slope))])
    assert found is not None
    assert found.deviation == pytest.approx(SIGMA, rel=0.05)
    assert found.beat == BEAT
    assert noise.deadband(found) == 0.5


def test_a_jump_over_a_gap_is_no_noise() -> None:
    before = [(Instant(index * BEAT), 20.0) for index in range(40)]
    after = [(Instant((index + 400) * BEAT), 30.0) for index in range(40)]
    found = noise.noise([*before, *after])
    assert found is not None
    assert (found.deviation, found.step) == (0.0, 0.0)


def test_a_calm_night_takes_nothing_of_the_noise_of_the_day() -> None:
    values = [(Instant(index * BEAT), value) for index, value in enumerate([22.0] * 4000 + noisy(1000, 22.0))]
    found = noise.noise(values)
    assert found is not None
    assert 0.3 * SIGMA < found.deviation < SIGMA


def test_what_reckoning_leaves_of_a_difference_is_no_step() -> None:
    values = [(Instant(index * BEAT), 0.1 + 0.2 if index % 2 else 0.3) for index in range(40)]
    values[20] = (values[20][0], 0.35)
    found = noise.noise(values)
    assert found is not None
    assert found.step in (0.0, pytest.approx(0.05))


def test_a_few_readings_tell_no_noise() -> None:
    assert noise.noise([(Instant(index * BEAT), 20.0) for index in range(29)]) is None


@pytest.mark.parametrize(
    ("value", "rounded"), [(0.34, 0.5), (0.5, 0.5), (0.011, 0.02), (1.01, 2.0), (7, 10.0), (51, 100.0), (0.0, 0.0)]
)
def test_numbers_are_rounded_up(value: float, rounded: float) -> None:
    assert noise.rounded_up(value) == rounded


def test_what_is_proposed_takes_the_chatter_away_and_leaves_the_heat() -> None:
    """Half an hour of noise at the setpoint, then an hour that is hot."""
    found = proposed(hot(), [*noisy(180, 27.0), *noisy(360, 29.0), *noisy(180, 22.0)])
    assert width(found).proposed == k(0.5)
    assert waits(found)[0].times == 0
    assert len(found.before) > 20
    assert len(found.after) == 1
    assert found.changes


def test_what_was_over_at_once_is_outlasted() -> None:
    """A door that is open for 50 s, three times; then heat."""
    gust = [29.0] * 5
    found = proposed(hot(1.0), [*CALM, *gust, *CALM, *gust, *CALM, *gust, *CALM, *([29.0] * 120), *CALM])
    assert (waits(found)[0].times, waits(found)[0].proposed) == (3, Duration(60_000))
    assert (len(found.before), len(found.after)) == (4, 1)


def test_what_came_back_soon_had_not_ended() -> None:
    hot_spell, pause = [29.0] * 30, [25.0] * 12
    found = proposed(hot(1.0), [*CALM, *hot_spell, *pause, *hot_spell, *pause, *hot_spell, *CALM])
    assert (waits(found)[1].times, waits(found)[1].proposed) == (2, Duration(300_000))
    assert (len(found.before), len(found.after)) == (3, 1)


def test_nothing_is_proposed_shorter_than_it_is() -> None:
    found = proposed(hot(2.0, on_delay_s=900), [math.sin(index / 50) + 22 for index in range(500)])
    assert (width(found).proposed, waits(found)[0].proposed) == (k(2.0), seconds(900))
    assert not found.changes


def test_an_alarm_that_chatters_hides_nothing_of_what_was_brief() -> None:
    """While it is unstable its off-delay is ten minutes; how long the condition was there is asked without that."""
    gusts = [*([7.0] * 3), *([0.0] * 3)] * 12
    values = [value + gust for value, gust in zip(noisy(252, 22.0), [*[0.0] * 60, *gusts, *[0.0] * 120], strict=True)]
    found = proposed(replace(hot(1.0), unstable=chatter.Config()), values)
    assert waits(found)[0].times == waits(proposed(hot(1.0), values))[0].times == 12
    assert len(found.before) < 12, "as it is, it comes as one unstable alarm"


MORNING = Schedule((Hours(frozenset(range(7)), 60, 120),), ZoneInfo("UTC"), "daily 01:00-02:00")


@pytest.mark.parametrize(
    ("begins_at", "ends_at", "brief"), [(50, 61, 0), (119, 130, 0), (90, 91, 1), (30, 31, 0), (30, 50, 0)]
)
def test_what_the_hours_of_a_rule_cut_short_was_not_brief(begins_at: int, ends_at: int, brief: int) -> None:
    """In force for an hour; minutes of the night. The alarm of a heat that is cut may last a minute."""
    values = [29.0 if begins_at <= index / 6 < ends_at else 22.0 for index in range(6 * 150)]
    found = proposed(replace(hot(1.0), active=MORNING), values)
    assert waits(found)[0].times == brief


def test_a_pause_outside_the_hours_of_a_rule_is_none() -> None:
    values = [22.0 if 117 <= index / 6 < 121 or 70 <= index / 6 < 74 else 29.0 for index in range(6 * 150)]
    assert waits(proposed(hot(1.0), values))[1].times == 2
    assert waits(proposed(replace(hot(1.0), active=MORNING), values))[1].times == 1


def test_the_extremes_are_those_of_the_hours_of_a_rule() -> None:
    values = [35.0 if 20 <= index / 6 < 30 else 24.0 if 70 <= index / 6 < 80 else 22.0 for index in range(6 * 150)]
    (everywhere,) = proposed(hot(), values).extremes
    (in_force,) = proposed(replace(hot(), active=MORNING), values).extremes
    assert (everywhere.measured.number, in_force.measured.number) == (35.0, 24.0)


def test_the_extremes_are_told_on_both_sides_and_of_whom() -> None:
    config = limit.Config(above=Amount(27.0, "Cel"), below=Amount(15.0, "Cel"), priority=LOW)
    highest, lowest = proposed(all_of(config), [22.0, 25.5, 22.0], [22.0, 22.0, 17.5]).extremes
    assert (highest.alarm, highest.at, highest.measured.shown.en) == ("tried.rack-0.inlet", BEAT, "25.5 °C")
    assert (lowest.alarm, lowest.at, lowest.measured.shown.en) == ("tried.rack-1.inlet", 2 * BEAT, "17.5 °C")


def test_a_vote_wants_a_deadband_for_the_noisiest_of_its_sensors() -> None:
    config = vote.Config(at_least=2, above=Amount(27.0, "Cel"), priority=LOW)
    found = proposed(all_of(config), noisy(200, 27.0), [22.0] * 200, noisy(200, 27.0, seed=9))
    assert width(found).sensor in (inlet(0), inlet(2))
    assert width(found).proposed == k(0.5)
    assert len(found.after) < len(found.before)


def test_contacts_have_no_deadband() -> None:
    entries = beats([0.0, 1.0] * 30, [0.0, 1.0] * 30)
    for config in (vote.Config(at_least=2, priority=LOW), off_normal.Config(priority=LOW)):
        found = told(all_of(config), entries, racks(2, Quantity.CONTACT))
        assert found.deadband is None
        assert waits(found)[0].proposed == seconds(30)


def test_a_deviation_wants_a_deadband_for_the_noise_of_the_gap() -> None:
    """All move alike, up and down by two kelvins, which is no noise of the gap."""
    sway = [22.0 + abs(index % 40 - 20) / 10 for index in range(200)]
    apart = [value + 3.0 + slip for value, slip in zip(sway, noisy(200, 0.0), strict=True)]
    found = proposed(all_of(deviation.Config(more_than=k(3.0), priority=LOW)), sway, sway, sway, apart)
    assert (width(found).sensor, width(found).proposed) == (inlet(3), k(0.5))
    assert len(found.after) < len(found.before)


@pytest.mark.parametrize(
    "config",
    [
        limit.Config(above=Amount(27.3, "Cel"), below=Amount(26.7, "Cel"), priority=LOW),
        deviation.Config(more_than=k(0.4), priority=LOW),
    ],
)
def test_a_deadband_that_would_never_let_an_alarm_end_is_not_proposed(config: KindConfig) -> None:
    found = proposed(all_of(config), noisy(200, 27.0), noisy(200, 27.0, seed=8), noisy(200, 27.0, seed=9))
    assert isinstance(found.deadband, Text)
    assert "no value would end the alarm" in found.deadband.en
    assert "任何数值都无法结束告警" in found.deadband.zh_cn


def test_what_a_wider_deadband_carries_into_the_time_is_no_alarm_more() -> None:
    entries = beats([*([22.0] * 60), 29.0, *noisy(60, 26.8), *([22.0] * 60), *([29.0] * 60), *CALM])
    record = Past(lambda: iter(entries), Instant(90 * BEAT), fold_from=Instant(0))
    before = record.tried(hot(), racks(1)).stood
    found = advice({"on_delay": [hot()]}, racks(1), record, before)
    assert width(found).proposed.value > 0
    assert (len(found.before), len(found.after)) == (1, 1)


def test_jumps_are_no_noise_however_often_they_come() -> None:
    """A door that is open half the time: the air in front of it is 7 K warmer then."""
    doors = [value + (7.0 if index // 3 % 2 else 0.0) for index, value in enumerate(noisy(300, 22.0))]
    assert width(proposed(hot(), doors)).proposed.value <= 1.0


def test_settings_with_which_no_alarm_would_have_ended_are_known() -> None:
    """A value that is one of two, 7 K apart, tells in steps of 7 K for all that the record knows."""
    found = proposed(hot(), [22.0, 22.0, 29.0, 29.0] * 20 + [22.0])
    assert width(found).proposed == k(20.0)
    assert found.ends_none
    assert not proposed(hot(), [*noisy(180, 27.0), *noisy(180, 22.0)]).ends_none


def test_a_rate_has_no_noise_to_tell_be_it_a_rules_or_a_sensors() -> None:
    rate = rate_of_change.Config(above=Amount(5.0, "K/h"), window=Duration(600_000), priority=LOW)
    of_sensor = limit.Config(above=Amount(5.0, "K/h"), priority=LOW)
    for config, quantity in ((rate, Quantity.TEMPERATURE), (of_sensor, Quantity.TEMPERATURE_RATE)):
        found = told(all_of(config), beats(noisy(200, 22.0)), racks(1, quantity))
        assert isinstance(found.deadband, Text)
        assert "a longer `window` makes it calmer" in found.deadband.en


def test_a_few_readings_propose_no_deadband() -> None:
    found = proposed(hot(), [22.0] * 29)
    assert isinstance(found.deadband, Text)
    assert "no sensor has 30 readings" in found.deadband.en


@pytest.mark.parametrize(
    ("config", "quantity", "values", "most"),
    [
        (
            duration.Config(above=Amount(27.0, "Cel"), more_than=Duration(60_000), zone=ZoneInfo("UTC"), priority=LOW),
            Quantity.TEMPERATURE,
            [*([29.0] * 9), *CALM, *([29.0] * 9), *CALM],
            180.0,
        ),
        (
            increment.Config(by=Amount(1.0, "1"), within=Duration(60_000), priority=LOW),
            Quantity.COUNT,
            [*([0.0] * 9), 1.0, 2.0, 3.0, *([3.0] * 9), 4.0, *([4.0] * 9)],
            3.0,
        ),
        (
            flatline.Config(moved=k(0.3), window=Duration(100_000), priority=LOW),
            Quantity.TEMPERATURE,
            [*(22.0 + index % 3 / 10 for index in range(60)), *(22.0 + index % 2 for index in range(60))],
            pytest.approx(0.2),
        ),
    ],
)
def test_what_waits_by_itself_wants_no_delay_and_is_told_how_far_it_went(
    config: KindConfig, quantity: Quantity, values: Values, most: float
) -> None:
    found = told(all_of(config), beats(values), racks(1, quantity))
    assert (found.on_delays, found.off_delay, found.deadband) == ((), None, None)
    assert found.no_delays is not None
    assert len(found.before) == len(found.after) > 0
    (extreme,) = found.extremes
    assert extreme.measured.number == most


def test_a_forecast_that_flutters_wants_delays() -> None:
    config = forecast.Config(
        above=Amount(30.0, "Cel"), within=Duration(600_000), window=Duration(300_000), priority=LOW
    )
    ramp = [20.0 + index / 20 for index in range(45)]
    found = proposed(all_of(config), [*([20.0] * 60), *ramp, *([ramp[-1]] * 120)] * 2)
    (extreme,) = found.extremes
    assert extreme.measured.number == ramp[-1]
    assert waits(found)[1].setting == "off_delay"
    assert found.deadband is None


def test_the_tiers_of_a_band_are_advised_together() -> None:
    """The outer one is brief; the inner one pauses. Each delay is called as the band writes it."""
    inner = limit.Config(above=Amount(27.0, "Cel"), priority=LOW)
    outer = limit.Config(above=Amount(30.0, "Cel"), priority=LOW, on_delay=seconds(5))
    spell = [*([28.0] * 30), *([31.0] * 5), *([28.0] * 30)]
    entries = beats([*CALM, *spell, *([22.0] * 12), *spell, *CALM])
    rules = {"on_delay": [all_of(inner)], "urgent_on_delay": [all_of(outer)]}
    record = past(entries)
    before = [one for alike in rules.values() for rule in alike for one in record.tried(rule, racks(1)).stood]
    found = advice(rules, racks(1), record, before)
    on, urgent = found.on_delays
    assert (on.setting, on.times, on.proposed) == ("on_delay", 0, 0)
    assert (urgent.setting, urgent.times, urgent.now, urgent.proposed) == (
        *("urgent_on_delay", 2, seconds(5), seconds(60)),
    )
    assert found.off_delay is not None
    assert (found.off_delay.times, found.off_delay.proposed) == (1, seconds(300))
    assert (len(found.before), len(found.after)) == (4, 1)
