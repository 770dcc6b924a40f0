"""100 rounds of kill -9 under load, by the system test that proves that nothing committed is lost."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.result import Result
from bench.running import ROOT

ROUNDS = 100
TEST = ROOT / "tests" / "system" / "test_kills.py"
GROUP = "kill -9"


def rows() -> Iterator[Result]:
    """Run the test with many rounds."""
    began = time.monotonic()
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", str(TEST)],
        cwd=ROOT,
        env={**os.environ, "ROOMMON_KILLS": str(ROUNDS)},
        capture_output=True,
        text=True,
        check=False,
    )
    took = time.monotonic() - began
    seed = next(iter(re.findall(r"ROOMMON_SEED=\d+", said.stdout)), "")
    if said.returncode:
        print(said.stdout[-4000:], flush=True)
    note = f"{TEST.name}: what was committed before each arrived in InfluxDB and at the subscriber, in order; {seed}"
    yield Result(
        GROUP, f"rounds of {ROUNDS} without loss", 0 if said.returncode else ROUNDS, "", at_least=ROUNDS, note=note
    )
    yield Result(GROUP, "time", took, "s")
