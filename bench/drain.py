"""After an outage of InfluxDB: how fast the journal is carried there, with which memory, while polling goes on."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

from bench import meter, recorded, running, sites
from bench.result import Result, quantile
from bench.running import Bench, Loop
from roommon.journal.journal import Config, open_journal
from roommon.model.clock import Instant
from roommon.model.reading import SensorId, good
from roommon.poll.clock import SystemClock

GATHERED = 3_000_000
"""Ten minutes of 5,000 readings a second."""
BATCH = 5_000
GROUP = f"Outage of InfluxDB: {GATHERED:,} readings wait, 500 devices x 10 at 1 s go on"

_LIMIT = "what a server that is no bottleneck would be sent each second"


def rows(folder: Path) -> Iterator[Result]:
    """Fill the journal, start the daemon without an InfluxDB, then start that."""
    with running.servers(folder / "drain", "--modbus", "500") as bench:
        config = bench.site("1 s")
        asyncio.run(_gather(bench.folder / "journal.db", sorted(bench.room.ready["devices"])))
        bench.influxd.stop()
        notes = bench.folder / "notes"
        with running.daemon(config, Loop.UVLOOP, notes) as daemon:
            time.sleep(20)
            before = meter.rss_mb(daemon.pid)
            meter.forget_peak(daemon.pid)
            bench.influxd.start()
            began = time.monotonic()
            rate, cpu = _drain(bench, daemon.pid)
            ended = time.monotonic()
            peak = meter.peak_mb(daemon.pid)
            time.sleep(2)
        late = sorted(1000 * late for _, at, late, good in recorded.read(notes) if good and began <= at < ended - 1)
        stored = bench.influxd.count("temperature", "value")
    beats = 500 * (ended - 1 - began)
    yield Result(GROUP, "drain rate", rate, "readings/s", at_least=200_000, note="by InfluxDB's own count of points")
    yield Result(GROUP, "CPU while draining", cpu, "% of a core", note="of the daemon")
    yield Result(GROUP, "readings drained for each second of its CPU", 100 * rate / cpu, "readings", note=_LIMIT)
    yield Result(GROUP, "memory before", before, "MB")
    yield Result(GROUP, "most memory while draining", peak, "MB", at_most=120)
    yield Result(
        GROUP, "in InfluxDB afterwards of what had waited", min(100.0, 100 * stored / GATHERED), "%", at_least=100
    )
    if late:
        yield Result(
            GROUP, "beats polled meanwhile", 100 * len(late) / beats, "%", note="of those due while it drained"
        )
        yield Result(GROUP, "lateness meanwhile, p99", quantile(late, 0.99), "ms")


async def _gather(path: Path, devices: list[str]) -> None:
    """Write to the journal what an outage leaves there, by the journal's own code."""
    sensors = [SensorId(f"{device}.t{number}") for device in devices for number in range(sites.VALUES)]
    clock = SystemClock()
    first = clock.instant(clock.monotonic()) - GATHERED // BATCH * 1000 - 60_000
    async with open_journal(Config(path), clock, lambda _words: None) as journal:
        await journal.register("influxdb", readings=True, events=True)
        for number in range(GATHERED // BATCH):
            at = Instant(first + 1000 * number)
            readings = [good(sensor, at, (number + place) % 1000 * 0.1) for place, sensor in enumerate(sensors)]
            await journal.append(readings, (), {})
            await journal.flush()


def _drain(bench: Bench, pid: int) -> tuple[float, float]:
    """Wait until all has arrived; return points per second and CPU from the first write to then."""
    deadline = time.monotonic() + 300
    while (first := bench.points()) == 0:
        assert time.monotonic() < deadline, "InfluxDB gets nothing"
        time.sleep(0.01)
    began, cpu = time.monotonic(), meter.cpu_s(pid)
    while (last := bench.points()) < GATHERED:
        assert time.monotonic() < deadline, f"{last} readings after 300 s"
        time.sleep(0.05)
    took = time.monotonic() - began
    return (last - first) / took, 100 * (meter.cpu_s(pid) - cpu) / took
