"""Debian's Prometheus: the server that scrapes, and promtool, which knows what a metric and a rule should be."""

import contextlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import yaml

from tests.peers.daemon import eventually
from tests.peers.process import Address, free_address, program, running, wait_until_open

PACKAGE = "prometheus"
SHIPPED = Path(__file__).parents[2] / "config" / "prometheus"


def promtool(*arguments: str | Path, given: str | None = None) -> "subprocess.CompletedProcess[str]":
    """What promtool says; it ends with 0 when it has nothing against it."""
    return subprocess.run(
        [program("promtool", PACKAGE), *arguments], input=given, capture_output=True, text=True, timeout=50, check=False
    )


class Prometheus:
    """One server."""

    def __init__(self, address: Address) -> None:
        self._base = f"http://{address.host}:{address.port}/api/v1"

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            urlopen(f"{self._base.removesuffix('/api/v1')}/-/ready", timeout=10).close()
            return True
        return False

    def ask(self, query: str) -> dict[tuple[tuple[str, str], ...], float]:
        """The values of an instant query, by their labels."""
        result = self._get(f"query?query={quote(query)}")["result"]
        return {tuple(sorted(each["metric"].items())): float(each["value"][1]) for each in result}

    def values(self, query: str) -> list[float]:
        return list(self.ask(query).values())

    def targets(self) -> list[dict[str, Any]]:
        found = self._get("targets")["activeTargets"]
        assert isinstance(found, list)
        return found

    def alerts(self) -> set[str]:
        """The names of the alerts that it has loaded."""
        groups = self._get("rules")["groups"]
        return {rule["name"] for group in groups for rule in group["rules"]}

    def _get(self, path: str) -> Any:
        with urlopen(f"{self._base}/{path}", timeout=10) as answer:
            return json.load(answer)["data"]


@contextlib.contextmanager
def prometheus(folder: Path, target: str, **more: object) -> Iterator[Prometheus]:
    """A server with the shipped configuration, which scrapes `target` each second; `more` goes into the job."""
    config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text("utf-8"))
    [job] = config["scrape_configs"]
    job |= {"scrape_interval": "1s", "static_configs": [{"targets": [target]}], **more}
    config["rule_files"] = [str(SHIPPED / name) for name in config["rule_files"]]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    address = free_address()
    command = [
        program("prometheus", PACKAGE),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={address.host}:{address.port}",
    ]
    with running(command, folder / "prometheus.log"):
        wait_until_open(address)
        server = Prometheus(address)
        eventually(server.is_ready)
        yield server
