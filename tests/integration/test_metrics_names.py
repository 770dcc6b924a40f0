"""The names of all metrics, of all quantities, are such that promtool has nothing against them."""

import pytest
from prometheus_client.exposition import generate_latest

from roommon.web.metrics.health import health
from roommon.web.metrics.readings import readings
from roommon.web.metrics.scrape import Gathered
from tests.peers import made_building as shown
from tests.peers.prometheus import promtool

pytestmark = pytest.mark.integration


def test_promtool_has_nothing_against_any_name() -> None:
    device = shown.device_of_everything()
    building, present = shown.building(device), shown.present(shown.all_good([device]))
    families = [*health(building, present, shown.vitals({"influxdb": None})), *readings(building, present)]
    said = promtool("check", "metrics", given=generate_latest(Gathered(families)).decode())
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
