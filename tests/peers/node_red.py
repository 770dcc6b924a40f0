"""A real Node-RED of the test's own, which runs one flow; what its debug nodes print is read from its log."""

import contextlib
import functools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers.daemon import eventually
from tests.peers.process import Address, free_address, program

INSTALL = Path(__file__).parents[2] / ".ci" / "node-red"
_SAID = re.compile(r"\[debug:([^\]]*)\] (.*)$", re.MULTILINE)


@functools.cache
def node_red() -> str:
    """The path of the program; installed on first use."""
    installed = subprocess.run([INSTALL], capture_output=True, text=True, timeout=600, check=False)
    if installed.returncode != 0:
        pytest.skip(f"no Node-RED: {installed.stderr.strip()}")
    return installed.stdout.strip()


class NodeRed:
    """One that runs."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "node-red.log"

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8") if self._log.exists() else ""

    def said(self, node: str) -> list[str]:
        """What the debug nodes whose name begins with `node` said."""
        return [words for name, words in _SAID.findall(self.log) if name.startswith(node)]


@contextlib.contextmanager
def running_flow(folder: Path, flow: str, broker: Address) -> Iterator[NodeRed]:
    """Node-RED with `flow`, connected to `broker`; what it keeps stands in `folder`."""
    folder.mkdir(exist_ok=True)
    there = flow.replace('"broker": "127.0.0.1"', f'"broker": "{broker.host}"').replace('"1883"', f'"{broker.port}"')
    (folder / "flows.json").write_text(there, "utf-8")
    kept = '{ default: { module: "localfilesystem" } }'
    settings = f"module.exports = {{ httpAdminRoot: false, httpNodeRoot: false, contextStorage: {kept} }};\n"
    (folder / "settings.js").write_text(settings)
    command = [program("node", "nodejs"), node_red(), "-u", str(folder), "-p", str(free_address().port), "flows.json"]
    red = NodeRed(folder)
    connected = red.log.count("Connected to broker")
    with (folder / "node-red.log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            eventually(lambda: red.log.count("Connected to broker") > connected, 60)
            yield red
        finally:
            process.terminate()
            process.wait(20)
