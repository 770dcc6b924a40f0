"""A forecast: how long until a limit, how sure that is, and what does not disturb it."""

from collections.abc import Callable, Sequence

import pytest

from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, Reason, bad, good
from roommon.model.text import Text
from roommon.rules import forecasts
from roommon.rules.kinds import forecast
from roommon.rules.rule import Judge
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import INLET, LEAK, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
HOT = forecast.Config(above=Amount(32, "Cel"), within=seconds(1800), window=seconds(900), priority=Priority.HIGH)
DRY = forecast.Config(below=Amount(10, "Cel"), within=seconds(1800), window=seconds(900), priority=Priority.HIGH)
TENTHS = (0.0, 0.1, -0.1, 0.0, -0.1, 0.1, 0.1)
"""What a probe that shows tenths adds to what is."""


def climb(start: float, per_min: float) -> Callable[[int], float]:
    return lambda second: round(start + per_min * second / 60 + TENTHS[second // 10 % len(TENTHS)], 1)


def told(judge: Judge, value: Callable[[int], float], times: Sequence[int], active: bool = False) -> tuple[str, str]:
    """The last condition, and what it says, after a reading at each of these seconds."""
    for second in times:
        reading = good(INLET.id, after(second), value(second))
        condition = judge.evaluate(reading, active)
    return condition, judge.finding(reading, None).words["forecast"].en


TEN_S = range(0, 900, 10)


def test_it_says_when_the_limit_is_reached_and_how_sure_that_is() -> None:
    assert told(HOT.judge(INLET), climb(20.0, 0.4), TEN_S) == (PRESENT, "reaches 32.0 °C in 15 min (15 to 15 min)")
    assert told(DRY.judge(INLET), climb(20.0, -0.4), TEN_S)[0] is PRESENT


def test_it_is_silent_when_the_limit_is_farther_than_asked_or_behind() -> None:
    assert told(HOT.judge(INLET), climb(20.0, 0.2), TEN_S)[0] is ABSENT
    assert told(HOT.judge(INLET), climb(28.0, -0.2), TEN_S) == (ABSENT, "does not reach 32.0 °C within 30 min")
    assert told(DRY.judge(INLET), climb(12.0, 0.2), TEN_S)[0] is ABSENT


def test_noise_just_below_the_limit_is_no_slope() -> None:
    for phase in range(7):
        noise = climb(31.7, 0.0)
        assert told(HOT.judge(INLET), lambda second: noise(second + 10 * phase), TEN_S)[0] is ABSENT  # noqa: B023


@pytest.mark.parametrize("odd", [-40.0, 0.0, 31.9])
@pytest.mark.parametrize("at", [0, 300, 870])
def test_one_odd_reading_moves_it_by_a_minute_at_most(odd: float, at: int) -> None:
    steady = climb(20.0, 0.4)
    minutes = int(told(HOT.judge(INLET), lambda second: odd if second == at else steady(second), TEN_S)[1].split()[4])
    assert abs(minutes - 15) <= 1


def test_until_it_knows_three_quarters_of_the_window_it_does_not_know() -> None:
    assert told(HOT.judge(INLET), climb(20.0, 0.6), range(0, 661, 10))[0] is UNKNOWN
    assert told(HOT.judge(INLET), climb(20.0, 0.6), range(0, 691, 10))[0] is PRESENT


def test_while_it_stands_it_ends_later_than_it_was_raised() -> None:
    steady = climb(20.0, 0.25)
    assert told(HOT.judge(INLET), steady, TEN_S)[0] is ABSENT
    assert told(HOT.judge(INLET), steady, TEN_S, active=True)[0] is PRESENT
    assert told(HOT.judge(INLET), climb(20.0, 0.2), TEN_S, active=True)[0] is ABSENT


def test_beyond_the_limit_an_alarm_stands_on_and_none_is_raised() -> None:
    level = climb(33.0, 0.0)
    assert told(HOT.judge(INLET), level, TEN_S)[0] is ABSENT
    assert told(HOT.judge(INLET), level, TEN_S, active=True)[0] is PRESENT


def test_what_is_no_value_is_no_judgement() -> None:
    judge = HOT.judge(INLET)
    told(judge, climb(20.0, 0.4), TEN_S)
    assert judge.evaluate(bad(INLET.id, after(900), Reason.OVERDUE), False) is UNKNOWN
    assert judge.evaluate(good(INLET.id, after(910), 1e300), False) is UNKNOWN
    assert judge.evaluate(good(INLET.id, after(920), 26.1), False) is PRESENT


def test_nothing_is_foretold_of_nothing() -> None:
    judge = HOT.judge(INLET)
    reading: Reading = bad(INLET.id, after(0), Reason.OVERDUE)
    assert judge.finding(reading, None).words["forecast"].zh_cn == "30 min 内不会达到 32.0 °C"


MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (
            (9 * MINUTE, 11 * MINUTE, 14 * MINUTE),
            Text("reaches 32 °C in 11 min (9 to 14 min)", "将在 11 分钟后达到 32 °C（9 至 14 分钟）"),
        ),
        (
            (40_000, 50_000, 80_000),
            Text("reaches 32 °C in 50 s (40 to 80 s)", "将在 50 秒后达到 32 °C（40 至 80 秒）"),
        ),
        (
            (2 * HOUR, 3.5 * HOUR, 5 * HOUR),
            Text("reaches 32 °C in 3.5 h (2.0 to 5.0 h)", "将在 3.5 小时后达到 32 °C（2.0 至 5.0 小时）"),
        ),
        (
            (3 * DAY, 4 * DAY, 80 * DAY),
            Text("reaches 32 °C in 4.0 d (3.0 d at the earliest)", "将在 4.0 天后达到 32 °C（最早 3.0 天）"),
        ),
    ],
)
def test_times_are_said_in_the_unit_of_the_likely_one(left: tuple[float, float, float], said: Text) -> None:
    assert forecasts.said("32 °C", forecasts.Left(*left)) == said


def test_it_says_what_it_cannot_judge() -> None:
    def config(above: Amount | None, below: Amount | None, within_s: int = 60) -> forecast.Config:
        return forecast.Config(
            above=above, below=below, within=seconds(within_s), window=Duration(0), priority=Priority.LOW
        )

    assert wrong(forecast.faults(HOT, INLET)) == []
    assert wrong(forecast.faults(HOT, LEAK)) == [": rack-a.leak is a contact: its numbers are names; use off_normal"]
    assert wrong(forecast.faults(config(Amount(1, "V"), Amount(1, "Cel"), 0), INLET)) == [
        "window: the window is empty; give a time, such as 10 min or 1 h",
        "within: the window is empty; give a time, such as 10 min or 1 h",
        ": not one limit is given; give above or below; for both, write two rules",
        "above: above is in V, but rack-a.inlet wants °C; write it in °C",
    ]
    assert wrong(forecast.faults(config(None, None), INLET))[1:] == [
        ": not one limit is given; give above or below; for both, write two rules"
    ]
    assert wrong(forecast.beat_faults(HOT, seconds(100))) == [
        "window: the window holds too few readings to tell a trend; give at least 1000 s, or read the sensor more often"
    ]
