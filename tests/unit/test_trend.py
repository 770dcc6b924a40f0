"""The trend of a sensor: so many points of readings, minutes or hours, and gaps where nothing was read."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from roommon.journal import trend as trend_module
from roommon.journal.file import JournalFile
from roommon.journal.group import Group
from roommon.journal.reader import JournalReader
from roommon.journal.schema import connect
from roommon.journal.summariser import Summariser
from roommon.journal.summary import DAY, HOUR, LEVELS, MINUTE
from roommon.journal.summary_retention import drop_for_age
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from tests.peers.journal import START

BEGIN = Instant(START // DAY * DAY)
INLET, OTHER = SensorId("rack-a.inlet"), SensorId("rack-b.inlet")


def beats(minutes: Iterable[int]) -> Iterator[Reading]:
    """A reading a minute, of as many degrees as minutes have passed in its hour."""
    for minute in minutes:
        yield good(INLET, Instant(BEGIN + minute * MINUTE), minute % 60)


def journal_of(path: Path, readings: Iterable[Reading], now: Instant, *, together: int = 60) -> JournalReader:
    """A journal of `readings`, summarised."""
    file, summariser = JournalFile(path, connect(path)), Summariser()
    pending = iter(readings)
    while some := list(itertools.islice(pending, together)):
        file.commit(Group(inputs=list(some)), (), now, snapshot=False)
    while summariser.step(file, now):
        pass
    file.close()
    return JournalReader(path)


def span(hours: float) -> tuple[Instant, Instant]:
    return BEGIN, Instant(BEGIN + round(hours * HOUR))


@pytest.fixture(scope="module")
def ten_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JournalReader]:
    path = tmp_path_factory.mktemp("ten") / "j.db"
    with journal_of(path, beats(range(10 * 1440)), Instant(BEGIN + 20 * DAY)) as reader:
        yield reader


@pytest.mark.parametrize(
    ("hours", "points", "step", "found"),
    [
        (1, 60, None, 60),
        (24, 1440, None, 1440),
        (24, 1000, 2 * MINUTE, 720),
        (24, 300, 5 * MINUTE, 288),
        (24, 100, 15 * MINUTE, 96),
        (24, 24, HOUR, 24),
        (72, 5000, MINUTE, 4320),
        (240, 200, 2 * HOUR, 120),
        (240, 10, DAY, 10),
        (240, 2, 7 * DAY, 2),
    ],
)
def test_the_step_is_the_shortest_that_gives_so_few_points(
    ten_days: JournalReader, hours: int, points: int, step: int | None, found: int
) -> None:
    trend = ten_days.trend(INLET, *span(hours), points)
    assert trend.step == step
    assert len(trend.points) == found


def test_a_point_has_what_its_readings_come_to(ten_days: JournalReader) -> None:
    for points in (24, 8):
        trend = ten_days.trend(INLET, *span(24), points)
        assert trend.step
        for number, point in enumerate(trend.points):
            assert point.begin == BEGIN + number * trend.step
            assert (point.low, point.high) == (0, 59)
            assert point.mean == pytest.approx(29.5)
            assert (point.readings, point.share_good) == (trend.step // MINUTE, 1.0)


def test_the_first_point_begins_before_the_time_that_was_asked_for(ten_days: JournalReader) -> None:
    since = Instant(BEGIN + 90 * MINUTE)
    trend = ten_days.trend(INLET, since, Instant(since + 3 * HOUR), 3)
    assert [point.begin - BEGIN for point in trend.points] == [HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]


def test_readings_are_points_of_their_own_and_one_that_is_not_good_has_no_value(tmp_path: Path) -> None:
    said = [
        good(INLET, Instant(BEGIN + 1), 20.0),
        bad(INLET, Instant(BEGIN + 2), Reason.NO_COMMUNICATION),
        Reading(INLET, Instant(BEGIN + 3), 22.0, Quality.UNCERTAIN, Reason.OUT_OF_RANGE),
        good(OTHER, Instant(BEGIN + 4), 99.0),
        good(INLET, Instant(BEGIN), 21.0),
        good(INLET, Instant(BEGIN + HOUR), 23.0),
    ]
    with journal_of(tmp_path / "j.db", said, Instant(BEGIN + 5 * HOUR), together=1) as reader:
        trend = reader.trend(INLET, *span(1), 100)
        assert trend.step is None
        assert [(point.begin - BEGIN, point.low, point.mean, point.high) for point in trend.points] == [
            (0, 21.0, 21.0, 21.0),
            (1, 20.0, 20.0, 20.0),
            (2, None, None, None),
            (3, None, None, None),
        ]
        assert [point.share_good for point in trend.points] == [1.0, 1.0, 0.0, 0.0]
        (minute,) = reader.trend(INLET, *span(1), 3).points
        assert (minute.low, minute.high, minute.readings, minute.share_good) == (20.0, 21.0, 4, 0.5)


def test_where_nothing_was_read_there_is_no_point(tmp_path: Path) -> None:
    minutes = [*range(90), *range(300, 400)]
    with journal_of(tmp_path / "j.db", beats(minutes), Instant(BEGIN + 9 * HOUR)) as reader:
        begins = [point.begin - BEGIN for point in reader.trend(INLET, *span(8), 8).points]
        assert begins == [0, HOUR, 5 * HOUR, 6 * HOUR]
        quarters = reader.trend(INLET, *span(8), 40).points
        assert len(quarters) == 90 // 15 + -(-100 // 15)


def test_where_minutes_are_gone_hours_are_drawn(tmp_path: Path) -> None:
    journal_of(tmp_path / "j.db", beats(range(10 * 60)), Instant(BEGIN + 2 * DAY)).__exit__()
    db = connect(tmp_path / "j.db")
    db.execute("DELETE FROM batches")
    keep = {level: Duration(3 * HOUR) for level in LEVELS.values() if level.step == MINUTE}
    while drop_for_age(db, keep, Instant(BEGIN + 2 * DAY)):
        pass
    db.close()
    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.trend(INLET, *span(10), 1000).step == HOUR
        assert len(reader.trend(INLET, *span(10), 1000).points) == 10
        assert reader.trend(INLET, Instant(BEGIN + 8 * HOUR), Instant(BEGIN + 10 * HOUR), 1000).step == MINUTE


def test_readings_that_a_set_clock_hides_in_a_later_batch_are_in_the_minutes_that_are_drawn(tmp_path: Path) -> None:
    said = [*beats(range(30)), *beats(range(300, 303)), *beats([30, 31])]
    with journal_of(tmp_path / "j.db", said, Instant(BEGIN + DAY), together=3) as reader:
        assert reader.trend(INLET, *span(4), 100).step is None  # the hidden ones have a batch of their own
    with journal_of(tmp_path / "k.db", said, Instant(BEGIN + DAY), together=35) as reader:
        trend = reader.trend(INLET, *span(4), 300)
        assert trend.step == MINUTE
        assert len(trend.points) == 32


@pytest.mark.parametrize("limit", ["RAW_READINGS", "RAW_BATCHES"])
def test_readings_that_would_take_long_to_find_are_drawn_as_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    with journal_of(tmp_path / "j.db", beats(range(300)), Instant(BEGIN + DAY)) as reader:
        assert reader.trend(INLET, *span(5), 1000).step is None
        monkeypatch.setattr(trend_module, limit, 4)
        assert reader.trend(INLET, *span(5), 1000).step == MINUTE


def test_what_is_not_summarised_yet_is_in_the_trend(tmp_path: Path) -> None:
    with journal_of(tmp_path / "j.db", beats(range(61)), BEGIN, together=7) as reader:
        assert [point.readings for point in reader.trend(INLET, *span(2), 2).points] == [60, 1]
        assert len(reader.trend(INLET, *span(1), 59).points) == 30
