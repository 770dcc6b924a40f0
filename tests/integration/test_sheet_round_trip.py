"""From a maker's sheet to readings: the imported profile reads the simulated device with that table rightly."""

import json
from pathlib import Path

import pytest

from tests.peers import sheets
from tests.peers.cli import Cli
from tests.peers.simulated import simulated

pytestmark = pytest.mark.integration

CLIMATE = """
device: a probe of the tests
document: tests/peers/sheets.py, CLIMATE
numbering: as it travels
unit: 1
cases:
  normal:
    holding: { 0: [456, 0xFF9B, 87, 1, 2], 0x10: [0] }
"""
METER = """
device: a meter of the tests
document: tests/peers/sheets.py, METER
numbering: 40001 is 0
unit: 1
cases:
  normal:
    holding:
      0: [0x6666, 0x4366, 0x0000, 0x4148, 0xFB2E, 0xFFFF, 0x86A0, 0x0001, 5001, 0xFC7C]
      199: [301]
"""
WORTH = {
    "climate": {
        "humidity": 45.6,
        "temperature": -10.1,
        "dew_point_temperature": 8.7,
        "alarm_state": 1,
        "operating_mode": 2,
    },
    "meter": {
        "voltage_l1_n": 230.4,
        "current_l1": 12.5,
        "total_active_power": -1234,
        "import_energy": 1000,
        "frequency": 50.01,
        "power_factor": -90,
    },
}


@pytest.mark.parametrize(
    ("name", "sheet", "image"), [("climate", sheets.CLIMATE, CLIMATE), ("meter", sheets.METER, METER)]
)
def test_an_imported_profile_reads_the_device_of_the_sheet(
    name: str,
    sheet: str,
    image: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    roommon = Cli(monkeypatch, capsys)
    (tmp_path / "profiles").mkdir()
    (tmp_path / "image.yaml").write_text(image, "utf-8")
    roommon("profiles", "import", sheets.text(tmp_path / "a.csv", sheet), "--write", tmp_path / f"profiles/{name}.yaml")
    with simulated("unit", str(tmp_path / "image.yaml"), "--tcp", "0", log=tmp_path / "log") as device:
        where = f"127.0.0.1:{device.port('server')}"
        said = roommon("probe", where, "--profile", name, "--config", tmp_path, "--json")
    assert said.code == 0, said.all
    values = {one["id"]: one["value"] for one in json.loads(said.out)["points"]}
    assert values == pytest.approx(WORTH[name], rel=1e-6)
