"""`roommon discover` among simulated agents and servers on addresses of the loopback, and among nobody."""

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.peers.cli import Cli
from tests.peers.process import free_address
from tests.peers.simulated import simulated

pytestmark = pytest.mark.integration

FACTS = "simulators/facts/{}.yaml"
METER = """
device: a meter that says who it is
document: none
numbering: as it travels
identity: { 0: Schneider Electric, 1: iEM3155, 2: "1.3" }
cases: { normal: { holding: { 0: [1] } } }
"""
PROBE = """
device: a unit that says nothing of itself
document: none
numbering: as it travels
cases: { normal: { holding: { 0: [1] } } }
"""


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[object]]:
    """Three agents (one of them with version 3 alone), two Modbus servers, and one that takes connections alone."""
    folder = tmp_path_factory.mktemp("discover")
    (folder / "meter.yaml").write_text(METER, "utf-8")
    (folder / "probe.yaml").write_text(PROBE, "utf-8")
    snmp, modbus = free_address().port, free_address().port
    secrets = ["--user", "watch", "--auth", "sha256", "--auth-passphrase", "auth-secret"]
    agents = {2: ("apc-powernet-ups", []), 3: ("hwg-ste2-mib", []), 4: ("hwg-wld-mib", secrets)}
    with contextlib.ExitStack() as stack:
        for last, (facts, access) in agents.items():
            words = access or ["--community", "hush"]
            at = ["--host", f"127.0.0.{last}", "--port", str(snmp), *words]
            stack.enter_context(simulated("agent", FACTS.format(facts), *at, log=folder / f"{last}.log"))
        for last, image, unit in ((5, "meter.yaml", 255), (6, "probe.yaml", 1)):
            at = ["--host", f"127.0.0.{last}", "--tcp", str(modbus), "--unit", str(unit)]
            stack.enter_context(simulated("unit", str(folder / image), *at, log=folder / f"{last}.log"))
        silent = stack.enter_context(socket.socket())
        silent.bind(("127.0.0.7", modbus))
        silent.listen()
        yield ["--snmp-port", snmp, "--modbus-port", modbus, "--timeout", "0.5"]


def test_what_answers_is_said_and_drafted_so_that_check_takes_it(
    roommon: Cli, ports: list[object], tmp_path: Path
) -> None:
    said = roommon("discover", "127.0.0.0/29", *ports, "--community", "hush")
    assert said.code == 0, said.all
    assert said.err.startswith("6 addresses, SNMP at port ")
    assert "127.0.0.2: SNMP: 'APC Web/SNMP Management Card'" in said.err
    assert "apc-powernet-ups" in said.err
    assert "127.0.0.5: Modbus TCP: unit 255: Schneider Electric iEM3155 1.3: schneider-iem3000" in said.err
    assert "127.0.0.6: Modbus TCP: unit 1: it does not say who it is" in said.err
    assert "hush" not in said.all
    assert "# gateway-2: look what is behind it: roommon probe 127.0.0.6" in said.out
    (tmp_path / "roommon.yaml").write_text(said.out, "utf-8")
    (tmp_path / "snmp-community").write_text("hush\n", "utf-8")
    (tmp_path / "snmp-community").chmod(0o600)
    checked = roommon("check", tmp_path / "roommon.yaml")
    assert checked.code == 0, checked.all
    assert "server-room: 3 devices" in checked.out


def test_a_server_whose_units_are_silent_and_addresses_without_anything(
    roommon: Cli, ports: list[object], tmp_path: Path
) -> None:
    said = roommon("discover", "127.0.0.7-127.0.0.9", *ports, "--json")
    assert said.code == 0, said.all
    document: dict[str, Any] = json.loads(said.out)
    assert document["found"] == [
        {"address": "127.0.0.7", "modbus": {"unit": None, "identification": {}, "profile": None}}
    ]
    (tmp_path / "roommon.yaml").write_text(document["yaml"], "utf-8")
    checked = roommon("check", tmp_path / "roommon.yaml")
    assert (checked.code, "0 devices" in checked.out) == (0, True)


def test_version_3_names_files_and_no_passphrase(roommon: Cli, ports: list[object], tmp_path: Path) -> None:
    secret = tmp_path / "auth"
    secret.write_text("auth-secret\n", "utf-8")
    secret.chmod(0o600)
    said = roommon("discover", "127.0.0.2", "127.0.0.4", *ports, "--user", "watch", "--auth-file", secret)
    assert said.code == 0, said.all
    assert "auth-secret" not in said.all
    assert "127.0.0.2: SNMP" not in said.err
    assert f"auth: sha256, auth_file: {secret}" in said.out
    assert "profile: hwg-wld" in said.out


def test_nobody_answers(roommon: Cli, ports: list[object]) -> None:
    said = roommon("discover", "127.0.0.10", *ports)
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1] == "roommon: nobody answers"
    assert "没有应答" in roommon("discover", "127.0.0.10", *ports, language="zh").err


def test_a_large_network_is_asked_only_when_it_is_meant(roommon: Cli) -> None:
    said = roommon("discover", "10.0.0.0/22")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("roommon: 1022 addresses, SNMP at port 161 and Modbus TCP at port 502: about 404 s")
    assert "--yes" in said.err
    assert "is no address or network" in roommon("discover", "ups-1").err
