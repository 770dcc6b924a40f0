"""A server that misbehaves: nothing is lost, nothing is blamed wrongly, and it is left alone as long as it asks."""

import logging
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.store import influxdb
from roommon.store.outcome import Forbidden, Unavailable
from tests.peers.faulty_influxdb import OK, Answer, Faulty, Request, a_faulty_influxdb
from tests.peers.process import free_address
from tests.peers.store_site import START, Site, a_site, delivering, until

pytestmark = pytest.mark.integration

NO = Answer(400, '{"code":"invalid","message":"unable to parse"}')


@pytest.fixture(autouse=True)
def _hurried_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """What wants a person is tried again soon."""
    monkeypatch.setattr("roommon.store.delivery.PERSON_PAUSE_S", 0.3)


def config_of(faulty: Faulty, batch: int = 5000, *, gzip: bool = False) -> influxdb.Config:
    token = Secret("influx-token", "s3cret")
    return influxdb.Config(
        faulty.url, "roommon", org="hospital", token=token, timeout=Duration(500), batch=batch, gzip=gzip
    )


class Script:
    """Answers in order, then well for ever."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)

    def __call__(self, _request: Request) -> Answer:
        return self._answers.pop(0) if self._answers else OK


async def all_arrives(site: Site, faulty: Faulty) -> None:
    await site.delivered()
    assert len(faulty.stored) >= site.readings
    assert len(set(faulty.stored)) == site.readings
    assert await site.set_aside() == []


async def test_a_write_carries_token_bucket_and_precision(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site, delivering(site, config_of(faulty)):
        await site.beats(1)
        await all_arrives(site, faulty)
    (request,) = faulty.requests
    assert request.path == "/api/v2/write?org=hospital&bucket=roommon&precision=ms"
    assert request.headers["authorization"] == "Token s3cret"


async def test_bodies_may_be_compressed(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site, delivering(site, config_of(faulty, gzip=True)):
        await site.beats(1)
        await all_arrives(site, faulty)
    assert faulty.requests[0].headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(503, "restarting"), "does not take writes now (503: restarting)"),
        (Answer(500, '{"error":"timeout"}'), "does not take writes now (500: timeout)"),
        (Answer(200, "half of an ans", cut=True), "closed the connection instead of answering"),
        (Answer(mute=True), "no answer within 0.5 s"),
        (Answer(401, '{"message":"unauthorized access"}'), "check token_file"),
        (Answer(404, '{"message":"bucket not found"}'), "check url, org and bucket"),
        (Answer(301, headers={"Location": "https://elsewhere/"}), "redirects to https://elsewhere/"),
    ],
)
async def test_a_fault_is_told_and_costs_nothing(tmp_path: Path, answer: Answer, words: str) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        faulty.answer = Script(OK, answer)
        async with delivering(site, config_of(faulty)):
            await site.beats(1)
            await site.delivered()
            await site.beats(3)
            await all_arrives(site, faulty)
            await site.said(None)
    assert words in str(site.health[0])
    assert site.health[1:] == [None]


async def test_each_change_is_one_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "roommon.store")
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        faulty.answer = Script(Answer(503, "no"), Answer(503, "no"))
        await site.beats(2)
        async with delivering(site, config_of(faulty)):
            await all_arrives(site, faulty)
            await site.beats(2)
            await all_arrives(site, faulty)
            await site.said(None)
    who = f"influxdb ({faulty.url})"
    assert [record.getMessage() for record in caplog.records if "takes writes again" not in record.getMessage()] == [
        f"{who}: does not take writes now (503: no); readings and events wait in the journal",
        f"{who}: has everything, after 0 s",
    ]
    (back,) = [record.getMessage() for record in caplog.records if "takes writes again" in record.getMessage()]
    assert "; 100 readings and 0 events are behind, from 2026-09-21 14:13:20 UTC on" in back
    assert "s3cret" not in caplog.text


async def test_a_server_that_asks_for_a_pause_is_given_it(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        faulty.answer = Script(Answer(429, "slow down", {"Retry-After": "2"}))
        await site.beats(1)
        async with delivering(site, config_of(faulty)):
            await all_arrives(site, faulty)
    refused, taken = (request.at for request in faulty.requests)
    assert taken - refused >= 2


async def test_a_body_that_is_too_large_is_made_smaller(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path, 20) as site:
        faulty.answer = lambda request: Answer(413) if len(request.lines) > 60 else OK
        async with delivering(site, config_of(faulty)):
            await site.beats(1)
            await all_arrives(site, faulty)
            before = len(faulty.requests)
            await site.beats(1)
            await all_arrives(site, faulty)
    assert all(len(request.lines) <= 60 for request in faulty.requests[before:])


async def test_a_line_that_is_refused_is_set_aside_with_the_servers_words(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        bad = "sensor=rack-3.t4"
        faulty.answer = lambda request: NO if any(bad in line for line in request.lines) else OK
        async with delivering(site, config_of(faulty)):
            await site.beats(2)
            await site.delivered()
            aside = await site.set_aside()
    assert len(set(faulty.stored)) == site.readings - 2
    assert [why for _, why in aside] == ["unable to parse"] * 2
    assert all(bad in line for line, _ in aside)
    assert "some lines are kept in the journal instead: unable to parse" in str(site.health[-1])


async def test_what_refuses_everything_costs_no_line(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        faulty.answer = lambda _request: NO
        await site.beats(2)
        async with delivering(site, config_of(faulty)):
            await site.said("refuses every write")
            faulty.answer = lambda _request: OK
            await all_arrives(site, faulty)


async def test_a_sensor_that_left_the_configuration_does_not_hold_up_the_others(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        await site.beats(2)
        gone = site.devices.pop()
        async with delivering(site, config_of(faulty)):
            await site.delivered()
            aside = await site.set_aside()
    assert len(set(faulty.stored)) == 80
    assert len(aside) == 20
    assert all(line.startswith(gone.id) and "no longer has this sensor" in why for line, why in aside)


async def test_the_newest_do_not_wait_behind_the_backlog_which_goes_oldest_first(tmp_path: Path) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site:
        faulty.answer = lambda _request: Answer(delay_s=0.01)
        await site.beats(150)
        async with delivering(site, config_of(faulty, batch=50)):
            await until(lambda: len(faulty.requests) >= 20, 10)
            await site.beats(1)
            await all_arrives(site, faulty)
    beats = [(int(request.lines[0].rsplit(" ", 1)[1]) - START) // 1000 for request in faulty.requests]
    assert beats[0] == 149
    oldest = [number for number in beats if number < 64]
    rounds = [set(oldest[first : first + 8]) for first in range(0, 64, 8)]
    assert rounds == [set(range(first, first + 8)) for first in range(0, 64, 8)]
    assert beats.index(150) < len(beats) - 50


@pytest.mark.parametrize("batch", [10, 50, 5000])
async def test_without_a_backlog_no_line_is_written_twice(tmp_path: Path, batch: int) -> None:
    async with a_faulty_influxdb() as faulty, a_site(tmp_path) as site, delivering(site, config_of(faulty, batch)):
        for _ in range(5):
            await site.beats(1)
            await site.delivered()
    assert len(faulty.stored) == len(set(faulty.stored)) == site.readings


async def test_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = free_address()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://{nobody.host}:{nobody.port}")
    async with a_faulty_influxdb() as faulty:
        assert "takes writes" in (await influxdb.probe(config_of(faulty))).en


async def test_the_probe_says_what_is_wrong() -> None:
    async with a_faulty_influxdb() as faulty:
        faulty.answer = Script(Answer(401, "no"), NO)
        with pytest.raises(Forbidden, match="does not let us write to roommon"):
            await influxdb.probe(config_of(faulty))
        with pytest.raises(Forbidden, match=r"refuses a write with nothing in it \(400: unable to parse\)"):
            await influxdb.probe(config_of(faulty))
    with pytest.raises(Unavailable, match="connection refused"):
        await influxdb.probe(config_of(faulty))
