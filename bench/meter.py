"""CPU, memory and wake-ups of one process, from /proc: the daemon's alone, and what else the box did meanwhile."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process took over a while."""

    seconds: float
    cpu_s: float
    wakeups: int
    """Times that a thread of it was put to sleep and came back: voluntary context switches."""
    rss_mb: float
    """At the end."""
    others: float
    """Cores that everything else on the box took: what the measuring was disturbed by."""

    @property
    def percent(self) -> float:
        """CPU in per cent of one core."""
        return 100 * self.cpu_s / self.seconds


def measure(pid: int, seconds: float) -> Use:
    """What process `pid` takes from now on for `seconds`."""
    began, cpu, box, woken = time.monotonic(), cpu_s(pid), _box_s(), _wakeups(pid)
    time.sleep(seconds)
    took = time.monotonic() - began
    own = cpu_s(pid) - cpu
    return Use(took, own, _wakeups(pid) - woken, rss_mb(pid), max(0.0, (_box_s() - box - own) / took))


def cpu_s(pid: int) -> float:
    """User and system time of all threads, by the scheduler's clock (ns) where the kernel tells it."""
    tasks = Path(f"/proc/{pid}/task")
    try:
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9
    except FileNotFoundError:
        return ticks_s(pid)


def ticks_s(pid: int) -> float:
    """User and system time, in ticks of 10 ms, with threads that ended and children that were waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) * _TICK_S


def rss_mb(pid: int) -> float:
    """Resident memory now."""
    return _status(pid, "VmRSS") / 1024


def peak_mb(pid: int) -> float:
    """The most resident memory since the start or `forget_peak`."""
    return _status(pid, "VmHWM") / 1024


def forget_peak(pid: int) -> None:
    """Begin to look for the peak anew (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ProcessLookupError(f"process {pid} has no {name}")


def _wakeups(pid: int) -> int:
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                total += int(line.split()[1])
    return total


def _box_s() -> float:
    """Time of all cores that was not idle."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text().split("\n")[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) * _TICK_S
