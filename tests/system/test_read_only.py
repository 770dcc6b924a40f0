"""It cannot touch the equipment: every frame that leaves roommon, faults and all, is a read.

Proxies record what the daemon sends while every fault strikes, and what `check --connect` and `probe` send.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulators.snmp.keys import Auth, Privacy, User
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.fault_rows import Fault, rows_of
from tests.peers.process import Address
from tests.peers.recorder import Recorder, recorded_tcp, recorded_udp
from tests.peers.requests import READ_FUNCTIONS, READ_PDUS, mbap_functions, rtu_functions, snmp_pdu
from tests.peers.simulated import Room, simulated
from tests.peers.transports import EVERY_MS, PASSPHRASES, TIMEOUT_MS, Endpoints, Transport

pytestmark = pytest.mark.system

READABLE = (Transport.TCP, Transport.RTU, Transport.V1, Transport.V2C, Transport.V3)
"""What can be read on the wire; TLS and serial lines carry the same frames, made by the same code."""
WELL = "well"
PATIENT_MS = 10_000
"""Where nothing is faulty, an answer that is late because the box is busy is no failure."""
OURS = User("roommon", Auth.SHA256, PASSPHRASES["auth"], Privacy.AES128, PASSPHRASES["privacy"])


@dataclass
class House:
    """A room with all readable transports, a configuration that reads it through proxies, and what they recorded."""

    room: Room
    config: dict[str, Any]
    recorders: dict[Transport, Recorder] = field(default_factory=dict)

    def functions(self) -> Counter[str]:
        """Every request that left, by what it asks for."""
        asked: Counter[str] = Counter()
        for transport, recorder in self.recorders.items():
            functions = mbap_functions if transport is Transport.TCP else rtu_functions
            for stream in recorder.streams:
                asked.update(functions(bytes(stream)))
            asked.update(snmp_pdu(message, OURS) for message in recorder.datagrams)
        return asked


def named(transport: Transport, fault: Fault) -> str:
    return f"{transport}-{fault.name}"


@contextmanager
def a_house(folder: Path, *, faulty: bool) -> Iterator[House]:
    timeout_ms = TIMEOUT_MS if faulty else PATIENT_MS
    endpoints = {
        transport: Endpoints(folder, transport, _names(transport, faulty=faulty), timeout_ms=timeout_ms)
        for transport in READABLE
    }
    rooms = [yaml.safe_load(each.room_file().read_text()) for each in endpoints.values()]
    path = folder / "room.yaml"
    path.write_text(yaml.safe_dump(rooms[0] | {"servers": [server for room in rooms for server in room["servers"]]}))
    with ExitStack() as stack:
        room = stack.enter_context(simulated("room", str(path), "--base-port", "0", log=folder / "room.log"))
        house = House(room, {})
        for transport, each in endpoints.items():
            recorder = house.recorders[transport] = Recorder()
            begun = recorded_udp if transport.is_snmp else recorded_tcp
            ports = {
                f"{name}-at": stack.enter_context(begun(recorder, Address("127.0.0.1", room.port(f"{name}-at"))))
                for name in each.names
            }
            _merge(house.config, each.config(room, ports))
        yield house


def _names(transport: Transport, *, faulty: bool) -> list[str]:
    faults = [named(transport, fault) for fault in rows_of(transport)] if faulty else []
    return [f"{transport}-{WELL}", *faults]


def _merge(into: dict[str, Any], config: dict[str, Any]) -> None:
    for key, value in config.items():
        if key in {"buses", "devices"}:
            into[key] = [*into.get(key, []), *value]
        else:
            into[key] = value


@pytest.mark.timeout(180)
def test_whatever_is_wrong_only_reads_leave_the_daemon(tmp_path: Path) -> None:
    with a_house(tmp_path, faulty=True) as house:
        daemon = Daemon(tmp_path, house.config)
        try:
            daemon.start()
            until_read(daemon)
            for words in (None, "ok"):
                inflict(house.room, words)
                for _ in range(3):
                    until_read(daemon)
            assert daemon.stop() < 5
        finally:
            daemon.end()
        asked = house.functions()
        print(asked)
        assert set(asked) == {"4", "GET"}
        assert sum(asked.values()) > 200
        assert house.room.state()["writes"] == 0


def inflict(room: Room, words: str | None) -> None:
    """Let every fault strike, or end them all by `words`."""
    for transport in READABLE:
        for fault in rows_of(transport):
            kind, *arguments = (words or fault.words.replace("@", transport.place)).split()
            name = named(transport, fault)
            room.fault(f"{name}-at" if fault.of_server else name, kind, *arguments)


def until_read(daemon: Daemon) -> None:
    """Wait for one more beat of every sensor."""
    before = now()
    eventually(lambda: daemon.has_read_since(before), 30 * EVERY_MS / 1000)


@pytest.mark.timeout(180)
def test_check_and_probe_only_read(tmp_path: Path) -> None:
    with a_house(tmp_path, faulty=False) as house:
        path = tmp_path / "roommon.yaml"
        path.write_text(yaml.safe_dump(house.config | {"journal": {"path": str(tmp_path / "journal.db")}}))
        roommon("check", "--connect", str(path))
        gateways = [bus["modbus_tcp"] for bus in house.config["buses"]]
        for gateway in gateways:
            at = ("--unit", "1", "--framer", gateway.get("framer", "tcp"), f"127.0.0.1:{gateway['port']}")
            roommon("probe", *at, may_fail=True)
            for read in ("coil 0", "discrete 0", "holding 0x101", "input 1"):
                roommon("probe", "--read", read, *at, may_fail=True)
        for device in ("v1-well", "v2c-well", "v3-well"):
            roommon("probe", "--config", str(path), device)
            roommon("probe", "--config", str(path), device, "--read", "1.3.6.1.2.1.33.1.2", "--count", "3")
        asked = house.functions()
        print(asked)
        assert set(asked) == READ_FUNCTIONS | READ_PDUS
        assert house.room.state()["writes"] == 0


def roommon(*arguments: str, may_fail: bool = False) -> None:
    """Run one command; one that may fail asks for what the device has not."""
    command = [sys.executable, "-m", "roommon", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode in ({0, 1} if may_fail else {0}), f"{arguments}: {ended.stdout}{ended.stderr}"
