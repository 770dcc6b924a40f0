"""What a row starts: the daemon on either loop, Telegraf, and the servers that both write to."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bench import sites
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.mosquitto import Mosquitto, mosquitto
from tests.peers.simulated import Room, simulated

ROOT = Path(__file__).parents[1]
CACHE = Path(os.environ.get("ROOMMON_CACHE", str(Path.home() / ".cache" / "roommon")))


class Loop(StrEnum):
    """Which event loop the daemon runs on."""

    UVLOOP = "uvloop"
    ASYNCIO = "asyncio"


@dataclass(frozen=True)
class Bench:
    """The servers of one row."""

    folder: Path
    room: Room
    influxd: Influxd
    broker: Mosquitto

    def points(self) -> int:
        """How many points InfluxDB has taken since its start, by its own count."""
        with urllib.request.urlopen(f"{self.influxd.url}/debug/vars", timeout=30) as answer:
            variables = json.load(answer)
        parts = [part["values"] for name, part in variables.items() if name.startswith("httpd")]
        return sum(int(values["pointsWrittenOK"]) for values in parts)

    def site(self, every: str, page: str | None = None) -> Path:
        """A configuration of the daemon that polls the whole room, with the status page at `page`."""
        address = self.broker.address
        servers = sites.Servers(self.influxd.url, (address.host, address.port))
        return sites.write(self.folder, self.room.ready, servers, every, page=page)


@contextlib.contextmanager
def servers(folder: Path, *sizes: str) -> Iterator[Bench]:
    """A simulator of `sizes`, an InfluxDB and a broker, all new."""
    folder.mkdir(parents=True)
    with (
        an_influxd(folder / "influxd") as influxd,
        mosquitto(_made(folder / "mosquitto")) as broker,
        simulated("bench", *sizes, log=folder / "simulator.log") as room,
    ):
        influxd.ask("CREATE DATABASE telegraf", database="")
        yield Bench(folder, room, influxd, broker)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@dataclass(frozen=True)
class Running:
    """A program under measurement."""

    process: subprocess.Popen[bytes]
    log: Path
    began_at: float
    """Monotonic."""

    @property
    def pid(self) -> int:
        return self.process.pid

    def wait_for(self, words: str, seconds: float = 60) -> None:
        """Wait until `words` stand in its log."""
        deadline = time.monotonic() + seconds
        while words not in self.log.read_text(encoding="utf-8"):
            said = self.log.read_text(encoding="utf-8")[-2000:]
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{words!r} was not said: {said}")
            time.sleep(0.02)


_ASYNCIO = "import sys; sys.modules['uvloop'] = None; from roommon.cli.service import main; main()"
"""As if uvloop were not installed."""


@contextlib.contextmanager
def daemon(config: Path, loop: Loop, record: Path | None = None) -> Iterator[Running]:
    """The daemon on `config`; with `record` the one that notes how late each answer was (bench/recorded.py)."""
    command = [sys.executable, "-m", "roommon", "run", str(config)]
    if loop is Loop.ASYNCIO:
        command = [sys.executable, "-c", _ASYNCIO, str(config), "info"]
    if record is not None:
        command = [sys.executable, "-m", "bench.recorded", str(record), str(config), "info"]
    with _started(command, config.with_suffix(".log")) as running:
        running.wait_for(" watches ")
        yield running


@contextlib.contextmanager
def telegraf(config: Path) -> Iterator[Running]:
    """Telegraf on `config`."""
    program = telegraf_program()
    assert program, "Telegraf is not there"
    with _started([str(program), "--config", str(config)], config.with_suffix(".log")) as running:
        yield running


def telegraf_program() -> Path | None:
    """Where Telegraf is, built if Go is there; None without both."""
    built = CACHE / "telegraf"
    if built.exists():
        return built
    if shutil.which("go") is None:
        return None
    said = subprocess.run([ROOT / ".ci" / "telegraf"], capture_output=True, text=True, check=False)
    return Path(said.stdout.strip()) if said.returncode == 0 else None


@contextlib.contextmanager
def _started(command: Sequence[str], log: Path) -> Iterator[Running]:
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output) as process,
    ):
        try:
            yield Running(process, log, time.monotonic())
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
