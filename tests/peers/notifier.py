"""`roommon notify run` as a process of its own: started, killed, reloaded; its log and its record read."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from roommon.notify.queue import State, Tried, read
from roommon.notify.settings import Target
from tests.peers.daemon import eventually
from tests.peers.process import Address


@dataclass
class Notifier:
    """One configuration, and the process that runs it."""

    folder: Path
    config: dict[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.config.setdefault("queue", str(self.folder / "queue.db"))

    @property
    def path(self) -> Path:
        return self.folder / "notify.yaml"

    @property
    def log(self) -> str:
        path = self.folder / "notify.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def write(self) -> None:
        self.path.write_text(yaml.safe_dump(self.config, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def start(self) -> None:
        """Start it and wait until it listens."""
        said = self.log.count(": listens ")
        self.launch()
        eventually(lambda: self.log.count(": listens ") > said or self._ended())

    def launch(self) -> None:
        """Start it, and wait for nothing."""
        self.write()
        with (self.folder / "notify.log").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "roommon", "notify", "run", str(self.path)],
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
            )

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def stop(self) -> None:
        """End it politely."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        self.process = None
        assert code == 0, self.log[-4000:]

    def reload(self) -> None:
        """Write the configuration and let it be read again; return when it listens anew."""
        assert self.process is not None
        self.write()
        said = self.log.count("reload: ")
        self.process.send_signal(signal.SIGHUP)
        eventually(lambda: self.log.count("reload: ") > said or self._ended())

    def end(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.kill()

    def says(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """What `roommon notify WORDS` says of this configuration."""
        return self.asked(*words, "--config", str(self.path), language=language)

    def asked(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """What `roommon notify WORDS` says."""
        command = [sys.executable, "-m", "roommon", "notify", *words]
        environment = {**os.environ, **self.environment, "ROOMMON_LANGUAGE": language, "TZ": "UTC"}
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)

    def record(self) -> list[dict[str, Any]]:
        """What `roommon notify log --json` prints."""
        return [json.loads(line) for line in self.says("log", "--json").stdout.splitlines()]

    def tries(self) -> list[Tried]:
        with read(Path(self.config["queue"])) as queue:
            return list(queue.tries())

    def counts(self) -> dict[Target, dict[State, int]]:
        with read(Path(self.config["queue"])) as queue:
            return queue.counts()

    def _ended(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log[-4000:]
        return False


@contextlib.contextmanager
def a_notifier(folder: Path, config: dict[str, Any], **environment: str) -> Iterator[Notifier]:
    """One that runs `config` until the end of the context."""
    notifier = Notifier(folder, config, environment)
    try:
        notifier.start()
        yield notifier
    finally:
        notifier.end()


def by_mail(broker: Address, mail: Address, **more: Any) -> dict[str, Any]:
    """A configuration: everything goes to Wang by mail."""
    return {
        "sites": ["hospital-a"],
        "broker": {"host": broker.host, "port": broker.port, "keepalive": "2 s"},
        "channels": [
            {"mail": {"host": mail.host, "port": mail.port, "from": "roommon@hospital.example", "tls": "none"}}
        ],
        "people": [{"id": "wang", "name": "Wang", "reach": {"mail": "wang@hospital.example"}}],
        "routes": [{"to": "wang"}],
        "delivery": {"together": "100 ms", "apart": "100 ms"},
        **more,
    }
