"""Delivery into a real InfluxDB 1.8: every reading and event once, whatever happens to the server."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from roommon.model.alarm import State, Trigger
from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.store import influxdb
from roommon.store.outcome import Forbidden
from tests.peers.certificates import Authority
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.store_site import START, Site, a_site, delivering, event

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _hurried_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """What wants a person is tried again soon."""
    monkeypatch.setattr("roommon.store.delivery.PERSON_PAUSE_S", 0.3)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influxd]:
    with an_influxd(tmp_path / "influxd") as server:
        yield server


def config_of(server: Influxd) -> influxdb.Config:
    return influxdb.Config(server.url, "roommon/autogen", timeout=Duration(1000))


def assert_everything_once(server: Influxd, site: Site) -> None:
    assert server.count("temperature") == site.readings * 9 // 10
    assert server.count("temperature", "value") == site.readings * 8 // 10
    assert server.count("relative_humidity") == site.readings // 10


@contextlib.asynccontextmanager
async def beating(site: Site) -> AsyncIterator[None]:
    """Polls go on all the while, ten times a second."""

    async def poll() -> None:
        while True:
            await site.beats(1)
            await asyncio.sleep(0.1)

    task = asyncio.create_task(poll())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_every_reading_and_event_arrives_once_with_its_tags(server: Influxd, tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, delivering(site, config_of(server)):
        await site.beats(5)
        await site.journal.append([], [event(1, site.devices[1].sensors[0].id)], {})
        await site.delivered()
    assert_everything_once(server, site)
    (row,) = server.ask("SELECT * FROM temperature WHERE sensor = 'rack-1.t0' LIMIT 1")
    assert row == {
        "time": START, "value": 20.375, "quality": "good", "reason": None, "site": "hospital-a", "room": "server-room",
        "device": "rack-1", "sensor": "rack-1.t0", "location": "inlet", "rack": "1",
    }  # fmt: skip
    (row,) = server.ask("SELECT * FROM alarm_event")
    assert row == {
        "time": START + 1, "alarm": "inlet-hot.rack-1.t0", "device": "rack-1", "number": 1, "priority": "medium",
        "room": "server-room", "sensor": "rack-1.t0", "site": "hospital-a", "state": "unacknowledged", "was": "normal",
        "trigger": "raised", "value": 27.5, "text": "Rack 1 inlet is 27.5 °C", "tell": True, "drill": False,
    }  # fmt: skip


async def test_started_before_the_server_it_waits_and_then_sends_everything(tmp_path: Path) -> None:
    with an_influxd(tmp_path / "influxd", start=False) as server:
        async with a_site(tmp_path) as site, delivering(site, config_of(server)):
            await site.beats(10)
            await site.said("connection refused")
            await asyncio.to_thread(server.start)
            await site.said("does not know roommon/autogen")
            await asyncio.to_thread(server.ask, "CREATE DATABASE roommon", "")
            await site.said(None)
            await site.delivered()
        assert_everything_once(server, site)


async def test_killed_and_started_again_under_load_it_has_every_reading_once(server: Influxd, tmp_path: Path) -> None:
    async with a_site(tmp_path, 50) as site, delivering(site, config_of(server)):
        async with beating(site):
            for _ in range(3):
                await asyncio.sleep(random.uniform(0.2, 0.6))
                await asyncio.to_thread(server.kill)
                await site.said(server.url)
                await asyncio.to_thread(server.start)
                await site.said(None)
        await site.delivered()
    assert_everything_once(server, site)


async def test_frozen_and_thawed_under_load_it_has_every_reading_once(server: Influxd, tmp_path: Path) -> None:
    async with a_site(tmp_path, 50) as site, delivering(site, config_of(server)):
        async with beating(site):
            for _ in range(2):
                await asyncio.sleep(random.uniform(0.2, 0.6))
                server.freeze()
                await site.said("no answer within 1 s")
                server.thaw()
                await site.said(None)
        await site.delivered()
    assert_everything_once(server, site)


async def test_a_deliverer_that_is_stopped_and_started_sends_nothing_twice_as_rows(
    server: Influxd, tmp_path: Path
) -> None:
    async with a_site(tmp_path, 50) as site:
        await site.beats(40)
        for _ in range(10):
            async with delivering(site, config_of(server)):
                await asyncio.sleep(random.uniform(0, 0.03))
        async with delivering(site, config_of(server)):
            await site.delivered()
    assert_everything_once(server, site)


async def test_transitions_of_one_alarm_in_one_millisecond_are_all_there_in_their_order(
    server: Influxd, tmp_path: Path
) -> None:
    async with a_site(tmp_path) as site:
        sensor = site.devices[0].sensors[0].id
        raised = event(0, sensor)
        acknowledged = replace(raised, was=State.UNACKNOWLEDGED, state=State.ACKNOWLEDGED, trigger=Trigger.ACKNOWLEDGED)
        returned = replace(raised, was=State.ACKNOWLEDGED, state=State.NORMAL, trigger=Trigger.RETURNED)
        await site.journal.append([], [raised, acknowledged, returned, event(1, sensor)], {})
        async with delivering(site, config_of(server)):
            await site.delivered()
        site.journal._deliverers.cursor("influxdb").last_event = 0
        async with delivering(site, config_of(server)):
            await site.delivered()
    rows = server.ask("SELECT number, state FROM alarm_event ORDER BY time")
    assert [(row["time"], row["number"], row["state"]) for row in rows] == [
        (START, 1, "unacknowledged"),
        (START, 2, "acknowledged"),
        (START, 3, "normal"),
        (START + 1, 4, "unacknowledged"),
    ]


async def test_lines_that_conflict_with_what_is_there_are_set_aside(server: Influxd, tmp_path: Path) -> None:
    server.write(b"relative_humidity,sensor=other value=1i 1790000000000")
    async with a_site(tmp_path) as site, delivering(site, config_of(server)):
        await site.beats(2)
        await site.delivered()
        aside = await site.set_aside()
    assert server.count("temperature") == site.readings * 9 // 10
    assert len(aside) == site.readings // 10
    for line, why in aside:
        assert line.startswith("relative_humidity,")
        assert (
            'input field "value" on measurement "relative_humidity" is type float, already exists as type integer'
            in why
        )


async def test_readings_that_are_older_than_the_retention_policy_do_not_hold_up_the_others(
    server: Influxd, tmp_path: Path
) -> None:
    server.ask("CREATE RETENTION POLICY short ON roommon DURATION 1h REPLICATION 1")
    config = influxdb.Config(server.url, "roommon/short")
    async with a_site(tmp_path) as site, delivering(site, config):
        await site.beats(2)
        await site.delivered()
        aside = await site.set_aside()
    assert len(aside) == site.readings
    assert all("points beyond retention policy" in why for _, why in aside)


async def test_over_tls_it_trusts_the_ca_that_is_named_and_no_other(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    pair = authority.issue("influxdb", tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes(pair.certificate.read_bytes() + pair.key.read_bytes())
    with an_influxd(tmp_path / "influxd", certificate=both) as server:
        known = influxdb.Config(server.url, "roommon", ca_file=authority.ca_file)
        with pytest.raises(Forbidden, match="does not know roommon"):
            await influxdb.probe(known)
        with pytest.raises(Forbidden, match="certificate is not trusted"):
            await influxdb.probe(influxdb.Config(server.url, "roommon"))
        with pytest.raises(Forbidden, match="HTTP request to an HTTPS server"):
            await influxdb.probe(influxdb.Config(server.url.replace("https", "http"), "roommon"))
    with pytest.raises(Forbidden, match=r"ca_file .* cannot be used: No such file"):
        await influxdb.probe(influxdb.Config(server.url, "roommon", ca_file=tmp_path / "missing.pem"))


async def test_tls_at_a_port_that_has_none_is_named(server: Influxd) -> None:
    with pytest.raises(Forbidden, match="is this its https port"):
        await influxdb.probe(influxdb.Config(server.url.replace("http", "https"), "roommon"))


async def test_the_probe_says_what_answers_and_stores_nothing(server: Influxd) -> None:
    said = await influxdb.probe(config_of(server))
    assert said.en == (
        "InfluxDB unknown (OSS) takes writes to roommon/autogen (tested with an empty one; nothing was stored)"
    )
    assert server.ask("SHOW MEASUREMENTS") == []
    with pytest.raises(Forbidden, match=r"does not know nowhere \(404: database not found: \"nowhere\"\)"):
        await influxdb.probe(influxdb.Config(server.url, "nowhere"))


async def test_a_token_is_checked_by_the_server(tmp_path: Path) -> None:
    with an_influxd(tmp_path / "influxd", auth=True) as server:
        server.ask("CREATE USER admin WITH PASSWORD 'admin' WITH ALL PRIVILEGES", database="")
        server.ask("CREATE DATABASE roommon", database="", user="admin")
        allowed = influxdb.Config(server.url, "roommon", token=Secret("token", "admin:admin"))
        assert "takes writes" in (await influxdb.probe(allowed)).en
        with pytest.raises(Forbidden, match="check token_file"):
            await influxdb.probe(influxdb.Config(server.url, "roommon", token=Secret("token", "admin:wrong")))
        with pytest.raises(Forbidden, match="check token_file"):
            await influxdb.probe(influxdb.Config(server.url, "roommon"))
