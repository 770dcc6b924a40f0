"""Somebody exchanges a UPS for another of its kind: it answers as before, and says another serial number."""

import socket
from pathlib import Path
from typing import Any

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.alarm import State
from tests.peers.daemon import a_daemon, eventually
from tests.peers.process import free_address
from tests.peers.simulated import ROOT, simulated

pytestmark = pytest.mark.system

FACTS = ROOT / "simulators" / "facts" / "apc_smx750.yaml"
SERIAL = "AS1342225176"
SENSOR = "ups-1.battery_charge"
ALARM = "device-changed.ups-1.identity"


def config(port: int) -> dict[str, Any]:
    snmp = {"host": "127.0.0.1", "port": port, "community": "public", "timeout": "300 ms"}
    ups = {"id": "ups-1", "every": "1 s", "snmp": snmp, "profile": "apc-powernet-ups", "recommended": True}
    return {
        "site": "hospital-a",
        "room": "server-room",
        "journal": {"commit_every": "200 ms"},
        "devices": [ups],
    }


@pytest.mark.timeout(120)
def test_an_exchanged_device_is_an_alarm_that_waits_for_a_person(tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(FACTS.read_text("utf-8").replace(SERIAL, "AS9999999999"), "utf-8")
    at = free_address(socket.SOCK_DGRAM)
    served = ("--host", at.host, "--port", str(at.port), "--community", "public")
    with a_daemon(tmp_path, config(at.port)) as daemon:

        def serials() -> list[str]:
            with JournalReader(daemon.journal) as reader:
                return [one.identity["serial"] for one in reader.identities()]

        with simulated("agent", str(FACTS), *served, log=tmp_path / "one.log"):
            eventually(lambda: serials() == [SERIAL], 40)
            assert ALARM not in daemon.standing()
        eventually(lambda: (last := daemon.last(SENSOR)) is not None and last.value is None)
        with simulated("agent", str(other), *served, log=tmp_path / "other.log"):
            eventually(lambda: serials() == [SERIAL, "AS9999999999"], 60)
            eventually(lambda: ALARM in daemon.standing() and daemon.standing()[ALARM].event.state is State.RETURNED)
            daemon.stop()
    assert "ups-1: its serial was 'AS1342225176' and is 'AS9999999999' now" in daemon.log
