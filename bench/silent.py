"""What silent devices cost the others: how long after its beat a reading is in the queue."""

import time
from collections.abc import Iterator
from pathlib import Path

from bench import meter, recorded, running
from bench.result import Result, quantile
from bench.running import Loop

WARM_S, SECONDS = 18.0, 30.0


def rows(folder: Path) -> Iterator[Result]:
    """Lateness with nobody silent, and with 100 of 500."""
    for silent in (0, 100):
        group = f"500 Modbus TCP devices at 1 s, {silent or 'none'} of them silent"
        with running.servers(folder / f"silent-{silent}", "--modbus", "500", "--silent", str(silent)) as bench:
            notes = bench.folder / "notes"
            with running.daemon(bench.site("1 s"), Loop.UVLOOP, notes) as daemon:
                time.sleep(WARM_S)
                began = time.monotonic()
                use = meter.measure(daemon.pid, SECONDS)
            mute = {name for name, device in bench.room.ready["devices"].items() if device.get("silent")}
        others = [
            note for note in recorded.read(notes) if note[0] not in mute and began <= note[1] < began + SECONDS - 2
        ]
        late = sorted(1000 * late for _, _, late, _ in others)
        note = "from the moment when its slot should have begun to the reading in the queue (bench/recorded.py)"
        yield Result(group, "lateness of the others, p50", quantile(late, 0.5), "ms", note=note)
        yield Result(group, "lateness of the others, p99", quantile(late, 0.99), "ms", at_most=50)
        yield Result(group, "lateness of the others, most", late[-1], "ms")
        missing = (500 - silent) * (SECONDS - 2) - sum(good for *_, good in others)
        yield Result(group, "beats of the others without a good reading", max(0.0, missing), "", at_most=0)
        yield Result(group, "CPU, uvloop", use.percent, "% of a core", note=f"all else took {use.others:.2f} cores")
