"""What `store: influxdb:` may say, and how the store speaks of its server."""

from dataclasses import replace
from typing import Any

import pytest

from roommon.journal.journal import Backlog
from roommon.model.clock import Duration, Instant
from roommon.model.text import Text
from roommon.store import influxdb
from roommon.store.report import MOST_REFUSALS, REFUSAL_STANDS_S, Report


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ({"url": "127.0.0.1:8086"}, "it is written http://host:8086"),
        ({"url": "http://db:86000"}, "it is written http://host:8086"),
        ({"url": "http://"}, "it is written http://host:8086"),
        ({"url": "http://me:secret@db:8086"}, "a password goes into token_file"),
        ({"url": "http://db:8086/?org=x"}, "url holds more than an address"),
        ({"bucket": ""}, "database/retention-policy"),
        ({"timeout": Duration(0)}, "10 s is usual"),
        ({"batch": 0}, "5000 is usual"),
    ],
)
def test_a_wrong_setting_is_told_with_what_would_be_right(said: dict[str, Any], right: str) -> None:
    usual = influxdb.Config("http://db:8086", "roommon")
    with pytest.raises(ValueError, match=right):
        replace(usual, **said)


def test_a_path_before_the_api_is_allowed() -> None:
    assert influxdb.Config("https://proxy/influx", "roommon").url == "https://proxy/influx"


class Hours:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


NOTHING = Backlog(0, 0, 0, None)


def test_the_health_follows_the_server_and_says_each_thing_once() -> None:
    health: list[str | None] = []
    report = Report("influxdb (http://db)", lambda words: health.append(None if words is None else words.en), Hours())
    report.trouble(Text.same("connection refused"))
    report.trouble(Text.same("connection refused"))
    report.trouble(Text.same("no answer within 10 s"))
    report.well(NOTHING)
    report.caught_up()
    assert health == [
        "influxdb (http://db): connection refused",
        "influxdb (http://db): no answer within 10 s",
        None,
    ]


def test_refused_lines_stand_in_the_health_until_none_came_for_a_while() -> None:
    health: list[str | None] = []
    clock = Hours()
    report = Report("influxdb (http://db)", lambda words: health.append(None if words is None else words.en), clock)
    report.well(NOTHING)
    report.refused(3, "wrong type")
    clock.now += REFUSAL_STANDS_S / 2
    report.refused(1, "wrong type")
    clock.now += REFUSAL_STANDS_S - 1
    report.caught_up()
    refused = "influxdb (http://db): some lines are kept in the journal instead: wrong type"
    assert health == [refused]
    clock.now += 2
    report.caught_up()
    assert health == [refused, None]


def test_each_kind_of_refusal_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    report = Report("influxdb (http://db)", lambda _words: None, Hours())
    for number in range(200):
        report.refused(1, f"unable to parse 'temperature,sensor=s{number} value=x': invalid number")
        report.refused(number, f'partial write: field type conflict on measurement "ratio" dropped={number}')
    assert len(caplog.records) == 2


def test_a_flood_of_kinds_does_not_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    report = Report("influxdb (http://db)", lambda _words: None, Hours())
    for number in range(200):
        report.refused(1, f"reason {number}")
    assert len(caplog.records) == MOST_REFUSALS


def test_a_server_that_goes_away_matters_more_than_lines_that_it_refused() -> None:
    health: list[str | None] = []
    report = Report("influxdb (http://db)", lambda words: health.append(None if words is None else words.en), Hours())
    report.refused(3, "wrong type")
    report.trouble(Text.same("gone"))
    report.well(NOTHING)
    assert [words and words.rpartition(": ")[2] for words in health] == ["wrong type", "gone", "wrong type"]
