"""`roommon probe` against the simulated room, a real snmpd, and nobody."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators import single
from tests.peers.cli import Cli
from tests.peers.process import free_address
from tests.peers.simulated import Room, demo_room, simulated
from tests.peers.snmpd import COMMUNITY, VALUES, User, snmpd

pytestmark = pytest.mark.integration

CHARGE = "1.3.6.1.2.1.33.1.2.4.0"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with demo_room(tmp_path_factory.mktemp("room")) as running:
        yield running


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def gateway(room: Room) -> list[str]:
    """The line behind the gateway, as options."""
    return [f"127.0.0.1:{room.port('gateway-1')}", "--framer", "rtu"]


def agent(room: Room) -> list[str]:
    return ["--snmp", f"127.0.0.1:{room.port('ups-2')}", "--community", "roommon-demo"]


def document(roommon: Cli, *arguments: object) -> dict[str, Any]:
    said = roommon("probe", *arguments, "--json")
    assert said.code == 0, said.all
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_registers_are_shown_as_words_and_all_that_they_may_mean(roommon: Cli, gateway: list[str], room: Room) -> None:
    room.poke("meter", "input:0", 0x4366)
    room.poke("meter", "input:1", 0x199A)
    found = document(roommon, *gateway, "--unit", 7, "--read", "input 0", "--count", 2)
    assert found["words"] == [0x4366, 0x199A]
    assert found["hex"] == "4366199a"
    first = found["decodings"][0]
    assert (first["value"], first["as"]) == (230.1, [{"type": "float32", "order": "ABCD"}])
    table = roommon("probe", *gateway, "--unit", 7, "--read", "input 0", "--count", 2).out
    assert "0x4366" in table
    assert "float32 ABCD" in table


def test_a_signed_register_is_shown_both_ways(roommon: Cli, gateway: list[str], room: Room) -> None:
    room.poke("rack-b", "holding:1", 0xFFCE)
    said = roommon("probe", *gateway, "--unit", 2, "--read", "holding 1")
    assert {"65486", "-50", "0xFFCE"} <= set(said.out.split())


def test_bits_are_shown_one_by_one(roommon: Cli, gateway: list[str], room: Room) -> None:
    room.poke("contacts", "discrete:2", 1)
    found = document(roommon, *gateway, "--unit", 6, "--read", "discrete 0", "--count", 4)
    assert found["bits"] == [0, 0, 1, 0]


def test_a_profile_shows_what_it_makes_of_the_device(roommon: Cli, gateway: list[str], room: Room) -> None:
    room.poke("rack-a", "holding:1", 225)
    found = document(roommon, *gateway, "--profile", "renke-rs-ws-n01")
    (temperature,) = [point for point in found["points"] if point["id"] == "temperature"]
    assert (temperature["raw"], temperature["value"], temperature["unit"]) == (225, 22.5, "Cel")
    assert "22.5 °C" in roommon("probe", *gateway, "--profile", "renke-rs-ws-n01").out


def test_words_and_profile_are_shown_side_by_side(roommon: Cli, gateway: list[str]) -> None:
    found = document(roommon, *gateway, "--read", "holding 1", "--profile", "renke-rs-ws-n01")
    assert len(found["words"]) == 1
    assert [point["id"] for point in found["points"]] == ["temperature"]


def test_an_address_that_the_device_has_not_is_explained(roommon: Cli, gateway: list[str]) -> None:
    said = roommon("probe", *gateway, "--read", "holding 900")
    assert said.code == 1
    assert "exception 2 (illegal data address): it has no such address" in said.err
    assert said.err.count("\n") == 1
    assert "没有该地址" in roommon("probe", *gateway, "--read", "holding 900", language="zh").err


def test_a_unit_that_is_not_there_is_one_line(roommon: Cli, gateway: list[str]) -> None:
    said = roommon("probe", *gateway, "--unit", 99, "--read", "holding 0", "--timeout", "0.3")
    assert said.code == 1
    assert "no answer within 300 ms" in said.err
    assert said.err.count("\n") == 1


def test_nobody_at_the_port_is_one_line(roommon: Cli) -> None:
    address = free_address()
    said = roommon("probe", f"{address.host}:{address.port}", "--read", "holding 0")
    assert said.code == 1
    assert "Connection refused" in said.err
    assert said.err.count("\n") == 1


def test_a_device_that_answers_tells_what_it_can_of_itself(roommon: Cli, gateway: list[str]) -> None:
    said = roommon("probe", *gateway, "--unit", 6)
    assert said.code == 0
    assert "It answers" in said.out


def test_a_device_that_tells_who_it_is(roommon: Cli) -> None:
    objects = b"\x00\x05Renke\x02\x031.2"
    pdu = b"\x2b\x0e\x01\x01\x00\x00\x02" + objects
    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=_answer_once, args=(server, pdu))
        answering.start()
        said = roommon("probe", f"127.0.0.1:{server.getsockname()[1]}", "--unit", 1, "--timeout", 10)
        answering.join(20)
    assert said.code == 0, said.all
    assert {"vendor", "Renke", "version", "1.2"} <= set(said.out.split())


def _answer_once(server: socket.socket, pdu: bytes) -> None:
    """Answer one Modbus TCP request with `pdu`."""
    server.settimeout(20)
    client, _ = server.accept()
    with client:
        request = client.recv(260)
        client.sendall(request[:4] + (len(pdu) + 1).to_bytes(2, "big") + request[6:7] + pdu)
        client.recv(1)


def test_an_object_is_shown_with_what_else_it_may_mean(roommon: Cli, room: Room) -> None:
    found = document(roommon, *agent(room), "--read", CHARGE)
    (charge,) = found["objects"]
    assert charge["oid"] == CHARGE
    assert 0 < charge["value"] <= 100


def test_a_forgotten_instance_shows_what_lies_below(roommon: Cli, room: Room) -> None:
    found = document(roommon, *agent(room), "--read", CHARGE.removesuffix(".0"))
    assert [one["oid"] for one in found["objects"]] == [CHARGE]


def test_a_subtree_is_gone_through(roommon: Cli, room: Room) -> None:
    found = document(roommon, *agent(room), "--read", "1.3.6.1.2.1.33.1.2", "--count", 3)
    assert len(found["objects"]) == 3


def test_an_agent_tells_who_it_is(roommon: Cli, room: Room) -> None:
    assert "Simulated UPS" in roommon("probe", *agent(room)).out


def test_an_snmp_profile_shows_names_of_states(roommon: Cli, room: Room) -> None:
    said = roommon("probe", *agent(room), "--profile", "rfc1628-ups")
    assert said.code == 0
    assert "mains" in said.out


def test_a_value_for_which_another_object_stood_in_says_so(roommon: Cli, tmp_path: Path) -> None:
    facts = "simulators/facts/liebert-pex.yaml"
    with simulated("agent", facts, "--port", "0", "--community", COMMUNITY, log=tmp_path / "log") as card:
        at = f"127.0.0.1:{card.port(single.SERVER)}"
        said = roommon("probe", "--snmp", at, "--community", COMMUNITY, "--profile", "liebert-gp-env")
    [line] = [line for line in said.out.splitlines() if "return-air" in line and "good" in line]
    assert "23.0 °C" in line
    assert "by its `else`: " in line


def test_an_object_that_is_not_there_is_one_line(roommon: Cli, room: Room) -> None:
    said = roommon("probe", *agent(room), "--read", "1.3.6.1.4.1.424242.1.0")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "nothing at or below" in said.err


def test_an_agent_that_keeps_silent_is_one_line(roommon: Cli, room: Room) -> None:
    options = ["--snmp", f"127.0.0.1:{room.port('ups-2')}", "--community", "wrong", "--timeout", "0.3"]
    said = roommon("probe", *options, "--read", CHARGE)
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "wrong community" in said.err


def test_version_3_of_a_real_snmpd(roommon: Cli, tmp_path: Path) -> None:
    user = User("roommon", "SHA-256", privacy="AES")
    auth, privacy = tmp_path / "auth", tmp_path / "privacy"
    for path, words in ((auth, user.auth_passphrase), (privacy, user.privacy_passphrase)):
        path.touch(0o600)
        path.write_text(words)
    with snmpd(tmp_path, [user], {"1.0": ("string", "23.4"), "2.0": ("integer", "-42")}) as running:
        where = f"{running.address.host}:{running.address.port}"
        secrets = ["--user", "roommon", "--auth-file", auth, "--privacy-file", privacy]
        spelled = document(roommon, "--snmp", where, *secrets, "--read", f"{VALUES}.1.0")
        negative = document(roommon, "--snmp", where, "--community", COMMUNITY, "--read", f"{VALUES}.2.0")
        auth.write_text("another passphrase")
        refused = roommon("probe", "--snmp", where, *secrets, "--read", f"{VALUES}.1.0")
    assert (spelled["objects"][0]["value"], spelled["objects"][0]["number"]) == ("23.4", 23.4)
    assert negative["objects"][0]["value"] == -42
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "refuses user roommon" in refused.err


def test_a_secret_that_others_may_read_is_refused(roommon: Cli, tmp_path: Path) -> None:
    loose = tmp_path / "auth"
    loose.write_text("auth-passphrase")
    loose.chmod(0o644)
    said = roommon("probe", "--snmp", "127.0.0.1:1", "--user", "a", "--auth-file", loose)
    assert said.code == 2
    assert "chmod 600" in said.err


def configured(folder: Path, room: Room) -> Path:
    config = folder / "roommon.yaml"
    config.write_text(
        "site: a\nroom: server-room\nbuses:\n  - id: gateway-1\n"
        f"    modbus_tcp: {{ host: 127.0.0.1, port: {room.port('gateway-1')}, framer: rtu }}\n"
        "devices:\n  - { id: rack-a, bus: gateway-1, unit: 1, profile: renke-rs-ws-n01 }\n"
        "  - { id: rack-b, bus: gateway-1, unit: 99, profile: renke-rs-ws-n01 }\n"
    )
    return config


def test_a_device_of_the_configuration_is_read_as_configured(roommon: Cli, room: Room, tmp_path: Path) -> None:
    config = configured(tmp_path, room)
    found = document(roommon, "rack-a", "--config", config)
    assert {point["id"] for point in found["points"]} == {"temperature", "humidity"}
    assert "words" in document(roommon, "rack-a", "--config", config, "--read", "holding 0")


def test_a_device_that_is_not_configured_is_told_with_the_near_one(roommon: Cli, room: Room, tmp_path: Path) -> None:
    said = roommon("probe", "rack-aa", "--config", configured(tmp_path, room))
    assert said.code == 2
    assert "did you mean" in said.err
    assert "`rack-a`" in said.err


def test_what_the_configuration_says_is_not_said_again(roommon: Cli, room: Room, tmp_path: Path) -> None:
    said = roommon("probe", "rack-a", "--config", configured(tmp_path, room), "--unit", 3)
    assert (said.code, said.err.count("\n")) == (2, 1)


def test_check_connect_tells_who_answers_and_who_does_not(roommon: Cli, room: Room, tmp_path: Path) -> None:
    config = configured(tmp_path, room)
    said = roommon("check", config, "--connect")
    assert said.code == 1
    assert "✓ rack-a: 2 of 2 points answer" in said.out
    assert "✗ rack-b" in said.out
    answers = json.loads(roommon("check", config, "--connect", "--json").out)["answers"]
    assert [(answer["who"], answer["well"]) for answer in answers] == [("rack-a", True), ("rack-b", False)]


def test_a_serial_line_is_probed_at_the_makers_speed(roommon: Cli, tmp_path: Path) -> None:
    line = tmp_path / "line.yaml"
    line.write_text(
        "room: { air_c: 22, thermal_mass_kj_per_k: 120, outdoor_c: 30, outdoor_humidity: 60 }\n"
        "air_conditioners: { ac-1: { capacity_kw: 9, setpoint_c: 22 } }\n"
        "upses: { ups-1: { rated_kva: 10, battery_kwh: 4 } }\n"
        "racks: { rack-a: { load_kw: 6, cooled_by: ac-1, fed_by: [ups-1] } }\n"
        "servers:\n  - id: line-1\n    modbus: { framing: serial }\n    devices:\n"
        "      - { id: rack-a, unit: 1, family: renke-rs-ws-n01, place: rack-a }\n"
    )
    with simulated("room", str(line), log=tmp_path / "line.log") as room:
        found = document(roommon, "--serial", room.path("line-1"), "--profile", "renke-rs-ws-n01")
    assert all(point["quality"] == "good" for point in found["points"])


def test_a_serial_line_that_is_not_there_is_one_line(roommon: Cli, tmp_path: Path) -> None:
    said = roommon("probe", "--serial", tmp_path / "ttyUSB0", "--read", "holding 0")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "No such file" in said.err
