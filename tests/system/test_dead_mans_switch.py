"""The examples of docs/dead-mans-switch.md, against a real broker and a daemon that is killed, frozen, and back."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.peers import asyncapi
from tests.peers.daemon import Daemon, a_daemon, eventually
from tests.peers.mosquitto import Mosquitto, mosquitto, subscribed
from tests.peers.process import Address, free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SITE = "hospital-a"
SILENCE_S = "8"
OFFLINE, SILENT, BACK = "is offline", "nothing of roommon", "is back"


def shell(address: Address, call: Path) -> list[str]:
    options = ["-h", address.host, "-p", str(address.port)]
    return [str(EXAMPLES / "dead-mans-switch.sh"), SITE, SILENCE_S, str(call), *options]


def python(address: Address, call: Path) -> list[str]:
    script = str(EXAMPLES / "dead_mans_switch.py")
    return [sys.executable, script, SITE, SILENCE_S, str(call), address.host, str(address.port)]


def config(broker: Mosquitto) -> dict[str, Any]:
    """A device that nobody answers for: its readings are bad, and they come on its beat."""
    silent = free_address()
    return {
        "site": SITE,
        "room": "server-room",
        "alerts": [
            {"mqtt": {"host": broker.address.host, "port": broker.address.port, "keepalive": "2 s", "readings": True}}
        ],
        "devices": [
            {
                "id": "rack-a",
                "modbus_tcp": {"host": silent.host, "port": silent.port},
                "every": "1 s",
                "sensors": [{"id": "inlet", "quantity": "temperature", "read": "input 1", "type": "int16"}],
            }
        ],
    }


@contextlib.contextmanager
def switched(command: list[str]) -> Iterator[None]:
    """The example, running in a group of its own; its mosquitto_sub ends with it."""
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def calling(folder: Path) -> tuple[Path, Callable[[], list[str]]]:
    """A command that notes what it is called with, and what it noted."""
    calls, command = folder / "calls", folder / "call"
    command.write_text(f'#!/bin/sh\necho "$1" >> {calls}\n')
    command.chmod(0o755)
    return command, lambda: calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


@pytest.mark.parametrize("example", [shell, python])
def test_it_calls_when_roommon_is_killed_frozen_or_cut_off_and_says_when_it_is_back(
    broker: Mosquitto, tmp_path: Path, example: Callable[[Address, Path], list[str]]
) -> None:
    call, calls = calling(tmp_path)
    with a_daemon(tmp_path, config(broker)) as daemon:
        _until_told(broker)
        with switched(example(broker.address, call)):
            time.sleep(2)
            assert calls() == [], "all is well, nobody is called"
            _in_turn(daemon, broker, calls)


def _in_turn(daemon: Daemon, broker: Mosquitto, calls: Callable[[], list[str]]) -> None:
    def until(words: str, number: int) -> None:
        """Wait for call `number`; a broker that was frozen tells of the connections that ended meanwhile, too."""
        eventually(lambda: len(calls()) >= number and words in calls()[-1], 30)

    daemon.kill()
    until(OFFLINE, 1)
    daemon.start()
    until(BACK, 2)
    daemon.signal(signal.SIGSTOP)
    until(OFFLINE, 3)
    daemon.signal(signal.SIGCONT)
    until(BACK, 4)
    broker.freeze()
    until(SILENT, 5)
    broker.thaw()
    until(BACK, 6)


def _until_told(broker: Mosquitto) -> None:
    with subscribed(broker.address, f"roommon/{SITE}/#") as subscriber:
        subscriber.until(lambda seen: any("/reading/" in one.topic for one in seen))


def test_a_daemon_says_that_it_is_awake_once_and_not_again_after_a_restart(broker: Mosquitto, tmp_path: Path) -> None:
    with (
        subscribed(broker.address, f"roommon/{SITE}/alive") as subscriber,
        a_daemon(tmp_path, config(broker)) as daemon,
    ):
        (alive,) = subscriber.until(bool)
        asyncapi.validate(alive.topic, alive.payload)
        assert alive.document["devices"] == 1
        assert alive.document["sensors"] == {"configured": 1, "good": 0, "bad": 1}
        assert not alive.retained
        daemon.stop()
        daemon.start()
        time.sleep(6)
        assert subscriber.gather(lambda seen: len(seen) == 1), subscriber.seen
