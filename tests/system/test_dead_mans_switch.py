"""The examples of docs/dead-mans-switch.md, against a real broker and a daemon that is killed, frozen, and back."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.peers import asyncapi
from tests.peers.daemon import Daemon, a_daemon, eventually
from tests.peers.mosquitto import Mosquitto, Seen, mosquitto, subscribed
from tests.peers.process import Address, free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SITE = "hospital-a"
SILENCE_S = "5"
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
            {"mqtt": {"host": broker.address.host, "port": broker.address.port, "keepalive": "1 s", "readings": True}}
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


def test_they_call_when_roommon_is_killed_frozen_or_cut_off_and_say_when_it_is_back(
    broker: Mosquitto, tmp_path: Path
) -> None:
    """Both examples watch the same daemon; meanwhile it says that it is awake once, whatever happens to it."""
    with (
        subscribed(broker.address, f"roommon/{SITE}/#") as subscriber,
        a_daemon(tmp_path, config(broker)) as daemon,
        contextlib.ExitStack() as switches,
    ):
        subscriber.until(lambda seen: any("/reading/" in one.topic for one in seen))
        calls = []
        for example in (shell, python):
            (tmp_path / example.__name__).mkdir()
            call, called = calling(tmp_path / example.__name__)
            switches.enter_context(switched(example(broker.address, call)))
            calls.append(called)
        subscriber.until(lambda seen: any(one.topic.endswith("/alive") for one in seen))
        assert [called() for called in calls] == [[], []], "all is well, nobody is called"
        _in_turn(daemon, broker, calls)
        subscriber.gather(lambda _: True)
        (alive,) = {
            one for one in subscriber.seen if one.topic.endswith("/alive")
        }  # at least once: a kill came at once
        _says_that_it_is_awake(alive)


def _in_turn(daemon: Daemon, broker: Mosquitto, calls: Sequence[Callable[[], list[str]]]) -> None:
    def until(words: str, number: int) -> None:
        """Wait for call `number`; a broker that was frozen tells of the connections that ended meanwhile, too."""
        eventually(lambda: all(len(called()) >= number and words in called()[-1] for called in calls), 30)

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


def _says_that_it_is_awake(alive: Seen) -> None:
    asyncapi.validate(alive.topic, alive.payload)
    assert alive.document["devices"] == 1
    assert alive.document["sensors"] == {"configured": 1, "good": 0, "bad": 1}
    assert not alive.retained
