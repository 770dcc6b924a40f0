"""`/metrics` of the whole daemon: a real Prometheus scrapes it, and promtool has nothing against what it says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.mosquitto import mosquitto
from tests.peers.process import free_address
from tests.peers.prometheus import SHIPPED, Prometheus, prometheus, promtool

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


@asynccontextmanager
async def a_scraped_house(folder: Path) -> AsyncIterator[tuple[House, str]]:
    at = f"127.0.0.1:{free_address().port}"

    def changed(config: dict[str, object]) -> None:
        config["web"] = {"listen": at}

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


@pytest.mark.integration
def test_what_is_shipped_is_what_promtool_wants() -> None:
    for check, name in (("config", "prometheus.yml"), ("rules", "roommon.rules.yml")):
        said = promtool("check", check, SHIPPED / name)
        assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.integration
def test_the_example_alerts_fire_when_they_should_and_not_before() -> None:
    said = promtool("test", "rules", SHIPPED / "roommon.rules.test.yml")
    assert said.returncode == 0, said.stdout + said.stderr
