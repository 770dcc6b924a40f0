"""A real InfluxDB 1.8 of the test's own: started, killed, frozen, asked in InfluxQL."""

import contextlib
import functools
import json
import signal
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NotRequired, TypedDict

from tests.peers.process import Address, free_address, running, wait_until_open

BUILD = Path(__file__).parents[2] / ".ci" / "influxd"

CONFIGURATION = """
reporting-disabled = true
bind-address = "127.0.0.1:{rpc}"
[meta]
  dir = "{folder}/meta"
[data]
  dir = "{folder}/data"
  wal-dir = "{folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "{address.host}:{address.port}"
  log-enabled = false
  auth-enabled = {auth}
  https-enabled = {https}
  https-certificate = "{certificate}"
  max-body-size = {largest}
[monitor]
  store-enabled = false
"""


@functools.cache
def influxd() -> str:
    """The path of the program; built on first use."""
    built = subprocess.run([BUILD], capture_output=True, text=True, timeout=900, check=False)
    assert built.returncode == 0, built.stderr
    return built.stdout.strip()


class Influxd:
    """One server; its data outlives `kill` and `start`."""

    def __init__(self, folder: Path, address: Address, scheme: str) -> None:
        self.folder = folder
        self.address = address
        self.url = f"{scheme}://{address.host}:{address.port}"
        self._process = contextlib.ExitStack()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command: list[str | Path] = [influxd(), "-config", self.folder / "influxd.conf"]
        self._running = self._process.enter_context(running(command, self.folder / "log"))
        wait_until_open(self.address, 60)

    def stop(self) -> None:
        self._process.close()
        self._running = None

    def kill(self) -> None:
        """kill -9"""
        assert self._running
        self._running.kill()
        self.stop()

    def freeze(self) -> None:
        assert self._running
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._running
        self._running.send_signal(signal.SIGCONT)

    def write(self, lines: bytes) -> None:
        """Write `lines` (ms) without roommon."""
        request = urllib.request.Request(f"{self.url}/api/v2/write?bucket=roommon/autogen&precision=ms", lines)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 204

    def ask(self, query: str, database: str = "roommon", user: str = "") -> list[dict[str, object]]:
        """The rows of an InfluxQL query, all series, each as a dictionary (columns and tags)."""
        who = urllib.parse.urlencode({"u": user, "p": user} if user else {})
        form = urllib.parse.urlencode({"q": query, "db": database, "epoch": "ms"})
        request = urllib.request.Request(f"{self.url}/query?{who}", form.encode())
        with urllib.request.urlopen(request, timeout=30) as answer:
            (result,) = json.load(answer)["results"]
        assert "error" not in result, result
        return [row for series in result.get("series", ()) for row in _rows(series)]

    def count(self, measurement: str, field: str = "quality") -> int:
        """How many rows of `measurement` have `field`."""
        rows = self.ask(f'SELECT count("{field}") FROM "{measurement}"')
        number = rows[0]["count"] if rows else 0
        assert isinstance(number, int)
        return number


class _Series(TypedDict):
    tags: NotRequired[dict[str, object]]
    columns: list[str]
    values: list[list[object]]


def _rows(series: _Series) -> Iterator[dict[str, object]]:
    for values in series["values"]:
        yield series.get("tags", {}) | dict(zip(series["columns"], values, strict=True))


@contextlib.contextmanager
def an_influxd(
    folder: Path, *, certificate: Path | None = None, auth: bool = False, largest: int = 25_000_000, start: bool = True
) -> Iterator[Influxd]:
    """A server with the empty database `roommon`; with `start=False` it is away, and nothing is in it."""
    server = Influxd(folder, free_address(), "https" if certificate else "http")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "influxd.conf").write_text(
        CONFIGURATION.format(
            rpc=free_address().port,
            folder=folder,
            address=server.address,
            auth=str(auth).lower(),
            https=str(certificate is not None).lower(),
            certificate=certificate or "",
            largest=largest,
        )
    )
    try:
        if start:
            server.start()
            if not auth and not certificate:
                server.ask("CREATE DATABASE roommon", database="")
        yield server
    finally:
        server.stop()
