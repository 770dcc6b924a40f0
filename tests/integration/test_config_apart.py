"""A configuration read in a process of its own comes back as if it had been read here."""

import subprocess
import sys
from pathlib import Path

import pytest

from roommon.config import apart
from roommon.config.fault import ConfigInvalid
from roommon.config.load import load

pytestmark = pytest.mark.integration

SITE = """
site: here
room: hall
journal: { path: journal.db }
store: { influxdb: { url: "http://127.0.0.1:8086", bucket: roommon/autogen, token_file: token } }
alerts: [mqtt: { host: 127.0.0.1 }]
buses: [{ id: line, modbus_serial: { port: /dev/ttyS0 } }]
devices:
  - id: probe
    bus: line
    unit: 1
    every: 10 s
    sensors: [{ id: inlet, quantity: temperature, read: input 1, type: int16, scale: 0.1, range: -40 °C .. 80 °C }]
  - { id: ups, profile: rfc1628-ups, snmp: { host: 127.0.0.1, version: 2c, community: public } }
rules:
  - { id: hot, limit: { above: 27 °C, deadband: 1 K, priority: medium }, sensors: { quantity: temperature } }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A file with something of every family of kinds, and a secret."""
    (tmp_path / "token").write_text("secret")
    (tmp_path / "token").chmod(0o600)
    path = tmp_path / "roommon.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_it_says_the_same_as_one_that_was_read_here(config: Path) -> None:
    assert apart.load(config) == load(config)


def test_its_faults_come_back_with_their_places_and_in_both_languages(config: Path) -> None:
    config.write_text(SITE.replace("bus: line", "bus: lime"), encoding="utf-8")
    with pytest.raises(ConfigInvalid) as here:
        load(config)
    with pytest.raises(ConfigInvalid) as there:
        apart.load(config)
    assert there.value.faults == here.value.faults
    assert there.value.warnings == here.value.warnings
    assert str(there.value) == str(here.value)


def test_a_reader_that_is_ended_is_an_error_as_of_a_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(OSError, match=r"roommon\.yaml: reading it ended with exit code 1"):
        apart.load(config)


def test_the_daemon_is_spared_what_only_a_configuration_needs() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import roommon.cli.service, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert {"yaml", "pydantic", "typer", "rich"}.isdisjoint(said.stdout.split())
