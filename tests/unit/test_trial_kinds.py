"""How far an alarm of each kind of rule went, over records that are made up, and what such a record must not hide."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.quantity import Amount, Quantity
from roommon.record.trial import Moving, Past
from roommon.rules.kinds import (
    bad_quality,
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
from tests.peers.tried_room import BEAT, all_of, beats, inlet, number, past, racks, shown, stood

LOW = Priority.LOW
MINUTES = 6
"""Beats in a minute."""
HOT = limit.Config(above=Amount(27.0, "Cel"), priority=LOW)


def k(value: float) -> Amount:
    return Amount(value, "K")


def minutes(count: float) -> Duration:
    return Duration(round(count * 60_000))


def test_a_vote_goes_as_far_as_the_last_that_it_takes() -> None:
    """The first is the hottest and has no neighbour there: what counts against 27 °C is the second hottest."""
    config = vote.Config(at_least=2, above=Amount(27.0, "Cel"), priority=LOW)
    first, second = [20.0, 40.0, 41.0, 42.0, 20.0], [20.0, 27.5, 29.5, 28.0, 20.0]
    third = [20.0, 20.0, 20.0, 27.2, 20.0]
    (one,) = stood(all_of(config), beats(first, second, third), 3)
    assert one.alarm == "tried.rack-0.inlet", "it is called after the first"
    assert number(one) == 29.5
    assert shown(one) == ("29.5 °C (2 of 3)", "29.5 °C（3 个中 2 个）")


def test_a_vote_below_goes_down() -> None:
    config = vote.Config(at_least=2, below=Amount(10.0, "Cel"), priority=LOW)
    (one,) = stood(all_of(config), beats([20.0, 9.0, 2.0], [20.0, 8.0, 7.0], [20.0, 20.0, 20.0]), 3)
    assert number(one) == 7.0


def test_a_vote_of_contacts_counts_votes() -> None:
    config = vote.Config(at_least=2, priority=LOW)
    entries = beats([0.0, 1.0, 1.0, 0.0], [0.0, 1.0, 1.0, 1.0], [0.0, 0.0, 1.0, 1.0])
    (one,) = past(entries).tried(all_of(config), racks(3, Quantity.CONTACT)).stood
    assert (number(one), shown(one)) == (3, ("3 of 3", "3 个中 3 个"))


def test_a_vote_outside_a_band_counts_votes_too() -> None:
    config = vote.Config(at_least=2, above=Amount(27.0, "Cel"), below=Amount(18.0, "Cel"), priority=LOW)
    (one,) = stood(all_of(config), beats([20.0, 30.0], [20.0, 10.0], [20.0, 20.0]), 3)
    assert shown(one)[0] == "2 of 3"


@pytest.mark.parametrize(("values", "farthest"), [([22.0, 27.0, 29.0, 26.5], 7.0), ([22.0, 17.0, 15.0, 18.5], -7.0)])
def test_a_deviation_goes_as_far_as_the_gap(values: list[float], farthest: float) -> None:
    config = deviation.Config(more_than=k(3.0), priority=LOW)
    (one,) = stood(all_of(config), beats([22.0] * 4, [22.0] * 4, [22.0] * 4, values), 4)
    assert number(one) == farthest
    assert shown(one)[0] == f"{farthest:+.1f} K"


def test_a_rate_goes_as_far_as_the_steepest_and_not_the_highest() -> None:
    config = rate_of_change.Config(above=Amount(6.0, "K/h"), window=minutes(10), priority=LOW)
    calm, steep, slow = (
        [20.0] * 60,
        [20 + beat / 30 for beat in range(1, 61)],
        [22 + beat / 180 for beat in range(1, 241)],
    )
    (one,) = stood(all_of(config), beats([*calm, *steep, *slow]))
    assert number(one) == pytest.approx(12.0, rel=0.01)
    assert shown(one)[0] == "12.00 K/h"


def test_a_forecast_goes_as_far_as_the_value_came() -> None:
    """It is raised below its limit, and how near the value came says whether the forecast was right."""
    config = forecast.Config(above=Amount(30.0, "Cel"), within=minutes(30), window=minutes(10), priority=LOW)
    up, down = [20 + beat / 20 for beat in range(180)], [29 - beat / 20 for beat in range(60)]
    (one,) = stood(all_of(config), beats([*up, *down]))
    assert number(one) == 29.0, "the highest, not what it was as it was raised"
    falling = forecast.Config(below=Amount(10.0, "Cel"), within=minutes(30), window=minutes(10), priority=LOW)
    (other,) = stood(all_of(falling), beats([40 - value for value in (*up, *down)]))
    assert number(other) == 11.0


def test_a_flatline_goes_as_far_as_it_moved_least() -> None:
    config = flatline.Config(moved=k(0.5), window=minutes(10), priority=LOW)
    restless = [20.0 + beat % 2 for beat in range(90)]
    creeping = [20.0 + beat % 2 * 0.4 for beat in range(90)]
    (one,) = stood(all_of(config), beats([*restless, *creeping, *([20.0] * 90), *restless]))
    assert number(one) == 0.0
    assert shown(one)[0] == "0.00 K"


def test_a_duration_goes_as_far_as_the_day_came_together() -> None:
    config = duration.Config(above=Amount(27.0, "Cel"), more_than=minutes(10), zone=ZoneInfo("UTC"), priority=LOW)
    (one,) = stood(all_of(config), beats([20.0, *([30.0] * (15 * MINUTES)), *([20.0] * 60), *([30.0] * (5 * MINUTES))]))
    assert number(one) == pytest.approx(20 * 60, abs=20)
    assert shown(one) == ("20 min", "20 min")


def test_an_increment_goes_as_far_as_it_grew() -> None:
    config = increment.Config(by=Amount(3.0, "1"), within=minutes(10), priority=LOW)
    entries = beats([0.0, *([0.0] * 60), 1.0, 2.0, 3.0, 4.0, 5.0, *([5.0] * 120), 6.0])
    (one,) = past(entries).tried(all_of(config), racks(1, Quantity.COUNT)).stood
    assert (number(one), shown(one)[0]) == (5.0, "5")


def test_a_state_is_named_and_goes_nowhere() -> None:
    entries = beats([0.0, 1.0, 1.0, 0.0])
    (one,) = past(entries).tried(all_of(off_normal.Config(priority=LOW)), racks(1, Quantity.CONTACT)).stood
    assert shown(one) == ("water", "有水")


def test_what_has_no_value_says_why_and_not_what_came_later() -> None:
    config = bad_quality.Config(priority=LOW, off_delay=minutes(1))
    (one,) = stood(all_of(config), beats([20.0, None, None, 31.0, 31.0, 31.0]))
    assert shown(one) == ("no value (no communication)", "无数值（通信中断）")


def test_a_flood_of_alarms_is_no_alarm_of_the_rule() -> None:
    found = stood(all_of(HOT), beats(*([20.0, 30.0, 20.0] for _ in range(12))), 12)
    assert len(found) == 12
    assert {one.alarm for one in found} == {f"tried.{inlet(rack)}" for rack in range(12)}


def test_each_sensor_has_its_own_peak() -> None:
    one, other = stood(all_of(HOT), beats([20.0, 28.0, 29.0], [20.0, 35.0, 28.0]), 2)
    assert (number(one), number(other)) == (29.0, 35.0)


def test_what_came_before_is_remembered_and_not_judged() -> None:
    """A flatline's own window and its neighbours' reach back before the time."""
    config = flatline.Config(moved=k(0.1), window=minutes(10), neighbours_moved=k(1.0), priority=LOW)
    still, moving = [22.0] * 120, [22.0 + beat % 5 for beat in range(120)]
    (one,) = stood(all_of(config), beats(still, moving), 2, begin=110 * BEAT)
    assert (one.alarm, one.begin) == (f"tried.{inlet(0)}", 110 * BEAT)


def test_what_stands_as_the_time_begins_has_its_own_beginning() -> None:
    """Within the deadband it goes on; what was over before is not of the time."""
    config = limit.Config(above=Amount(27.0, "Cel"), deadband=k(1.0), priority=LOW)
    entries = beats([20.0, 28.0, 20.0, 29.0, 26.5, 26.5, 26.5, 25.0])
    record = Past(lambda: iter(entries), Instant(5 * BEAT), fold_from=Instant(0))
    (one,) = record.tried(all_of(config), racks(1)).stood
    assert (one.begin, one.end, number(one)) == (3 * BEAT, 7 * BEAT, 29.0)


def test_a_step_of_the_clock_before_the_time_moves_what_is_remembered() -> None:
    """Without it the window would hold a gap of an hour, and begin anew."""
    step = 3_600_000
    before, after = beats([20.0] * 90), beats([20.0] * 30, first=90 * BEAT + step)
    config = flatline.Config(window=minutes(10), priority=LOW)
    entries: list[Moving] = [*before, ClockStep(Instant(90 * BEAT + step), Duration(step)), *after]
    (one,) = stood(all_of(config), entries, begin=90 * BEAT + step)
    assert one.begin == 90 * BEAT + step


@pytest.mark.parametrize(
    "moved",
    [
        ClockStep(Instant(30 * BEAT + 3_600_000), Duration(3_600_000)),
        ClockStep(Instant(0), Duration(-30 * BEAT)),
        Resumed(Instant(0), Duration(-30 * BEAT)),
    ],
)
def test_what_the_clock_was_set_by_is_no_time_that_an_alarm_stood(moved: ClockStep | Resumed) -> None:
    before, after = beats([30.0] * 30), beats([30.0] * 30 + [20.0], first=moved.at)
    (one,) = stood(all_of(HOT), [*before, moved, *after])
    assert one.lasted(Instant(0)) == 60 * BEAT


def test_a_stop_is_time_that_an_alarm_stood() -> None:
    before, after = beats([30.0] * 30), beats([30.0] * 30 + [20.0], first=90 * BEAT)
    (one,) = stood(all_of(HOT), [*before, Resumed(Instant(90 * BEAT), Duration(61 * BEAT)), *after])
    assert one.lasted(Instant(0)) == 120 * BEAT


def test_who_said_nothing_is_known() -> None:
    entries = [*beats([20.0, 20.0], [None, None])]
    rule, devices = all_of(HOT), racks(3)
    assert past(entries).tried(rule, devices).judged == {inlet(0)}
    blind = all_of(bad_quality.Config(priority=LOW))
    assert past(entries).tried(blind, devices).judged == {inlet(0), inlet(1)}, "it judges readings without a value"


@pytest.mark.parametrize(("keep", "times_read"), [(40, 1), (39, 2)])
def test_a_record_that_is_too_long_to_keep_is_read_again(keep: int, times_read: int) -> None:
    times: list[int] = []

    def read() -> Iterator[Moving]:
        times.append(1)
        return iter(beats([20.0, 30.0] * 20))

    record = Past(read, Instant(0), keep=keep)
    assert [len(record.tried(all_of(HOT), racks(1)).stood) for _ in range(2)] == [20, 20]
    assert len(times) == times_read
