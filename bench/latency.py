"""From a register's change to the message at a subscriber: both ends are noted by the same monotonic clock."""

import contextlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bench import running, sites
from bench.result import Result, quantile
from bench.running import ROOT, Bench, Loop
from tests.peers.daemon import eventually

POKES = 1500
GAP_S = 0.03
PERIOD_MS = 1000
GROUP = "Register change to message, 500 devices x 10 at 1 s"


def rows(folder: Path) -> Iterator[Result]:
    """Poke registers at random moments, each once, and see when the alarm's message comes."""
    with (
        running.servers(folder / "latency", "--modbus", "500") as bench,
        running.daemon(bench.site("1 s"), Loop.UVLOOP),
        _subscribed(bench) as messages,
    ):
        time.sleep(18)
        changed = _poke(bench)
        time.sleep(4)
        came = [json.loads(line) for line in messages.read_text(encoding="utf-8").splitlines()[1:]]
    raised = {message["event"]["alarm"]: message for message in came if message["event"]["trigger"] == "raised"}
    whole = sorted((raised[alarm]["at"] - at) / 1e6 for alarm, at in changed.items() if alarm in raised)
    own = sorted(_from_question(message) for message in raised.values())
    yield Result(GROUP, "changes that were told", 100 * len(whole) / len(changed), "%", at_least=100)
    yield Result(GROUP, "p50", quantile(whole, 0.5), "ms", at_most=PERIOD_MS / 2, note=_NOISE)
    yield Result(GROUP, "p99", quantile(whole, 0.99), "ms", at_most=PERIOD_MS + 50)
    yield Result(GROUP, "from the question to the message, p50", quantile(own, 0.5), "ms", note=_OWN)
    yield Result(GROUP, "from the question to the message, p99", quantile(own, 0.99), "ms")


_NOISE = f"{POKES} changes at random moments; the wait for the next beat alone is 500 ms ± 13 (one sigma)"
_OWN = "what roommon adds to the wait: read, judge, commit to the disk, publish (QoS 1)"


@contextlib.contextmanager
def _subscribed(bench: Bench) -> Iterator[Path]:
    """A subscriber that listens; what it hears stands in the file."""
    address, path = bench.broker.address, bench.folder / "messages"
    command = [sys.executable, "-m", "bench.subscriber", address.host, str(address.port), "roommon/bench/event"]
    with path.open("wb") as output, subprocess.Popen(command, cwd=ROOT, stdout=output) as process:
        try:
            eventually(path.read_bytes)
            yield path
        finally:
            process.kill()


def _poke(bench: Bench) -> dict[str, int]:
    """Change registers; return when (CLOCK_MONOTONIC, ns), by the alarm that it raises."""
    names = sorted(bench.room.ready["devices"])
    places = random.sample([(name, number) for name in names for number in range(sites.VALUES)], POKES)
    changed = {}
    for name, number in places:
        time.sleep(random.expovariate(1 / GAP_S))
        changed[f"hot.{name}.t{number}"] = bench.room.poke(name, f"holding:{number}", sites.HOT)
    return changed


def _from_question(message: dict[str, Any]) -> float:
    asked = datetime.fromisoformat(message["event"]["at"]).timestamp() * 1000
    return float(message["wall_ms"] - asked)
