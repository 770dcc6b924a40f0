"""Delivery into a real InfluxDB 1.8: every reading and event once, whatever happens to the server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.store import influxdb
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.store_site import START, a_site, delivering, event

pytestmark = pytest.mark.integration


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Influxd]:
    with an_influxd(tmp_path / "influxd") as server:
        yield server


def config_of(server: Influxd) -> influxdb.Config:
    return influxdb.Config(server.url, "roommon/autogen", timeout=Duration(2000))


async def test_every_reading_and_event_arrives_once_with_its_tags(server: Influxd, tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, delivering(site, config_of(server)):
        await site.beats(5)
        await site.journal.append([], [event(1, site.devices[1].sensors[0].id)], {})
        await site.delivered()
    assert server.count("temperature") == site.readings
    assert server.count("temperature", "value") == site.readings * 9 // 10
    (row,) = server.ask("SELECT * FROM temperature WHERE sensor = 'rack-1.t0' LIMIT 1")
    assert row == {
        "time": START, "value": 20.375, "quality": "good", "reason": None, "site": "hospital-a", "room": "server-room",
        "device": "rack-1", "sensor": "rack-1.t0", "location": "inlet", "rack": "1",
    }  # fmt: skip
    (row,) = server.ask("SELECT * FROM alarm_event")
    assert row == {
        "time": START + 1, "alarm": "inlet-hot.rack-1.t0", "device": "rack-1", "number": 1, "priority": "medium",
        "room": "server-room", "sensor": "rack-1.t0", "site": "hospital-a", "state": "unacknowledged", "was": "normal",
        "trigger": "raised", "value": 27.5, "text": "Rack 1 inlet is 27.5 °C",
    }  # fmt: skip
