"""The simulated room as a process of its own, told by its control socket."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulators.control import ask

ROOT = Path(__file__).parents[2]
DEMO_ROOM = ROOT / "config" / "examples" / "demo-room.yaml"


@dataclass(frozen=True)
class Room:
    """A running room."""

    process: subprocess.Popen[bytes]
    ready: dict[str, Any]

    def port(self, server: str) -> int:
        return int(self.ready["servers"][server]["port"])

    def path(self, server: str) -> str:
        """The pty of a serial line."""
        return str(self.ready["servers"][server]["path"])

    def fault(self, device: str, fault: str, *args: str) -> None:
        self._do({"do": "fault", "device": device, "fault": fault, "args": list(args)})

    def set(self, quantity: str, value: object) -> None:
        self._do({"do": "set", "quantity": quantity, "value": value})

    def poke(self, device: str, address: str, value: object) -> int:
        """Change what stands in a device; return when (CLOCK_MONOTONIC, ns)."""
        return int(self._do({"do": "poke", "device": device, "address": address, "value": value})["at"])

    def state(self) -> dict[str, Any]:
        return self._do({"do": "state"})

    def _do(self, command: dict[str, object]) -> dict[str, Any]:
        return ask(Path(self.ready["control"]), command)


@contextlib.contextmanager
def simulated(*arguments: str, log: Path) -> Iterator[Room]:
    """Run `python -m simulators` with `arguments` until the end of the context."""
    command = [sys.executable, "-m", "simulators", *arguments, "--until-stdin-closes"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output) as process,
    ):
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, log.read_text()
            yield Room(process, json.loads(line))
        finally:
            process.terminate()
            process.wait(10)


@contextlib.contextmanager
def demo_room(folder: Path, *arguments: str) -> Iterator[Room]:
    """The demo's room on free ports, where nothing happens until it is told."""
    with simulated("room", str(DEMO_ROOM), "--base-port", "0", *arguments, log=folder / "room.log") as room:
        yield room
