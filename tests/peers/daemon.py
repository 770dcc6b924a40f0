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
from roommon.model.reading import Reading, SensorId

T = TypeVar("T")


def eventually(look: Callable[[], T], seconds: float = 20.0) -> T:
    """What `look` returns once it is true."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {found!r}"
        time.sleep(0.05)
    return found


@dataclass
class Daemon:
    """One configuration, and the process that runs it."""

    folder: Path
    config: dict[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def path(self) -> Path:
        return self.folder / "roommon.yaml"

    @property
    def journal(self) -> Path:
        return self.folder / "journal.db"

    @property
    def log(self) -> str:
        return (self.folder / "roommon.log").read_text(encoding="utf-8")

    def write(self) -> None:
        self.config.setdefault("journal", {})["path"] = str(self.journal)
        self.path.write_text(yaml.safe_dump(self.config, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def start(self) -> None:
        """Start it and wait until it watches."""
        self.write()
        said = self.log.count(" watches ") if (self.folder / "roommon.log").exists() else 0
        with (self.folder / "roommon.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "roommon", "run", str(self.path)],
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
            )
        eventually(lambda: self.log.count(" watches ") > said or self.ended())

    def ended(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log[-4000:]
        return False

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait(10)
        self.process = None

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
        try:
            with JournalReader(self.journal) as reader:
                return list(reader.readings(SensorId(sensor)))
        except JournalError:
            return []

    def last(self, sensor: str) -> Reading | None:
        return next(reversed(self.readings(sensor)), None)


@contextlib.contextmanager
def a_daemon(folder: Path, config: dict[str, Any], **environment: str) -> Iterator[Daemon]:
    """A daemon that runs `config` until the end of the context."""
    daemon = Daemon(folder, config, environment)
    daemon.start()
    try:
        yield daemon
    finally:
        if daemon.process is not None:
            daemon.process.send_signal(signal.SIGCONT)
            daemon.process.kill()
            daemon.process.wait(10)
