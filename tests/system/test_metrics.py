"""`/metrics` of the whole daemon: a real Prometheus scrapes it, and promtool has nothing against what it says."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.peers import openapi
from tests.peers.certificates import Authority
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.mosquitto import mosquitto
from tests.peers.process import free_address, program
from tests.peers.prometheus import SHIPPED, Prometheus, prometheus, promtool

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


@asynccontextmanager
async def a_scraped_house(folder: Path, **web: str) -> AsyncIterator[tuple[House, str]]:
    at = f"127.0.0.1:{free_address().port}"

    def changed(config: dict[str, object]) -> None:
        config["web"] = {"listen": at, **web}

    with mosquitto(folder) as broker:
        async with a_house(HOSPITAL, folder, broker, changed) as house:
            await house.until(lambda: "the status page is at" in house.daemon.log)
            yield house, at


def scraped(at: str, query: str = "", accept: str = "") -> tuple[str, str]:
    """What is answered, and as which type."""
    with urlopen(Request(f"http://{at}/metrics{query}", headers={"Accept": accept}), timeout=10) as answer:
        return answer.read().decode(), answer.headers["Content-Type"]


async def test_promtool_has_nothing_against_it(tmp_path: Path) -> None:
    async with a_scraped_house(tmp_path) as (house, at):
        await house.at_ease()
        house.room.poke("rope", "input:0", 0x0009)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        for query in ("", "?readings=1"):
            text, kind = await asyncio.to_thread(scraped, at, query)
            assert kind == "text/plain; version=0.0.4; charset=utf-8"
            said = promtool("check", "metrics", given=text)
            assert (said.returncode, said.stdout, said.stderr) == (0, "", ""), text
        assert "roommon_temperature_celsius" not in (await asyncio.to_thread(scraped, at))[0]
        text, kind = await asyncio.to_thread(scraped, at, "", "application/openmetrics-text; version=1.0.0")
        assert kind.startswith("application/openmetrics-text; version=1.0.0")
        assert text.endswith("# EOF\n")


async def test_prometheus_scrapes_what_is_and_nothing_that_was(tmp_path: Path) -> None:
    async with a_scraped_house(tmp_path) as (house, at):
        await house.at_ease()
        with prometheus(tmp_path, at) as server:
            await house.until(lambda: server.values('roommon_device_up{device="row-a-top"}') == [1])
            await house.until(lambda: server.values("roommon_sensors{quality='bad',reason='no_communication'}") == [])
            _as_it_is(server, house)
            house.room.poke("row-a-top", "input:1", 331)
            await house.until(
                lambda: server.values('roommon_temperature_celsius{sensor="row-a-top.temperature"}') == [33.1]
            )
            house.room.poke("row-a-top", "input:1", 0x8000)
            await house.until(
                lambda: server.values('roommon_temperature_celsius{sensor="row-a-top.temperature"}') == []
            )
            assert server.values('roommon_sensor_up{sensor="row-a-top.temperature"}') == [0]
            assert server.values('sum(roommon_sensors{quality="bad",reason!="waiting_for_initial_data"})') == [1]
            house.room.poke("rope", "input:0", 0x0009)
            await house.until(
                lambda: server.values('roommon_alarms{priority="critical",state="unacknowledged"}') == [1]
            )
            assert [target["health"] for target in server.targets()] == ["up"]
            assert "RoommonGone" in server.alerts()
            await asyncio.to_thread(house.daemon.kill)
            await house.until(lambda: server.values("up") == [0])


def _as_it_is(server: Prometheus, house: House) -> None:
    assert server.values("sum(roommon_sensors)") == [server.values("count(roommon_sensor_info)")[0]]
    assert server.values("count(roommon_sensor_up)")[0] > len(house.sensors())
    assert server.values("roommon_poll_lateness_seconds_count")[0] > 0
    assert server.values("roommon_journal_size_bytes")[0] > 4096
    assert server.values("roommon_delivery_lag_seconds") == [0]
    assert server.values("roommon_trouble") == [0] * len(server.values("roommon_trouble"))
    assert server.values('roommon_sensor_info{sensor="row-a-top.temperature",quantity="temperature"}') == [1]


PASSWORD = "a scrape each second"


def add_user(folder: Path, name: str) -> None:
    command = [sys.executable, "-m", "roommon", "user", "add", name, "--stdin", "--file", str(folder / "users")]
    subprocess.run(command, input=f"{PASSWORD}\n", text=True, check=True, timeout=30)


def curled(*arguments: str) -> tuple[int, dict[str, str], str]:
    """The status, the headers and the body of what curl gets."""
    command = [program("curl", "curl"), "--silent", "--include", "--noproxy", "*", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    head, _, body = said.replace("\r\n", "\n").partition("\n\n")
    first, *others = head.splitlines()
    headers = (line.partition(": ") for line in others)
    return int(first.split()[1]), {name.lower(): value for name, _, value in headers}, body


def logins(house: House) -> list[dict[str, Any]]:
    """The record of those who log in, as the command line tells it."""
    command = [sys.executable, "-m", "roommon", "user", "logins", "--config", str(house.daemon.path), "--json"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    return [json.loads(line) for line in said.splitlines()]


async def test_where_looking_needs_a_login_a_scraper_has_one(tmp_path: Path) -> None:
    add_user(tmp_path, "prom")
    secret = tmp_path / "prometheus-password"
    secret.write_text("of last year", "utf-8")
    authority = Authority(tmp_path)
    pair = authority.issue("page", tmp_path, days=5)
    web = {"view": "login", "certificate": str(pair.certificate), "key": str(pair.key)}
    job = {
        "scheme": "https",
        "tls_config": {"ca_file": str(authority.ca_file)},
        "basic_auth": {"username": "prom", "password_file": str(secret)},
    }
    async with a_scraped_house(tmp_path, **web) as (house, at):
        with prometheus(tmp_path, at, **job) as server:
            await house.until(lambda: server.values("up") == [0])
            assert "HTTP status 401" in server.targets()[0]["lastError"]
            secret.write_text(PASSWORD, "utf-8")
            await house.until(lambda: server.values("up") == [1])
            await asyncio.sleep(3)
            assert len(server.values("roommon_beats_total")) == 1
        log = house.daemon.log
        assert log.count("has a wrong password for prom") == log.count("has no wrong password for prom any more") == 1
        assert log.count("looks as prom") == 1
        await asyncio.to_thread(_answers, f"https://{at}", str(authority.ca_file))
        assert "certificate-expires-soon.roommon-page.certificate" in house.daemon.standing()
        assert "in 4 days: renew it now" in log
        assert PASSWORD not in house.daemon.log
        await asyncio.to_thread(house.daemon.stop)
        came = await asyncio.to_thread(logins, house)
    steps = [each["step"] for each in came if each["by"] == "prom"]
    assert (steps[0], steps[-1], set(steps)) == ("wrong", "in", {"wrong", "in"})
    assert {each["way"] for each in came} == {"program"}
    assert {each["by"] for each in came} == {"prom", None}
    assert sum(each["times"] for each in came if each["by"] is None) == 6
    assert PASSWORD not in json.dumps(came)


def _answers(base: str, ca_file: str) -> None:
    """What curl is answered, with and without a user."""
    curl = partial(curled, "--cacert", ca_file)
    site, metrics, right = f"{base}/api/v1/site", f"{base}/metrics", f"prom:{PASSWORD}"
    assert curl("--user", right, site)[0] == 200
    assert curl("--user", right, "--head", metrics)[0] == 200
    status, headers, body = curl(site)
    assert (status, headers["www-authenticate"]) == (401, 'Basic realm="roommon", charset="UTF-8"')
    openapi.validate("/site", status, headers["content-type"].partition(";")[0], json.loads(body))
    assert json.loads(body)["detail"] == "name and password of a user are wanted (HTTP Basic)"
    assert curl("--user", f"{PASSWORD}:x", metrics)[0] == 401
    for path in ("/", "/devices", "/record", "/record/logins", "/live/wall", "/sensors/rope.leak/trend.csv"):
        status, headers, _ = curl("--user", right, base + path)
        assert (status, "www-authenticate" in headers) == (401, False), path
    for path in ("/do/acknowledge", "/metrics", "/api/v1/site"):
        assert curl("--user", right, "--data", "alarm=x", base + path)[0] == 401, path
    status, headers, _ = curl("--header", "Accept: text/html", metrics)
    assert (status, headers["location"]) == (303, "/login?next=/metrics")
    for _ in range(4):
        assert curl("--user", f"{PASSWORD}:x", site)[0] == 401
    status, headers, body = curl("--user", f"{PASSWORD}:x", site)
    assert (status, 0 < int(headers["retry-after"]) <= 60) == (429, True)
    openapi.validate("/site", status, headers["content-type"].partition(";")[0], json.loads(body))
    assert curl("--user", right, site)[0] == 200


@pytest.mark.integration
def test_what_is_shipped_is_what_promtool_wants() -> None:
    for check, name in (("config", "prometheus.yml"), ("rules", "roommon.rules.yml")):
        said = promtool("check", check, SHIPPED / name)
        assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.integration
def test_the_example_alerts_fire_when_they_should_and_not_before() -> None:
    said = promtool("test", "rules", SHIPPED / "roommon.rules.test.yml")
    assert said.returncode == 0, said.stdout + said.stderr
