"""The disk of the journal is full: polling and alarms go on, it is said, and the journal goes on when there is room."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from roommon.model.alarm import State
from tests.peers import beats
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.many import HIGH, config, many
from tests.peers.mosquitto import Setup, mosquitto, subscribed

pytestmark = pytest.mark.system

EVERY_MS = 500
FULL = "roommon-trouble.roommon.journal"


@contextmanager
def a_small_disk(folder: Path) -> Iterator[Path]:
    """A file system of 24 MiB of its own."""
    assert os.geteuid() == 0, "this test mounts a file system: run it as root"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "roommon-test", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Take all the room that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            while True:
                try:
                    file.write(bytes(size))
                except OSError:
                    break
    return filler


def test_a_full_disk_stops_neither_polling_nor_alarms_and_nothing_is_lost(tmp_path: Path) -> None:
    with ExitStack() as stack:
        disk = stack.enter_context(a_small_disk(tmp_path / "disk"))
        (tmp_path / "broker").mkdir()
        broker = stack.enter_context(mosquitto(tmp_path / "broker", Setup()))
        room = stack.enter_context(many(tmp_path, 4))
        written = config(room, EVERY_MS, broker)
        written["journal"] |= {"path": str(disk / "journal.db"), "at_most": "16 MiB"}
        subscriber = stack.enter_context(subscribed(broker.address, "roommon/hospital-a/event"))
        daemon = Daemon(tmp_path, written)
        stack.callback(daemon.end)
        daemon.start()
        eventually(lambda: daemon.last("m-001.r0"))
        since = now()
        filler = fill(disk)

        def told(alarm: str) -> list[object]:
            documents = [message.document for message in subscriber.seen]
            return [document["state"] for document in documents if document["alarm"] == alarm]

        subscriber.until(lambda _seen: told(FULL) == [State.UNACKNOWLEDGED], 40)
        room.poke("m-001", "holding:1", HIGH)
        subscriber.until(lambda _seen: told("many.m-001.r1") == [State.UNACKNOWLEDGED])
        filler.unlink()
        subscriber.until(lambda _seen: told(FULL) == [State.UNACKNOWLEDGED, State.NORMAL], 40)
        until = now()
        eventually(lambda: daemon.has_read_since(until))

        for sensor in ("m-001.r0", "m-004.r4"):
            assert not list(beats.faults(daemon.readings(sensor), EVERY_MS, since, until))
        numbers = [one.number for one in daemon.events()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert list(daemon.standing()) == ["many.m-001.r1"]
        print(daemon.log)
        assert daemon.stop() < 5
