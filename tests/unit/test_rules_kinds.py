"""Each kind of rule on single readings, and what it says of sensors that it cannot judge."""

import pytest

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.model.reading import Quality, Reading, Reason, bad, good
from roommon.model.text import Text
from roommon.rules.kinds import bad_quality, limit, off_normal, rate_of_change
from roommon.rules.rule import Finding
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import HOUR, INLET, LEAK, MODE, START, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
WARM = limit.Config(above=Amount(27.0, "Cel"), deadband=Amount(1.0, "K"), priority=Priority.MEDIUM)
RECOMMENDED = limit.Config(
    above=Amount(27.0, "Cel"), below=Amount(18.0, "Cel"), deadband=Amount(1.0, "K"), priority=Priority.LOW
)


@pytest.mark.parametrize(
    ("value", "active", "condition"),
    [
        (27.0, False, ABSENT),
        (27.125, False, PRESENT),
        (26.5, False, ABSENT),
        (26.125, True, PRESENT),
        (26.0, True, ABSENT),
    ],
)
def test_a_limit_is_exceeded_only_beyond_it_and_left_by_the_whole_deadband(
    value: float, active: bool, condition: Condition
) -> None:
    assert WARM.judge(INLET).evaluate(good(INLET.id, START, value), active) is condition


@pytest.mark.parametrize(
    ("value", "active", "condition"),
    [
        (18.0, False, ABSENT),
        (17.875, False, PRESENT),
        (27.125, False, PRESENT),
        (18.5, True, PRESENT),
        (19.0, True, ABSENT),
        (26.0, True, ABSENT),
    ],
)
def test_outside_is_below_or_above(value: float, active: bool, condition: Condition) -> None:
    assert RECOMMENDED.judge(INLET).evaluate(good(INLET.id, START, value), active) is condition


def test_an_uncertain_value_is_judged_like_a_good_one() -> None:
    doubtful = Reading(INLET.id, START, 30.0, Quality.UNCERTAIN, Reason.SENSOR_FAILURE)
    assert WARM.judge(INLET).evaluate(doubtful, False) is PRESENT
    assert bad_quality.Config(priority=Priority.LOW).judge(INLET).evaluate(doubtful, True) is ABSENT


def test_the_setpoint_is_the_one_that_was_crossed() -> None:
    judge = RECOMMENDED.judge(INLET)
    assert judge.finding(good(INLET.id, START, 28.0), None) == Finding(27.0, "27.0 °C")
    assert judge.finding(good(INLET.id, START, 17.0), None) == Finding(18.0, "18.0 °C")
    assert judge.finding(good(INLET.id, START, 20.0), 27.0) == Finding(27.0, "27.0 °C")
    assert judge.finding(good(INLET.id, START, 20.0), 30.0) == Finding(18.0, "18.0 °C"), "30 is no setpoint any more"


@pytest.mark.parametrize("config", [WARM, off_normal.Config(priority=Priority.LOW)])
def test_no_value_is_no_judgement(config: limit.Config | off_normal.Config) -> None:
    sensor = INLET if config is WARM else LEAK
    for reason in Reason:
        for active in (False, True):
            assert config.judge(sensor).evaluate(bad(sensor.id, START, reason), active) is UNKNOWN


def test_a_limit_says_what_it_cannot_judge() -> None:
    assert wrong(limit.faults(WARM, INLET)) == []
    assert wrong(limit.faults(WARM, LEAK)) == [": rack-a.leak is a contact: its numbers are names; use off_normal"]
    askew = limit.Config(
        above=Amount(27.0, "K"), below=Amount(28.0, "V"), deadband=Amount(-1.0, "Cel"), priority=Priority.LOW
    )
    assert wrong(limit.faults(askew, INLET)) == [
        "above: above is in K, but rack-a.inlet wants °C; write it in °C",
        "below: below is in V, but rack-a.inlet wants °C; write it in °C",
        "deadband: deadband is in °C, but rack-a.inlet wants K; write it in K",
        "above: above is not higher than below; exchange them; the alarm is outside the two",
        "deadband: the deadband is negative; give how far the value must come back, 0 or more",
    ]
    assert wrong(limit.faults(limit.Config(priority=Priority.LOW), INLET)) == [
        ": no setpoint is given; give above, below, or both"
    ]


def test_a_deadband_must_leave_values_that_end_the_alarm() -> None:
    def band(deadband: float) -> limit.Config:
        return limit.Config(
            above=Amount(27.0, "Cel"),
            below=Amount(18.0, "Cel"),
            deadband=Amount(deadband, "K"),
            priority=Priority.LOW,
        )

    assert wrong(limit.faults(band(4.5), INLET)) == []
    assert wrong(limit.faults(band(4.625), INLET)) == [
        "deadband: the deadband is wider than half the band: no value would end the alarm; give at most 4.5 K"
    ]


@pytest.mark.parametrize(
    ("config", "value", "condition"),
    [
        (off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({"on battery"})), 2.0, PRESENT),
        (off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({"电池供电", 3})), 2.0, PRESENT),
        (off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({"电池供电", 3})), 3.0, PRESENT),
        (off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({"On Battery"})), 1.0, ABSENT),
        (off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({2})), 17.0, ABSENT),
        (off_normal.Config(priority=Priority.HIGH, normal=frozenset({"on mains"})), 1.0, ABSENT),
        (off_normal.Config(priority=Priority.HIGH, normal=frozenset({"on mains"})), 17.0, PRESENT),
    ],
)
def test_states_are_meant_by_name_or_number(config: off_normal.Config, value: float, condition: Condition) -> None:
    assert not wrong(off_normal.faults(config, MODE))
    assert config.judge(MODE).evaluate(good(MODE.id, START, value), False) is condition


def test_a_contact_is_abnormal_at_1_unless_told_otherwise() -> None:
    plain = off_normal.Config(priority=Priority.HIGH)
    inverted = off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({0}))
    assert not wrong([*off_normal.faults(plain, LEAK), *off_normal.faults(inverted, LEAK)])
    for value in (0.0, 1.0):
        reading = good(LEAK.id, START, value)
        assert (plain.judge(LEAK).evaluate(reading, False) is PRESENT) is (value == 1)
        assert (inverted.judge(LEAK).evaluate(reading, False) is PRESENT) is (value == 0)


def test_off_normal_says_what_it_cannot_judge() -> None:
    plain = off_normal.Config(priority=Priority.HIGH)
    assert wrong(off_normal.faults(plain, INLET)) == [
        ": rack-a.inlet is a temperature, not a contact or state; use limit"
    ]
    [unsaid] = wrong(off_normal.faults(plain, MODE))
    assert unsaid.startswith(": nothing says which states of rack-a.mode are abnormal; ")
    assert unsaid.endswith("give abnormal or normal, of 1 on mains, 2 on battery, 3 off")
    odd = off_normal.Config(priority=Priority.HIGH, abnormal=frozenset({"on batery"}), normal=frozenset({9}))
    assert wrong(off_normal.faults(odd, MODE)) == [
        "normal: both abnormal and normal are given; keep one: the states that it lists decide",
        "abnormal: rack-a.mode has no state 'on batery'; its states are 1 on mains, 2 on battery, 3 off",
        "normal: rack-a.mode has no state 9; its states are 1 on mains, 2 on battery, 3 off",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_bad_quality_is_about_the_reasons_that_it_names(reason: Reason) -> None:
    named = bad_quality.Config(priority=Priority.LOW, reasons=frozenset({Reason.OUT_OF_RANGE})).judge(INLET)
    every = bad_quality.Config(priority=Priority.LOW).judge(INLET)
    reading = bad(INLET.id, START, reason)
    assert every.evaluate(reading, False) is PRESENT
    assert named.evaluate(reading, False) is (PRESENT if reason is Reason.OUT_OF_RANGE else ABSENT)
    assert every.evaluate(good(INLET.id, START, 20.0), True) is ABSENT


def test_bad_quality_can_judge_every_sensor() -> None:
    config = bad_quality.Config(priority=Priority.LOW)
    assert not [fault for sensor in (INLET, LEAK, MODE) for fault in bad_quality.faults(config, sensor)]


def test_a_rate_says_what_it_cannot_judge() -> None:
    def rate(above: Amount | None = None, below: Amount | None = None) -> rate_of_change.Config:
        return rate_of_change.Config(above=above, below=below, window=seconds(3600), priority=Priority.LOW)

    assert wrong(rate_of_change.faults(rate(above=Amount(5.0, "K/h"), below=Amount(-5.0, "K/h")), INLET)) == []
    assert wrong(rate_of_change.faults(rate(above=Amount(0.5, "K/min")), INLET)) == []
    assert wrong(rate_of_change.faults(rate(above=Amount(5.0, "K/h")), LEAK)) == [
        ": rack-a.leak is a contact: its numbers are names; use off_normal"
    ]
    assert wrong(rate_of_change.faults(rate(above=Amount(5.0, "Cel")), INLET)) == [
        "above: above is in °C, but rack-a.inlet wants K/h; write it in K/h"
    ]
    assert wrong(rate_of_change.faults(rate(above=Amount(5.0, "K/h"), below=Amount(-0.1, "K/min")), INLET)) == [
        "below: below is in K/min, but rack-a.inlet wants K/h; write it in K/h"
    ]
    assert wrong(rate_of_change.faults(rate(), INLET)) == [": no setpoint is given; give above, below, or both"]


def test_a_window_must_hold_enough_beats() -> None:
    config = rate_of_change.Config(above=Amount(5.0, "K/h"), window=seconds(100), priority=Priority.LOW)
    assert wrong(rate_of_change.beat_faults(config, seconds(10))) == []
    assert wrong(rate_of_change.beat_faults(config, seconds(11))) == [
        "window: the window holds too few readings to tell a rate; give at least 110 s, or read the sensor more often"
    ]
    empty = rate_of_change.Config(above=Amount(5.0, "K/h"), window=seconds(0), priority=Priority.LOW)
    assert wrong(rate_of_change.faults(empty, INLET)) == [
        "window: the window is empty; give a time, such as 10 min or 1 h"
    ]


def test_a_fault_is_said_in_both_languages() -> None:
    faults = [
        *limit.faults(limit.Config(above=Amount(1.0, "V"), priority=Priority.LOW), INLET),
        *off_normal.faults(off_normal.Config(priority=Priority.LOW), MODE),
        *rate_of_change.beat_faults(
            rate_of_change.Config(above=Amount(5.0, "K/h"), window=seconds(1), priority=Priority.LOW), seconds(1)
        ),
    ]
    texts: list[Text] = [text for fault in faults for text in (fault.problem, fault.remedy)]
    assert len(texts) == 6
    assert all(text.en != text.zh_cn and not text.zh_cn.isascii() for text in texts)


def climb(config: rate_of_change.Config, per_hour: float, length_s: int, step_s: int = 10) -> Condition:
    judge = config.judge(INLET)
    condition = UNKNOWN
    for elapsed in range(0, length_s + 1, step_s):
        value = 20.0 + per_hour * elapsed * 1_000 / HOUR
        condition = judge.evaluate(good(INLET.id, after(elapsed), value), False)
    return condition


def test_a_rate_is_judged_once_three_quarters_of_the_window_are_known() -> None:
    config = rate_of_change.Config(above=Amount(5.0, "K/h"), window=seconds(3600), priority=Priority.LOW)
    assert climb(config, 6.0, 2680) is UNKNOWN
    assert climb(config, 6.0, 2720) is PRESENT
    assert climb(config, 4.0, 2720) is ABSENT
    assert climb(config, -6.0, 2720) is ABSENT
