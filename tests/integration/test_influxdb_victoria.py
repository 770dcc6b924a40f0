"""Delivery into VictoriaMetrics, and what it does differently (docs/influxdb.md)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.store import influxdb
from tests.peers.store_site import START, a_site, delivering
from tests.peers.victoria import Victoria, a_victoria

pytestmark = pytest.mark.integration


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Victoria]:
    with a_victoria(tmp_path / "victoria") as server:
        yield server


async def test_every_value_arrives_once(server: Victoria, tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, delivering(site, influxdb.Config(server.url, "any")):
        await site.beats(5)
        await site.delivered()
    assert len(server.samples('{__name__="temperature_value"}')) == site.readings * 8 // 10
    inlet = server.samples('{__name__="temperature_value", sensor="rack-1.t0", location="inlet"}')
    assert inlet == [(START + 1000 * beat, 20.375) for beat in range(5)]


async def test_text_becomes_a_zero_and_a_bad_line_is_dropped_without_a_word(server: Victoria, tmp_path: Path) -> None:
    async with a_site(tmp_path) as site, delivering(site, influxdb.Config(server.url, "any")):
        await site.beats(1)
        await site.delivered()
        assert await site.set_aside() == []
    assert {value for _, value in server.samples('{__name__="temperature_quality"}')} == {0}
    server.write(b"nonsense")


async def test_the_probe_says_what_to_expect_of_it(server: Victoria) -> None:
    said = await influxdb.probe(influxdb.Config(server.url, "any"))
    assert said.en.startswith("VictoriaMetrics (it keeps no text, and does not say when it drops a line) takes writes")
