"""A counter's growth: told from its wraps and resets, over silences, and until it is long past."""

from collections.abc import Sequence

import pytest

from roommon.model.alarm import Priority
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reason, bad, good
from roommon.model.text import Text
from roommon.rules.kinds import increment
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import HOUR, INLET, RACK, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
STRIKES = Sensor(RACK, "strikes", Quantity.COUNT, Text("strikes", "雷击次数"))
ENERGY = Sensor(RACK, "energy", Quantity.ENERGY, Text("energy", "电能"))
DAY_S = 86_400


def config(by: float = 1, wraps_at: float | None = None, within_s: int = DAY_S, unit: str = "1") -> increment.Config:
    wraps = None if wraps_at is None else Amount(wraps_at, unit)
    return increment.Config(by=Amount(by, unit), within=seconds(within_s), wraps_at=wraps, priority=Priority.LOW)


def told(of: increment.Config, day: Sequence[tuple[float, float]]) -> tuple[Condition, str]:
    """The last condition and the growth, as text, after readings at these hours."""
    judge = of.judge(STRIKES)
    condition, active = UNKNOWN, False
    for hour, count in day:
        reading = good(STRIKES.id, after(hour * HOUR / 1000), count)
        condition = judge.evaluate(reading, active)
        active = condition is PRESENT or (active and condition is UNKNOWN)
    return condition, judge.finding(reading, None).words["growth"].en


@pytest.mark.parametrize(
    ("counts", "growth"),
    [
        ([3, 3, 4], "1"),
        ([3, 5, 5, 8], "5"),
        ([3, 5, 0, 0], "2"),
        ([3, 5, 0, 1], "3"),
        ([65534, 1], "0"),
    ],
)
def test_what_it_rose_is_added_up_and_a_fall_begins_anew(counts: Sequence[float], growth: str) -> None:
    assert told(config(), list(enumerate(counts))) == (PRESENT if growth != "0" else UNKNOWN, growth)


@pytest.mark.parametrize(
    ("counts", "growth"),
    [([65534, 1], "3"), ([65534, 2, 5], "7"), ([40_000, 3], "25539"), ([30_000, 3], "0"), ([65_000, 0], "536")],
)
def test_a_fall_is_a_wrap_if_the_counter_then_grew_by_less_than_half_of_its_range(
    counts: Sequence[float], growth: str
) -> None:
    assert told(config(by=100_000, wraps_at=65536), list(enumerate(counts)))[1] == growth


def test_it_ends_when_nothing_grew_within_the_window() -> None:
    grown = [(0.0, 3.0), (1.0, 4.0), (20.0, 9.0)]
    assert told(config(by=5), [*grown, (43.9, 9.0)]) == (PRESENT, "5")
    assert told(config(by=5), [*grown, (25.5, 9.0), (43.9, 9.0)]) == (PRESENT, "5")
    assert told(config(by=5), [*grown, (25.5, 9.0), (44.0, 9.0)]) == (ABSENT, "0")


def test_what_is_left_of_a_growth_keeps_an_alarm_and_raises_none() -> None:
    judge = config(by=5).judge(STRIKES)
    for hour, count in ((0, 0), (1, 4), (12, 7), (24, 7), (26, 7)):
        reading = good(STRIKES.id, after(hour * 3600), count)
        raised, kept = judge.evaluate(reading, False), judge.evaluate(reading, True)
    assert (raised, kept) == (ABSENT, PRESENT)


def test_until_it_was_watched_for_the_whole_window_it_is_not_known_that_nothing_grew() -> None:
    assert told(config(), [(0, 3), (23.9, 3)]) == (UNKNOWN, "0")
    assert told(config(), [(0, 3), (24, 3)]) == (ABSENT, "0")


def test_it_grows_over_a_silence_that_is_no_longer_than_the_window() -> None:
    assert told(config(), [(0, 3), (24, 5)]) == (PRESENT, "2")
    assert told(config(), [(0, 3), (24.1, 5)]) == (UNKNOWN, "0")


def test_a_bad_reading_is_no_judgement() -> None:
    judge = config().judge(STRIKES)
    judge.evaluate(good(STRIKES.id, after(0), 3.0), False)
    assert judge.evaluate(bad(STRIKES.id, after(10), Reason.NO_COMMUNICATION), False) is UNKNOWN
    assert judge.evaluate(good(STRIKES.id, after(20), 4.0), False) is PRESENT


def test_tenths_that_floats_do_not_hold_are_a_tenth() -> None:
    judge = config(by=0.3, unit="kW.h").judge(ENERGY)
    for second, energy in enumerate((1.1, 1.2, 1.3)):
        assert judge.evaluate(good(ENERGY.id, after(second), energy), False) is UNKNOWN
    reading = good(ENERGY.id, after(3), 1.4)
    assert judge.evaluate(reading, False) is PRESENT
    assert judge.finding(reading, None).words["growth"].en == "0.3 kWh"


def test_it_says_what_it_cannot_judge() -> None:
    assert wrong(increment.faults(config(), STRIKES)) == []
    assert wrong(increment.faults(config(unit="kW.h"), ENERGY)) == []
    assert wrong(increment.faults(config(), INLET)) == [
        ": rack-a.inlet is a temperature, not a counter; use limit or rate_of_change"
    ]
    assert wrong(increment.faults(config(by=0, wraps_at=-1, within_s=0), STRIKES)) == [
        "within: the window is empty; give a time, such as 10 min or 1 h",
        "by: by is not more than 0; give a number above 0",
        "wraps_at: the counter wraps before it could grow so far; give its whole range, such as 65536 or 4294967296",
    ]
    assert wrong(increment.faults(config(wraps_at=65536), ENERGY)) == [
        "by: by has no unit, but rack-a.energy wants kWh; write `1 kWh`",
        "wraps_at: wraps_at has no unit, but rack-a.energy wants kWh; write `65536 kWh`",
    ]
    assert wrong(increment.beat_faults(config(within_s=30), seconds(10))) == [
        "within: the window holds too few readings to see a growth; give at least 40 s, or read the sensor more often"
    ]
