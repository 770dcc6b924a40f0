"""Time beyond a limit, added up over a day of the calendar."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from roommon.journal import more
from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import Amount
from roommon.model.reading import Reason, bad, good
from roommon.rules import days
from roommon.rules.kinds import duration
from roommon.rules.rule import Finding
from roommon.rules.state import AlarmState, Carried, Condition
from tests.peers.misfits import wrong
from tests.peers.room import INLET, LEAK, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = 60_000, 3_600_000


def config(more_than_s: int = 3600, max_gap_s: int = 600, below: Amount | None = None) -> duration.Config:
    return duration.Config(
        above=Amount(27, "Cel"),
        below=below,
        more_than=seconds(more_than_s),
        zone=SHANGHAI,
        max_gap=seconds(max_gap_s),
        priority=Priority.LOW,
    )


def local(hour: int, minute: int = 0, day: int = 23) -> Instant:
    return Instant(round(datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).timestamp() * 1000))


def spent(day: Sequence[tuple[Instant, float]]) -> int:
    """The minutes that count after these readings."""
    judge = config().judge(INLET)
    for at, value in day:
        judge.evaluate(good(INLET.id, at, value), False)
    return judge.total // MINUTE


def test_the_time_from_a_reading_beyond_to_the_next_counts() -> None:
    assert spent([(local(8), 28), (local(8, 5), 28), (local(8, 10), 26), (local(8, 15), 26)]) == 10
    assert spent([(local(8), 27), (local(8, 5), 27), (local(8, 10), 27)]) == 0


def test_nothing_counts_over_a_gap() -> None:
    assert spent([(local(8), 28), (local(8, 10), 28)]) == 10
    assert spent([(local(8), 28), (local(8, 11), 28), (local(8, 15), 26)]) == 4


def test_a_new_day_begins_at_midnight_of_the_zone_in_the_middle_of_a_stretch() -> None:
    evening = [(local(23, minute), 28.0) for minute in range(0, 60, 10)]
    assert spent(evening) == 50
    assert spent([*evening, (local(0, day=24), 28), (local(0, 5, day=24), 28)]) == 5
    assert spent([*evening[:-1], (local(23, 55), 28), (local(0, 5, day=24), 26)]) == 5


def test_more_than_is_more_and_a_bad_reading_is_no_judgement() -> None:
    judge = config(more_than_s=600).judge(INLET)
    said = [judge.evaluate(good(INLET.id, Instant(local(8) + by), 28.0), False) for by in (0, 10 * MINUTE)]
    assert said == [ABSENT, ABSENT]
    assert judge.evaluate(bad(INLET.id, local(8, 11), Reason.OVERDUE), False) is UNKNOWN
    assert judge.evaluate(good(INLET.id, local(8, 12), 20.0), False) is PRESENT
    assert judge.evaluate(good(INLET.id, local(0, day=24), 20.0), True) is ABSENT


def test_it_says_how_long_it_was() -> None:
    judge = config(below=Amount(18, "Cel")).judge(INLET)
    for minute in (0, 10, 20):
        judge.evaluate(good(INLET.id, local(8, minute), 28.0), False)
    finding = judge.finding(good(INLET.id, local(8, 20), 16.0), 27.0)
    assert finding[:2] == Finding(18.0, "18.0 °C")[:2]
    assert finding.words["total"].en == "20 min"


def test_no_month_is_asked_for_more_than_it_has() -> None:
    month = replace(config(more_than_s=671 * 3600), per=duration.Period.MONTH)
    assert wrong(duration.faults(month, INLET)) == [
        "more_than: not every month is longer than that; give less than 671 h"
    ]
    assert wrong(duration.faults(replace(month, more_than=seconds(671 * 3600 - 1)), INLET)) == []


def test_what_a_month_came_to_is_on_the_disk_as_it_was() -> None:
    state = AlarmState(carried=Carried(local(0), Duration(HOUR)))
    assert more.state_of(*more.state_columns(state)) == state


def test_a_month_of_steady_readings_is_a_handful_of_marks() -> None:
    judge = config().judge(INLET)
    for beat in range(30 * 1440):
        judge.remember(Instant(local(0) + beat * MINUTE), 28.0)
    assert judge.total == 1439 * MINUTE
    assert len(list(judge.remembered())) <= 1440 // 10 + 3


def test_late_in_the_evening_its_history_still_has_the_morning() -> None:
    whole, restarted = config().judge(INLET), config().judge(INLET)
    day = [Instant(local(0) + beat * 5 * MINUTE) for beat in range(288)]
    for at in day:
        whole.remember(at, 28.0 if at < local(1) else 20.0)
    for at in (each for each in day if each >= day[-1] - restarted.history()):
        restarted.remember(at, 28.0 if at < local(1) else 20.0)
    assert restarted.total == whole.total == HOUR


@pytest.mark.parametrize(
    ("zone", "at", "begins", "hours"),
    [
        ("Asia/Shanghai", "2026-11-23T15:59:59", "2026-11-22T16:00:00", 24),
        ("Asia/Shanghai", "2026-11-23T16:00:00", "2026-11-23T16:00:00", 24),
        ("Europe/Berlin", "2026-03-29T12:00:00", "2026-03-28T23:00:00", 23),
        ("Europe/Berlin", "2026-10-25T00:30:00", "2026-10-24T22:00:00", 25),
        ("Africa/Cairo", "2026-04-24T12:00:00", "2026-04-23T22:00:00", 23),
        ("Asia/Kathmandu", "2026-11-23T12:00:00", "2026-11-22T18:15:00", 24),
    ],
)
def test_days_are_those_of_the_zone_where_clocks_are_changed_too(zone: str, at: str, begins: str, hours: int) -> None:
    def instant(moment: str) -> Instant:
        return Instant(round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000))

    first = instant(begins)
    assert days.day_of(instant(at), ZoneInfo(zone)) == (first, first + hours * HOUR)
    assert days.day_of(first, ZoneInfo(zone)).begins == first
    assert days.day_of(Instant(first - 1), ZoneInfo(zone)).ends == first
    assert days.SHORTEST <= Duration(hours * HOUR) <= days.LONGEST


def test_it_says_what_it_cannot_judge() -> None:
    assert wrong(duration.faults(config(), INLET)) == []
    assert wrong(duration.faults(config(), LEAK)) == [
        ": rack-a.leak is a contact: its numbers are names; use off_normal"
    ]
    assert wrong(duration.faults(config(more_than_s=23 * 3600, max_gap_s=0, below=Amount(28, "K")), INLET)) == [
        "max_gap: the window is empty; give a time, such as 10 min or 1 h",
        "below: below is in K, but rack-a.inlet wants °C; write it in °C",
        "above: above is not higher than below; exchange them; the alarm is outside the two",
        "more_than: no day is longer than that; give less than 23 h",
    ]
    assert wrong(duration.beat_faults(config(max_gap_s=20), seconds(10))) == [
        "max_gap: one bad reading would be a gap; give at least 30 s, or read the sensor more often"
    ]
