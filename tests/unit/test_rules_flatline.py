"""A probe that stands still, told from one that is calm."""

from collections.abc import Sequence

import pytest

from roommon.model.alarm import Priority
from roommon.model.quantity import Amount
from roommon.model.reading import Reason, bad, good
from roommon.rules.kinds import flatline
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import INLET, LEAK, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
HOUR_S = 3600


def config(moved: float | None = None, window_s: int = HOUR_S, unit: str = "K") -> flatline.Config:
    least = None if moved is None else Amount(moved, unit)
    return flatline.Config(moved=least, window=seconds(window_s), priority=Priority.LOW)


def told(of: flatline.Config, values: Sequence[float | None], every_s: int = 60) -> Condition:
    judge = of.judge(INLET)
    for beat, value in enumerate(values):
        at = after(beat * every_s)
        reading = bad(INLET.id, at, Reason.OVERDUE) if value is None else good(INLET.id, at, value)
        condition = judge.evaluate(reading, False)
    return condition


def test_it_is_flat_once_the_readings_reach_back_over_the_whole_window() -> None:
    assert told(config(), [21.4] * 60) is UNKNOWN
    assert told(config(), [21.4] * 61) is PRESENT


def test_it_has_moved_at_once_and_for_the_window() -> None:
    assert told(config(), [21.4, 21.5]) is ABSENT
    assert told(config(), [21.5, *[21.4] * 60]) is ABSENT
    assert told(config(), [21.5, *[21.4] * 61]) is PRESENT


def test_a_beat_at_another_value_is_a_movement_however_many_readings_a_window_has() -> None:
    readings = [21.4] * 7200
    readings[5000] = 21.5
    assert told(config(), readings, every_s=1) is ABSENT


@pytest.mark.parametrize("low", [0.1, 0.7, 1.1, 20.1, -3.3, 99.9])
def test_as_much_as_is_allowed_is_no_movement_in_any_floats(low: float) -> None:
    assert told(config(moved=0.2), [low, round(low + 0.2, 1)] * 40) is PRESENT
    assert told(config(moved=0.2), [low, round(low + 0.3, 1)] * 40) is ABSENT


def test_a_silence_of_more_than_a_quarter_of_the_window_starts_it_anew() -> None:
    assert told(config(), [*[21.4] * 30, *[None] * 14, *[21.4] * 17]) is PRESENT
    assert told(config(), [*[21.4] * 30, *[None] * 15, *[21.4] * 30]) is UNKNOWN
    assert told(config(), [21.4] * 61 + [None]) is UNKNOWN


def test_it_says_how_far_it_moved() -> None:
    judge = config(moved=0.1).judge(INLET)
    for beat, value in enumerate((21.0, 21.25)):
        reading = good(INLET.id, after(beat), value)
        judge.evaluate(reading, False)
    finding = judge.finding(reading, None)
    assert (finding.limit, finding.words["movement"].en, finding.words["window"].en) == ("0.10 K", "0.25 K", "1 h")


def test_it_says_what_it_cannot_judge() -> None:
    assert wrong(flatline.faults(config(), INLET)) == []
    assert wrong(flatline.faults(config(moved=0.1), INLET)) == []
    assert wrong(flatline.faults(config(), LEAK)) == [
        ": rack-a.leak is a contact: it may stand still; use flatline for values that are measured"
    ]
    assert wrong(flatline.faults(config(moved=-1, unit="Cel", window_s=0), INLET)) == [
        "window: the window is empty; give a time, such as 10 min or 1 h",
        "moved: moved is in °C, but rack-a.inlet wants K; write it in K",
        "moved: moved is not more than 0; give a number above 0",
    ]
    [short] = wrong(flatline.beat_faults(config(), seconds(400)))
    assert short.startswith("window: the window holds too few readings to tell a standstill; give at least 4000 s")
