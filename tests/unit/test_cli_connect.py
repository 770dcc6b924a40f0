"""What `check --connect` shows of a device that answers."""

import socket
import time
from pathlib import Path

import pytest

from roommon.cli.connect_device import device_heard, offered
from roommon.config.load import load
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from roommon.poll.driver import About, Fault, FoundRow, Raw
from tests.peers.cli import Cli

SITE = """
site: hospital-a
room: server-room
devices:
  id: rack-a
  modbus_tcp: { host: 127.0.0.1 }
  sensors:
    - { id: inlet, quantity: temperature, read: input 1, type: int16, scale: 0.1 }
    - { id: leak, quantity: contact, read: discrete 0, states: { 0: dry, 1: water } }
    - { id: humidity, quantity: relative_humidity, read: input 2, type: uint16 }
"""


def test_values_are_shown_as_in_every_other_command(tmp_path: Path) -> None:
    (tmp_path / "roommon.yaml").write_text(SITE)
    (polled,) = load(tmp_path, {}).devices
    raws: list[Raw | Fault] = [225, 1, Fault(Reason.CONFIGURATION_ERROR, Text.same("exception 2"))]
    heard = device_heard(polled, raws, SystemClock())
    said = heard.details
    assert (heard.points, heard.well) == (3, 2)
    assert "inlet: 22.5 °C" in said
    assert "leak: water" in said
    assert sum(line.startswith("humidity: ") for line in said) >= 1


SNMP = """
site: hospital-a
room: server-room
devices:
  id: ups
  snmp: { host: 127.0.0.1, community: public }
  sensors:
    - { id: charge, quantity: ratio, read: 1.3.6.1.4.1.1.1.0, else: { read: 1.3.6.1.4.1.1.2.0 } }
    - { id: volts, quantity: voltage, read: 1.3.6.1.4.1.1.3.0,
        scale_by: { point: maker, values: { "*Delta*": 0.1 }, otherwise: 1 } }
    - { id: maker, read: 1.3.6.1.4.1.1.4.0, type: string }
"""


def test_what_a_device_may_lack_is_not_held_against_it(tmp_path: Path) -> None:
    (tmp_path / "roommon.yaml").write_text(SNMP)
    (polled,) = load(tmp_path, {}).devices
    absent = Fault(Reason.CONFIGURATION_ERROR, Text.same("no such object"))
    raws: dict[str, Raw | Fault] = {"charge": absent, "charge.else": 87, "volts": 230, "maker": absent}
    heard = device_heard(polled, [raws[point.key] for point in polled.points], SystemClock())
    assert (heard.points, heard.well) == (2, 2)
    assert heard.details == ("charge: 87.0 %", "volts: 230.0 V")


def test_rows_that_nobody_lists_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    modules = [FoundRow("unit", "1.5", "CRAC 5", part=part) for part in ("1", "2")]
    about = About({}, (FoundRow("temperature", "4", "Rack C"), FoundRow("humidity", "7"), *modules))
    assert list(offered(about)) == [
        "not in the configuration: { table: temperature, id: ..., label: 'Rack C' }",
        "not in the configuration: { table: humidity, id: ..., index: 7 }",
        "not in the configuration: { table: unit, id: ..., label: 'CRAC 5', part: 1 }",
        "not in the configuration: { table: unit, id: ..., label: 'CRAC 5', part: 2 }",
    ]


@pytest.mark.parametrize("version", ["auto", "5", "3.1.1"])
def test_a_mute_broker_costs_seconds_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    monkeypatch.setattr("roommon.alerts.sinks.mqtt.CONNECT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        alerts = f"alerts:\n  - mqtt: {{ host: 127.0.0.1, port: {port}, version: {version} }}\n"
        site = SITE.partition("devices:")[0]
        (tmp_path / "roommon.yaml").write_text(f"{site}devices: []\n{alerts}")
        before = time.monotonic()
        said = Cli(monkeypatch, capsys)("check", "--connect", tmp_path)
        assert time.monotonic() - before < 5
    assert said.code == 1
    assert f"127.0.0.1:{port}: no answer: it took the connection and said nothing" in said.out
