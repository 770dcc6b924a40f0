"""How long a person waits: `check` of 1,000 devices, `--help`, and from the start to the first poll."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench import recorded, running, sites
from bench.result import Result, median_of
from bench.running import ROOT, Loop

CHECKED = 1000
TIMES = 5
GROUP = "Starting"


def rows(folder: Path) -> Iterator[Result]:
    """Measure the command line, then the daemon with 500 devices."""
    ready = {
        "devices": {f"m-{number:04}": {"server": f"s-{number}"} for number in range(CHECKED)},
        "servers": {
            f"s-{number}": {"protocol": "modbus", "host": "127.0.0.1", "port": 20_000 + number}
            for number in range(CHECKED)
        },
    }
    place = folder / "check"
    place.mkdir(parents=True)
    servers = sites.Servers("http://127.0.0.1:8086", ("127.0.0.1", 1883))
    short = sites.write(place, ready, servers, "10 s")
    took, cpu = zip(*(_command("check", str(short)) for _ in range(TIMES)), strict=True)
    words = f"{CHECKED:,} devices x {sites.VALUES} points"
    yield median_of(GROUP, f"`check`, {words} by a profile", took, "s", at_most=2.0)
    yield median_of(GROUP, f"`check`, {words} by a profile: CPU", cpu, "s")
    long = sites.write(place, ready, servers, "10 s", in_full=True)
    took, cpu = zip(*(_command("check", str(long)) for _ in range(TIMES)), strict=True)
    lines = len(long.read_text(encoding="utf-8").splitlines())
    yield median_of(GROUP, f"`check`, {words} written out", took, "s", note=f"{lines:,} lines of YAML")
    yield median_of(GROUP, "`--help`", [_command("--help")[0] for _ in range(TIMES)], "s", at_most=0.15)
    yield from _first_poll(folder)


def _command(*words: str) -> tuple[float, float]:
    """Run a command of roommon; return its time by the clock and its CPU."""
    began = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "roommon", *words], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"roommon {words[0]} ended with {process.returncode}"
    return time.monotonic() - began, used.ru_utime + used.ru_stime


def _first_poll(folder: Path) -> Iterator[Result]:
    with running.servers(folder / "start", "--modbus", "500") as bench:
        firsts, lasts = zip(*(_started(bench, number) for number in range(3)), strict=True)
    yield median_of(GROUP, "start of the process to the first reading, 500 devices", firsts, "s")
    yield median_of(GROUP, "start of the process until every device was read", lasts, "s")


def _started(bench: running.Bench, number: int) -> tuple[float, float]:
    notes = bench.folder / f"notes-{number}"
    with running.daemon(bench.site("1 s"), Loop.UVLOOP, notes) as daemon:
        time.sleep(3)
    arrived: dict[str, float] = {}
    for device, at, late, good in recorded.read(notes):
        if good:
            arrived.setdefault(device, at + late - daemon.began_at)
    return min(arrived.values()), max(arrived.values())
