"""CPU and memory of polling: the whole daemon on both loops, and Telegraf, one after the other on the same devices."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import meter, running, sites
from bench.meter import Use
from bench.result import Result, median_of
from bench.running import Bench, Loop, Running


@dataclass(frozen=True, slots=True)
class Load:
    """What is polled, how often, and what is aimed at."""

    name: str
    sizes: tuple[str, ...]
    every: str
    devices: int
    warm_s: float
    """After what is done once (imports, connections, the collector settles at 15 s)."""
    seconds: float
    percent: float | None
    """The most of a core, on asyncio."""
    ratio: Mapping[Loop, float]
    """The most of Telegraf's CPU."""
    rss_mb: float | None = None


LOADS = {
    "modbus": Load(
        "500 Modbus TCP devices x 10 registers at 1 s",
        ("--modbus", "500"),
        "1 s",
        500,
        18,
        25,
        8.0,
        {Loop.ASYNCIO: 0.6, Loop.UVLOOP: 0.4},
        80,
    ),
    "modbus-10s": Load(
        "500 Modbus TCP devices x 10 registers at 10 s", ("--modbus", "500"), "10 s", 500, 20, 40, 2.0, {}
    ),
    "snmp": Load(
        "200 SNMP agents x 10 OIDs at 1 s",
        ("--modbus", "0", "--snmp", "200"),
        "1 s",
        200,
        18,
        25,
        None,
        {Loop.ASYNCIO: 0.3, Loop.UVLOOP: 0.3},
    ),
}

SPREAD, AT_ONCE = "Telegraf, spread over the period", "Telegraf, all at the same instant"
"""`collection_jitter` as long as the interval, and 0 (its default)."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contender, once."""

    use: Use
    simulator: float
    """Per cent of a core that the simulator took."""
    polls: float
    """Devices that arrived in InfluxDB per second, by its own count of points."""


def rows(load: Load, rounds: int, folder: Path) -> Iterator[Result]:
    """Measure every contender `rounds` times, in turns, so that all of them meet the same noise."""
    runs: dict[str, list[Run]] = {}
    for number in range(rounds):
        for contender, (name, start, points) in enumerate(_contenders(load)):
            place = folder / f"{load.every}-{number}-{contender}".replace(" ", "")
            with running.servers(place, *load.sizes) as bench, start(bench) as program:
                runs.setdefault(name, []).append(_run(load, bench, program, points))
                print(f"  {name}: {runs[name][-1]}", flush=True)
    yield from _told(load, runs)


_Start = Callable[[Bench], AbstractContextManager[Running]]


def _contenders(load: Load) -> Iterator[tuple[str, _Start, int]]:
    """Name, what starts it, and how many points it writes for a device."""
    for loop in Loop:
        yield f"roommon, {loop}", partial(_daemon, load, loop), sites.VALUES
    if running.telegraf_program() is not None:
        yield SPREAD, partial(_telegraf, load, load.every), 1
        yield AT_ONCE, partial(_telegraf, load, "0 s"), 1


def _daemon(load: Load, loop: Loop, bench: Bench) -> AbstractContextManager[Running]:
    return running.daemon(bench.site(load.every), loop)


def _telegraf(load: Load, jitter: str, bench: Bench) -> AbstractContextManager[Running]:
    config = sites.write_telegraf(bench.folder, bench.room.ready, bench.influxd.url, load.every, jitter)
    return running.telegraf(config)


def _run(load: Load, bench: Bench, program: Running, points: int) -> Run:
    time.sleep(load.warm_s)
    simulator = bench.room.process.pid
    began, before = meter.cpu_s(simulator), bench.points()
    use = meter.measure(program.pid, load.seconds)
    polls = (bench.points() - before) / points / use.seconds
    return Run(use, 100 * (meter.cpu_s(simulator) - began) / use.seconds, polls)


def _told(load: Load, runs: Mapping[str, Sequence[Run]]) -> Iterator[Result]:
    median = {name: statistics.median(run.use.percent for run in some) for name, some in runs.items()}
    for name, some in runs.items():
        loop = next((loop for loop in Loop if name.endswith(f", {loop}")), None)
        yield median_of(
            load.name,
            f"{name}: CPU",
            [run.use.percent for run in some],
            "% of a core",
            at_most=load.percent if loop is Loop.ASYNCIO else None,
            note=_how(some),
        )
        yield median_of(
            load.name,
            f"{name}: memory (RSS)",
            [run.use.rss_mb for run in some],
            "MB",
            at_most=load.rss_mb if loop else None,
        )
        if loop is not None:
            yield from _ratios(load, name, loop, median)
    yield median_of(
        load.name, "the simulator: CPU", [run.simulator for some in runs.values() for run in some], "% of a core"
    )


def _how(some: Sequence[Run]) -> str:
    woken = statistics.median(run.use.wakeups / run.use.seconds for run in some)
    polls = statistics.median(run.polls for run in some)
    others = max(run.use.others for run in some)
    return (
        f"{woken:,.0f} wake-ups/s; {polls:,.1f} devices/s arrived in InfluxDB; all else took up to {others:.2f} cores"
    )


def _ratios(load: Load, name: str, loop: Loop, median: Mapping[str, float]) -> Iterator[Result]:
    for other in (SPREAD, AT_ONCE):
        if other in median:
            aim = load.ratio.get(loop) if other == SPREAD else None
            yield Result(load.name, f"{name}: ratio to {other}", median[name] / median[other], "", at_most=aim)
