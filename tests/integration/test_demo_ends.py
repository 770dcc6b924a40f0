"""A demonstration that is killed, or whose terminal is closed, leaves nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.daemon import eventually

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("signum", [signal.SIGHUP, signal.SIGINT])
def test_what_it_started_ends_with_it(signum: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "ROOMMON_LANGUAGE": "en"}
    command = [sys.executable, "-m", "roommon", "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as demo:
        try:
            eventually(lambda: any(" watches " in each.read_text() for each in tmp_path.glob("*/roommon.log")))
            assert _of(tmp_path)
            demo.send_signal(signum)
            assert demo.wait(20) != 0
        finally:
            demo.kill()
    assert _of(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def _of(folder: Path) -> list[str]:
    """The command lines of all processes that name `folder`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            found.append(path.read_bytes().decode(errors="replace"))
    return [line for line in found if str(folder) in line]
