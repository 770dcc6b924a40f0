"""Programs that a test starts: on a port of its own, gone afterwards."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

SEARCH = "/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin"


class Address(NamedTuple):
    host: str
    port: int


def free_address(kind: socket.SocketKind = socket.SOCK_STREAM) -> Address:
    """An address of the loopback interface that nobody uses."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return Address(*probe.getsockname())


def program(name: str, package: str) -> str:
    """The path of a Debian program; a missing one fails with the command that installs it."""
    path = shutil.which(name, path=SEARCH)
    assert path, f"{name} is missing: apt install {package}"
    return path


def wait_until_open(address: Address, seconds: float = 20.0) -> None:
    """Wait until somebody listens at `address` (TCP)."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=1):
            return
        assert time.monotonic() < deadline, f"nobody listens at {address.host}:{address.port} after {seconds} s"
        time.sleep(0.02)


@contextlib.contextmanager
def running(command: Sequence[str | Path], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command` with its output in `log`; end it afterwards."""
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
