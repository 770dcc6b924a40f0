"""`roommon probe --units`, `--scan` and `--write` against units that answer, refuse, keep silent or take one client."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from roommon.config.load import examine
from tests.peers.cli import Cli
from tests.peers.process import free_address
from tests.peers.simulated import ROOT, Room, simulated

pytestmark = pytest.mark.integration

IMAGES = ROOT / "simulators" / "images"
FACTS = ROOT / "simulators" / "facts"


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Room]:
    """A probe (unit 3) and a meter (unit 5) behind a serial server."""
    also = ["--also", f"{IMAGES / 'eastron-sdm630.yaml'}=5"]
    arguments = ["unit", str(IMAGES / "xy-md02.yaml"), "--unit", "3", *also, "--tcp", "0", "--rtu"]
    with simulated(*arguments, log=tmp_path / "unit.log") as running:
        yield running


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Room]:
    facts = str(FACTS / "akcp-sensorprobe8.yaml")
    with simulated("agent", facts, "--port", "0", "--community", "secret-word", log=tmp_path / "agent.log") as running:
        yield running


def gateway(room: Room, folder: Path, *options: object) -> list[object]:
    options = ("--framer", "rtu", "--timeout", "0.15", "--config", folder, *options)
    return ["probe", f"127.0.0.1:{room.port('server')}", *options]


def document(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said)
    return found


def test_units_are_found_ranked_and_written(roommon: Cli, line: Room, tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    said = roommon(*gateway(line, tmp_path, "--units", "3..5", "--write", file))
    assert said.code == 0, said.all
    assert "asking 3 units" in said.err
    assert "units that answer: 2; silent: 1" in said.out
    assert "23.1 °C" in said.out
    checked = examine(file, {})
    assert checked.site is not None
    assert [(one.device.id, one.unit, one.profile) for one in checked.site.devices] == [
        ("xy-md02-3", 3, "xy-md02"),
        ("eastron-sdm630-5", 5, "eastron-sdm630"),
    ]


def test_what_is_written_is_not_written_again(roommon: Cli, line: Room, tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    assert roommon(*gateway(line, tmp_path, "--units", "3", "--write", file)).code == 0
    text = f"{file.read_text()}# my own remark\n"
    file.write_text(text)
    said = roommon(*gateway(line, tmp_path, "--units", "3,5", "--write", file))
    assert "unit 3: configured already, as xy-md02-3" in said.out
    written = yaml.safe_load(file.read_text())
    assert [(one["id"], one["bus"]) for one in written["devices"]] == [
        ("xy-md02-3", "gateway-1"),
        ("eastron-sdm630-5", "gateway-1"),
    ]
    assert len(written["buses"]) == 1
    assert "# my own remark" in file.read_text()
    assert text.splitlines()[0] == file.read_text().splitlines()[0]


def test_a_unit_that_fails_every_read_is_there(roommon: Cli, line: Room, tmp_path: Path) -> None:
    line.fault("xy-md02", "exception", "4")
    said = roommon(*gateway(line, tmp_path, "--units", "3", "--json"))
    [unit] = document(said.out)["units"]
    assert (said.code, unit["unit"], unit["profiles"]) == (1, 3, [])
    assert "exception 4" in said.err


def test_mute_units_cost_their_time_and_nothing_else(roommon: Cli, line: Room, tmp_path: Path) -> None:
    line.fault("xy-md02", "mute")
    found = document(roommon(*gateway(line, tmp_path, "--units", "3..5", "--json")).out)
    assert found["silent"] == [3, 4]
    assert [(one["unit"], one["profiles"][0]["profile"]) for one in found["units"]] == [(5, "eastron-sdm630")]


def test_a_gateway_that_is_lost_is_said_in_one_line(roommon: Cli, line: Room, tmp_path: Path) -> None:
    line.fault("server", "dead")
    said = roommon(*gateway(line, tmp_path, "--units", "3..5"))
    assert said.code == 1
    assert "stop the daemon first" in said.err or "Connection refused" in said.err
    assert "Traceback" not in said.err


def test_a_gateway_that_takes_one_client_says_what_to_do(roommon: Cli, line: Room, tmp_path: Path) -> None:
    line.fault("server", "one-client")
    with socket.create_connection(("127.0.0.1", line.port("server"))):
        said = roommon(*gateway(line, tmp_path, "--units", "3..5"))
    assert said.code == 1
    assert "some gateways take one client: stop the daemon first" in said.err


def test_nobody_at_the_port_is_one_line(roommon: Cli, tmp_path: Path) -> None:
    address = free_address()
    said = roommon("probe", f"{address.host}:{address.port}", "--units", "1..4", "--config", tmp_path)
    assert said.code == 1
    assert "refused" in said.err


def test_a_profile_may_be_named_for_a_unit(roommon: Cli, line: Room, tmp_path: Path) -> None:
    found = document(roommon(*gateway(line, tmp_path, "--units", "3", "--profile", "renke-rs-ws-n01", "--json")).out)
    [unit] = found["units"]
    assert [one["profile"] for one in unit["profiles"]] == ["renke-rs-ws-n01"]


def test_devices_that_nothing_tells_apart_are_said_and_not_written(roommon: Cli, tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    image = str(IMAGES / "rle-seahawk-10k.yaml")
    with simulated("unit", image, "--tcp", "0", "--rtu", log=tmp_path / "unit.log") as running:
        said = roommon(*gateway(running, tmp_path, "--units", "1", "--write", file))
        named = roommon(
            *gateway(running, tmp_path, "--units", "1", "--profile", "rle-seahawk-10k", "--write", file), language="zh"
        )
    assert "rle-seahawk-10k fit alike" in said.out
    assert "unit 1: not written" in said.out
    assert "已写入" in named.out
    assert yaml.safe_load(file.read_text())["devices"][0]["profile"] == "rle-seahawk-10k"


def test_an_unknown_unit_is_scanned_and_drafted(roommon: Cli, line: Room, tmp_path: Path) -> None:
    said = roommon(*gateway(line, tmp_path, "--unit", 5, "--scan", "--draft", "my-meter"))
    assert said.code == 0, said.all
    assert "never more than" in said.err
    assert "float32 ABCD" in said.out
    assert "frequency 49.98 Hz" in said.out
    read = document(roommon(*gateway(line, tmp_path, "--unit", 5, "--profile", "my-meter", "--json")).out)
    assert {point["id"]: point["quality"] for point in read["points"]}["frequency_1"] == "good"
    again = roommon(*gateway(line, tmp_path, "--unit", 5, "--scan", "--draft", "my-meter"))
    assert (again.code, again.err) == (2, "roommon: there is a profile my-meter already\n")
    assert (
        "cannot be a profile's name" in roommon(*gateway(line, tmp_path, "--unit", 5, "--scan", "--draft", "A/b")).err
    )


def test_a_scan_of_nobody_is_one_line(roommon: Cli, line: Room, tmp_path: Path) -> None:
    said = roommon(*gateway(line, tmp_path, "--unit", 9, "--scan"))
    assert (said.code, said.err.splitlines()[-1]) == (1, "roommon: unit 9 does not answer")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--units", "0..300"], "names no units"),
        (["--units", "x"], "names no units"),
        (["--units", "1", "--read", "input 0"], "leave --read out"),
        (["--units", "1", "--scan"], "--scan is for one unit"),
        (["--draft", "x"], "--draft needs --scan"),
    ],
)
def test_options_that_do_not_go_together_are_told(roommon: Cli, options: list[str], words: str) -> None:
    said = roommon("probe", "127.0.0.1:1", *options)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert words in said.err


def test_an_agent_is_written_without_its_secret(roommon: Cli, agent: Room, tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    where = ["probe", f"127.0.0.1:{agent.port('server')}", "--community", "secret-word", "--config", tmp_path]
    said = roommon(*where, "--write", file)
    assert said.code == 0, said.all
    assert "secret-word" not in file.read_text()
    [secret] = tmp_path.glob("*-community")
    assert secret.stat().st_mode & 0o777 == 0o600
    checked = examine(file, {})
    assert checked.site is not None
    assert roommon("check", file, "--connect").code in (0, 1)
    assert "configured already, as sensorprobe8-v2-0; nothing is new" in roommon(*where, "--write", file).out


def test_rows_that_are_new_are_offered_with_their_lines(roommon: Cli, agent: Room, tmp_path: Path) -> None:
    file = tmp_path / "room.yaml"
    where = ["probe", f"127.0.0.1:{agent.port('server')}", "--community", "secret-word", "--config", tmp_path]
    roommon(*where, "--write", file)
    known = yaml.safe_load(file.read_text())
    dropped = [known["devices"][0]["rows"].pop(0) for _ in range(2)]
    file.write_text(yaml.safe_dump(known))
    said = roommon(*where, "--write", file)
    assert "2 rows are new" in said.out
    lines = said.out.split("`rows:`:\n")[1]
    assert yaml.safe_load(lines) == dropped


def test_standard_output_is_the_file_and_nothing_else(roommon: Cli, agent: Room, tmp_path: Path) -> None:
    where = ["probe", f"127.0.0.1:{agent.port('server')}", "--community", "secret-word", "--config", tmp_path]
    said = roommon(*where, "--write", "-")
    assert yaml.safe_load(said.out)["devices"][0]["profile"] == "akcp-sensorprobe"
    assert "secret-word" not in said.out


def test_a_folder_or_a_broken_file_is_not_written_to(roommon: Cli, agent: Room, tmp_path: Path) -> None:
    where = ["probe", f"127.0.0.1:{agent.port('server')}", "--community", "secret-word"]
    assert "name a file" in roommon(*where, "--write", tmp_path).err
    broken = tmp_path / "broken.yaml"
    broken.write_text("devices: [")
    assert roommon(*where, "--write", broken).code == 2
    assert broken.read_text() == "devices: ["


def test_a_device_that_no_profile_knows_is_told_with_what_to_do(roommon: Cli, tmp_path: Path) -> None:
    facts = tmp_path / "nobody.yaml"
    facts.write_text("device: nobody\nsource: none\nobjects:\n  - [1.3.6.1.2.1.1.5.0, string, nobody]\n")
    with simulated("agent", str(facts), "--port", "0", log=tmp_path / "agent.log") as running:
        said = roommon("probe", f"127.0.0.1:{running.port('server')}", "--config", tmp_path)
    assert said.code == 0
    assert "no maker's profile knows it" in said.out
