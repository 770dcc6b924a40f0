"""The whole daemon as a process of its own: started, killed, frozen, reloaded; its log and its journal read."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml

from roommon.journal.error import JournalError
from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 20.0) -> T:
    """What `look` returns once it is true; a dear look is not had more often than every fourth moment."""
    deadline = time.monotonic() + seconds
    while True:
        began = time.monotonic()
        if found := look():
            return found
        ended = time.monotonic()
        assert ended < deadline, f"not within {seconds} s: {found!r}"
        time.sleep(min(1.0, max(0.05, 3 * (ended - began))))


def now() -> Instant:
    """This moment by the box's wall clock."""
    return Instant(time.time_ns() // 1_000_000)


@dataclass
class Daemon:
    """One configuration, and the process that runs it."""

    folder: Path
    config: dict[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    journal: Path = field(init=False)

    def __post_init__(self) -> None:
        where = self.config.setdefault("journal", {}).setdefault("path", str(self.folder / "journal.db"))
        self.journal = Path(where)

    @property
    def path(self) -> Path:
        return self.folder / "roommon.yaml"

    @property
    def log(self) -> str:
        path = self.folder / "roommon.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def write(self) -> None:
        self.path.write_text(yaml.safe_dump(self.config, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def start(self) -> None:
        """Start it and wait until it watches."""
        said = self.log.count(" watches ")
        self.launch()
        eventually(lambda: self.log.count(" watches ") > said or self._ended())

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        self.write()
        with (self.folder / "roommon.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "roommon", "run", str(self.path)],
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
            )

    def reload(self) -> None:
        """Write the configuration and let it be read again; return when the daemon has said what came of it."""
        self.write()
        said = self._reloads()
        self.signal(signal.SIGHUP)
        eventually(lambda: self._reloads() > said or self._ended())

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait(10)
        self.process = None

    def end(self) -> None:
        """End it however it is: at the end of a test."""
        if self.process is not None:
            self.signal(signal.SIGCONT)
            self.kill()

    def stop(self) -> float:
        """End it politely; return how many seconds it took."""
        began = time.monotonic()
        self.signal(signal.SIGTERM)
        assert self.process is not None
        code = self.process.wait(15)
        self.process = None
        assert code == 0, self.log[-4000:]
        return time.monotonic() - began

    def readings(self, sensor: str) -> list[Reading]:
        """All that the journal has of `sensor`."""
        return self._read(lambda journal: list(journal.readings(SensorId(sensor))))

    def last(self, sensor: str) -> Reading | None:
        return next(reversed(self.readings(sensor)), None)

    def everything(self, since: Instant | None = None) -> dict[str, list[Reading]]:
        """The readings of every sensor, from `since` on, in the order in which they were judged."""
        found: dict[str, list[Reading]] = {}
        for reading in self._read(lambda journal: [one for one in journal.inputs(since) if isinstance(one, Reading)]):
            found.setdefault(reading.sensor, []).append(reading)
        return found

    def has_read_since(self, at: Instant) -> bool:
        """Whether the journal has a reading later than `at` of every sensor that the configuration names."""
        later = {sensor for sensor, readings in self.everything(at).items() if readings[-1].taken_at > at}
        named = {f"{device['id']}.{each['id']}" for device in self.config["devices"] for each in device["sensors"]}
        return named <= later

    def events(self) -> list[NumberedEvent]:
        """Every alarm event of the journal."""
        return self._read(lambda journal: list(journal.events()))

    def standing(self) -> dict[str, NumberedEvent]:
        """The alarms that stand, by id."""
        return {one.event.alarm: one for one in self._read(lambda journal: journal.standing())}

    def _read(self, look: Callable[[JournalReader], list[T]]) -> list[T]:
        try:
            with JournalReader(self.journal) as journal:
                return look(journal)
        except JournalError:
            return []

    def _reloads(self) -> int:
        return self.log.count("reload: done") + self.log.count("reload: refused")

    def _ended(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log[-4000:]
        return False


@contextlib.contextmanager
def a_daemon(folder: Path, config: dict[str, Any], **environment: str) -> Iterator[Daemon]:
    """A daemon that runs `config` until the end of the context."""
    daemon = Daemon(folder, config, environment)
    try:
        daemon.start()
        yield daemon
    finally:
        daemon.end()
