"""A real VictoriaMetrics (Debian's package) of the test's own."""

import contextlib
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.peers.process import free_address, program, running, wait_until_open


class Victoria(NamedTuple):
    url: str

    def samples(self, selector: str) -> list[tuple[int, float]]:
        """Every stored (ms, value) of the series that match `selector`."""
        self._get("/internal/force_flush")
        query = urllib.parse.urlencode({"match[]": selector, "reduce_mem_usage": 1})
        lines = self._get(f"/api/v1/export?{query}").splitlines()
        series = [json.loads(line) for line in lines]
        return [pair for one in series for pair in zip(one["timestamps"], one["values"], strict=True)]

    def write(self, lines: bytes) -> None:
        """Write `lines` without roommon; the answer is a success."""
        with urllib.request.urlopen(f"{self.url}/api/v2/write?precision=ms", lines, timeout=30) as answer:
            assert answer.status == 204

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            body = answer.read()
        assert isinstance(body, bytes)
        return body


@contextlib.contextmanager
def a_victoria(folder: Path) -> Iterator[Victoria]:
    folder.mkdir(parents=True, exist_ok=True)
    address = free_address()
    at = f"{address.host}:{address.port}"
    command = [
        program("victoria-metrics", "victoria-metrics"),
        f"-httpListenAddr={at}",
        f"-storageDataPath={folder / 'data'}",
        "-retentionPeriod=100y",
        "-memory.allowedPercent=5",
    ]
    with running(command, folder / "log"):
        wait_until_open(address)
        yield Victoria(f"http://{at}")
