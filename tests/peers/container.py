"""A booted Debian in a container of its own: systemd as PID 1, no network but its own loopback, thrown away afterwards.

Needs root, debootstrap and systemd-container. The root file system is made once and kept in the cache folder; a test
writes into an overlay over it.
"""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.peers.process import program

CACHE = Path(os.environ.get("ROOMMON_CACHE", Path.home() / ".cache" / "roommon"))
PACKAGES = "systemd,systemd-sysv,dbus,python3,python3-venv,mosquitto,mosquitto-clients,ca-certificates"


def debian() -> Path:
    """The root file system of a Debian 12 with what the service needs; made at the first call (a minute)."""
    assert os.geteuid() == 0, "needs root"
    root = CACHE / "debian-12"
    if not (root / "etc" / "roommon-ready").exists():
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        bootstrap = program("debootstrap", "debootstrap")
        subprocess.run([bootstrap, "--variant=minbase", f"--include={PACKAGES}", "bookworm", root], check=True)
        (root / "etc" / "roommon-ready").touch()
    return root


@dataclass(frozen=True)
class Container:
    """A running container."""

    leader: int
    """Its PID 1, as seen from outside."""

    def run(self, command: str, *, check: bool = True, timeout: float = 120) -> str:
        """What `command` (a line of shell) prints inside."""
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "/bin/sh", "-c", command],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
        )
        assert not check or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def write(self, path: str, text: str, mode: str = "644") -> None:
        """Put a file inside."""
        subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "/bin/sh", "-c", f"cat > {path}; chmod {mode} {path}"],
            input=text.encode(),
            timeout=30,
            check=True,
        )

    def wait(self, command: str, seconds: float = 30) -> str:
        """What `command` prints once it succeeds; tried again until then."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(AssertionError):
                return self.run(command)
            assert time.monotonic() < deadline, f"not within {seconds} s: {command}\n{self.run(command, check=False)}"
            time.sleep(0.3)


def _leader(outer: int) -> int:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == outer:
                    return int(entry.name)
    return 0


@contextlib.contextmanager
def booted(source: Path, log: Path) -> Iterator[Container]:
    """A booted container that sees `source` at /src, read only."""
    nspawn = program("systemd-nspawn", "systemd-container")
    command: list[str | Path] = [
        nspawn,
        "--directory",
        debian(),
        "--boot",
        "--private-network",
        "--keep-unit",
        "--register=no",
    ]
    command += ["--volatile=overlay", f"--bind-ro={source}:/src", "--console=pipe"]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output) as process,
    ):
        try:
            deadline = time.monotonic() + 30
            while not (leader := _leader(process.pid)):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            container = Container(leader)
            container.wait("systemctl is-active multi-user.target", 60)
            yield container
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
