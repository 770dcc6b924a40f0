"""What a server's answer means, and how long it is left alone."""

import json

import pytest

from roommon.store.answer import Answer, meaning, product, retry_after_s, words
from roommon.store.outcome import Forbidden, Refused, Unavailable
from roommon.store.pace import FEWEST_LINES, LONGEST_PAUSE_S, Pace, pause_s


@pytest.mark.parametrize("status", [400, 413, 422])
def test_some_answers_are_about_the_lines(status: int) -> None:
    meant = meaning(Answer(status, b'{"error":"partial write: x dropped=1"}', {}), "roommon")
    assert isinstance(meant, Refused)
    assert (meant.status, str(meant)) == (status, "partial write: x dropped=1")


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 507])
def test_some_answers_ask_for_patience(status: int) -> None:
    meant = meaning(Answer(status, b"busy", {"Retry-After": "7"}), "roommon")
    assert isinstance(meant, Unavailable)
    assert not isinstance(meant, Forbidden)
    assert meant.retry_after_s == 7
    assert str(meant) == f"does not take writes now ({status}: busy)"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (401, "check token_file"),
        (403, "check token_file"),
        (404, "check url, org and bucket"),
        (301, "redirects to https://db/api/v2/write; write that address as url"),
        (405, "is this the address of InfluxDB?"),
    ],
)
def test_some_answers_want_a_person(status: int, remedy: str) -> None:
    meant = meaning(Answer(status, b"", {"Location": "https://db/api/v2/write"}), "roommon")
    assert isinstance(meant, Forbidden)
    assert remedy in str(meant)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": "database not found"}, "database not found"),
        ({"code": "invalid", "message": "unable to parse"}, "unable to parse"),
        ({"error": "partial", "data": [{"error_message": "wrong type", "line_number": 2}]}, "partial; wrong type"),
        ([], "[]"),
        ({}, "{}"),
    ],
)
def test_the_servers_words_are_found(body: object, said: str) -> None:
    assert words(Answer(400, json.dumps(body).encode(), {})) == said


def test_a_page_of_html_is_cut_to_one_line() -> None:
    assert words(Answer(502, b"<html>\n<h1>Bad gateway</h1>\n" + b"x" * 1000, {})).startswith(
        "<html> <h1>Bad gateway</h1> xxx"
    )
    assert len(words(Answer(502, b"x" * 1000, {}))) == 300
    assert words(Answer(502, b"", {})) == "no words"


def test_retry_after_is_seconds_or_a_date_by_the_servers_own_clock() -> None:
    date = {"Date": "Mon, 23 Nov 1970 20:00:00 GMT", "Retry-After": "Mon, 23 Nov 1970 20:01:30 GMT"}
    assert retry_after_s({"Retry-After": "12"}) == 12
    assert retry_after_s(date) == 90
    assert retry_after_s({"Retry-After": date["Retry-After"]}) is None
    assert retry_after_s({"Retry-After": "soon"}) is None
    assert retry_after_s({}) is None


def test_the_product_is_known_by_its_headers() -> None:
    assert product({"X-Influxdb-Version": "v2.7.1", "X-Influxdb-Build": "OSS"}).en == "InfluxDB v2.7.1 (OSS)"
    assert product({}).en == "InfluxDB of unknown version"
    assert product({"X-Influxdb-Version": "1.8.0", "X-Server-Hostname": "vm"}).en.startswith("VictoriaMetrics")


def test_a_slow_server_is_asked_for_less_and_then_for_more_again() -> None:
    pace = Pace(5000)
    assert (pace.lines, pace.parallel, pace.round) == (5000, 4, 40_000)
    for _ in range(20):
        pace.too_slow()
    assert (pace.lines, pace.parallel, pace.round) == (FEWEST_LINES, 1, FEWEST_LINES)
    for _ in range(20):
        pace.well()
    assert pace.lines == 5000


def test_a_body_that_was_too_large_is_never_tried_again() -> None:
    pace = Pace(5000)
    pace.too_large(5000)
    pace.well()
    assert pace.lines == 2500
    pace.too_large(1)
    assert pace.lines == 1


def test_pauses_grow_to_a_limit_and_are_jittered() -> None:
    pauses = [pause_s(failures) for failures in range(1, 2000)]
    assert 0.5 <= pauses[0] <= 1
    assert all(LONGEST_PAUSE_S / 2 <= pause <= LONGEST_PAUSE_S for pause in pauses[10:])
    assert len(set(pauses)) > 1000
