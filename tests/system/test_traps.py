"""A UPS that is asked once a minute loses the mains: its trap brings the alarm at once. A storm disturbs nobody."""

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.peers import beats
from tests.peers.daemon import Daemon, a_daemon, eventually, now
from tests.peers.process import Address, free_address
from tests.peers.recorded_traps import V2C
from tests.peers.simulated import ROOT, Room, simulated
from tests.peers.trapper import AUTH_WORDS, PRIVACY_WORDS, Sender, community, send, user, version_3

pytestmark = pytest.mark.system

FACTS = str(ROOT / "simulators" / "facts" / "generex-ups_cs141.yaml")
SECONDS_ON_BATTERY = "1.3.6.1.2.1.33.1.2.2.0"
UPS_AT, WITNESS_AT = "127.0.0.2", "127.0.0.1"
MINUTE_MS, SECOND_MS = 60_000, 1_000
ON_BATTERY = "on-battery.ups-1.seconds"
STORM_S, PER_SECOND = 6.0, 1000
ANN = version_3()


@dataclass
class House:
    """A UPS with a minute's beat, a witness with a second's, and the daemon that asks both."""

    ups: Room
    daemon: Daemon
    traps: Address

    def lose_the_mains(self) -> None:
        self.ups.poke("generex-ups_cs141", SECONDS_ON_BATTERY, 12)

    def seconds(self) -> list[float | None]:
        return [reading.value for reading in self.daemon.readings("ups-1.seconds")]


@contextlib.contextmanager
def a_house(folder: Path, agent: dict[str, Any]) -> Iterator[House]:
    """`agent` is how the UPS is asked."""
    version_3 = ["--user", "ann", "--auth", "sha256", "--auth-passphrase", AUTH_WORDS]
    version_3 += ["--privacy", "aes128", "--privacy-passphrase", PRIVACY_WORDS]
    for name, words in (("auth", AUTH_WORDS), ("privacy", PRIVACY_WORDS)):
        (folder / name).touch(0o600)
        (folder / name).write_text(words)
    served = ("agent", FACTS, "--port", "0", "--community", "public")
    traps = free_address(socket.SOCK_DGRAM)
    with (
        simulated(*served, "--host", UPS_AT, *version_3, log=folder / "ups.log") as ups,
        simulated(*served, "--host", WITNESS_AT, log=folder / "witness.log") as witness,
        a_daemon(folder, config(agent, ups.port("server"), witness.port("server"), traps)) as daemon,
    ):
        house = House(ups, daemon, traps)
        eventually(house.seconds)
        eventually(lambda: daemon.readings("witness.seconds"))
        yield house


def config(agent: dict[str, Any], ups: int, witness: int, traps: Address) -> dict[str, Any]:
    def device(name: str, every_ms: int, snmp: dict[str, Any]) -> dict[str, Any]:
        sensor = {"id": "seconds", "quantity": "duration", "read": f"oid {SECONDS_ON_BATTERY}", "type": "number"}
        return {"id": name, "every": f"{every_ms} ms", "snmp": snmp, "sensors": [sensor]}

    return {
        "site": "hospital-a",
        "room": "server-room",
        "journal": {"commit_every": "200 ms"},
        "traps": {"host": "0.0.0.0", "port": traps.port},
        "devices": [
            device("ups-1", MINUTE_MS, {"host": UPS_AT, "port": ups, **agent}),
            device("witness", SECOND_MS, {"host": WITNESS_AT, "port": witness, "version": 2}),
        ],
        "rules": [
            {
                "id": "on-battery",
                "limit": {"above": "0 s", "deadband": "0 s", "on_delay": "0 s", "priority": "high"},
                "sensors": "ups-1.seconds",
            }
        ],
    }


def from_ups(sender: Sender) -> Sender:
    """The same from the UPS's own address."""
    return replace(sender, arguments=[*sender.arguments, f"--clientaddr={UPS_AT}"])


V2_AGENT: dict[str, Any] = {"version": 2, "community": "public"}
V3_AGENT: dict[str, Any] = {
    "version": 3,
    "user": "ann",
    "auth": "sha256",
    "auth_file": "auth",
    "privacy": "aes128",
    "privacy_file": "privacy",
}


@pytest.mark.parametrize(
    ("agent", "sender"),
    [(V2_AGENT, community("2c", "public")), (V3_AGENT, user(ANN, is_inform=True))],
    ids=["v2c-trap", "v3-inform"],
)
def test_a_trap_brings_the_alarm_long_before_the_next_beat(
    agent: dict[str, Any], sender: Sender, tmp_path: Path
) -> None:
    with a_house(tmp_path, agent) as house:
        house.lose_the_mains()
        assert house.daemon.standing() == {}
        struck = now()
        assert asyncio.run(send(from_ups(sender), house.traps)) == 0
        eventually(lambda: ON_BATTERY in house.daemon.standing(), 10)
        alarm = house.daemon.standing()[ON_BATTERY]
        print(f"alarm {alarm.event.at - struck} ms after snmptrap was started")
        assert struck <= alarm.event.at < struck + MINUTE_MS / 6
        assert house.seconds() == [0, 12]
        assert "ups-1: trap upsTrapOnBattery: asked at once" in house.daemon.log
        assert house.daemon.stop() < 5


def test_a_storm_costs_a_poll_a_second_and_moves_no_beat_of_others(tmp_path: Path) -> None:
    with a_house(tmp_path, V2_AGENT) as house:
        eventually(lambda: len(house.daemon.readings("witness.seconds")) > 2)
        spent, since = cpu_s(house.daemon), now()
        storm = threading.Thread(target=blow, args=[house.traps])
        storm.start()
        storm.join()
        until, share = now(), (cpu_s(house.daemon) - spent) / STORM_S
        eventually(lambda: (last := house.daemon.last("witness.seconds")) and last.taken_at > until)
        print(f"daemon in a storm: {share:.1%} of a core")
        polls = [one for one in house.daemon.readings("ups-1.seconds") if one.taken_at > since]
        assert STORM_S - 2 <= len(polls) <= STORM_S + 2
        assert all(reading.value == 0 for reading in polls)
        assert list(beats.faults(house.daemon.readings("witness.seconds"), SECOND_MS, since, until)) == []
        assert house.daemon.log.count("trap upsTrapOnBattery") == 1
        assert share < 0.25
        assert house.daemon.stop() < 5


def blow(to: Address) -> None:
    """A thousand traps a second from the UPS."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ups:
        ups.bind((UPS_AT, 0))
        began, sent = time.monotonic(), 0
        while (lasted := time.monotonic() - began) < STORM_S:
            while sent < lasted * PER_SECOND:
                ups.sendto(V2C, to)
                sent += 1
            time.sleep(0.002)


def cpu_s(daemon: Daemon) -> float:
    assert daemon.process is not None
    user, system = Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
