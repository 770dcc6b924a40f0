"""Summaries of minutes and hours: what making them costs, what they take on the disk, how fast a year is read.

The sensors are thermometers: a day and its weather, noise of the sensor, tenths of a degree.
"""

import contextlib
import math
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from bench.result import Result, median_of
from roommon.journal.block import GROUP, Block, empty, packed
from roommon.journal.file import JournalFile
from roommon.journal.group import Group
from roommon.journal.reader import JournalReader
from roommon.journal.schema import connect, transaction
from roommon.journal.sensors import Sensors
from roommon.journal.summaries import count_block
from roommon.journal.summariser import Summariser
from roommon.journal.summary import DAY, HOUR, HOURS, MINUTE, MINUTES, Level, Summary, summed
from roommon.model.clock import Instant
from roommon.model.reading import SensorId, good

SENSORS = 5_000
MINUTES_LONG = 3
YEAR = 365 * DAY
END = HOURS.block_of(1_790_000_000_000)
BEGIN = Instant(END - YEAR)
GROUP_NAME = f"Trends: {SENSORS:,} sensors at 1 s"
_NAMES = [SensorId(f"device-{number // 10:03}.t{number % 10}") for number in range(SENSORS)]


def rows(folder: Path) -> Iterator[Result]:
    """Summarise some minutes of all sensors; write a year of hours, and read one sensor of it."""
    folder.mkdir(parents=True)
    yield from _making(folder / "making.db")
    minutes = _bytes_of(_block(MINUTES, readings=60))
    yield Result(GROUP_NAME, "minutes of a sensor and day", 1440 * minutes, "bytes", note=f"{minutes:.1f} for each")
    body = _hours()
    hours = len(body) / GROUP / HOURS.slots
    note = f"{hours:.1f} for each; what is noise to the last bit takes three times as much"
    yield Result(GROUP_NAME, "hours of a sensor and year", 8760 * hours / 1000, "kB", at_most=100, note=note)
    write_year(folder / "year.db", _NAMES, END)
    _write_last_minute(folder / "year.db")
    yield from _reading(folder / "year.db")


def _making(path: Path) -> Iterator[Result]:
    file = JournalFile(path, connect(path))
    chance, summariser = random.Random(1), Summariser()
    committing, steps = 0.0, []
    for second in range(60 * MINUTES_LONG):
        at = Instant(END + 1000 * second)
        group = Group([good(name, at, round(21 + chance.gauss(0, 0.1), 1)) for name in _NAMES])
        began = time.process_time()
        file.commit(group, (), at, snapshot=False)
        committing += time.process_time() - began
        more = True
        while more:
            began = time.process_time()
            more = summariser.step(file, Instant(at + 500))
            steps.append(time.process_time() - began)
    file.close()
    readings = 60 * MINUTES_LONG * SENSORS
    note = f"beside {1e6 * committing / readings:.2f} us for packing and committing it"
    yield Result(GROUP_NAME, "summarising a reading", 1e6 * sum(steps) / readings, "us of CPU", at_most=0.6, note=note)
    yield Result(GROUP_NAME, "the longest step between two commits", 1e3 * max(steps), "ms", note="once a minute")


def _block(level: Level, readings: int) -> Block:
    """A full block of thermometers, each step of so many readings."""
    block, chance = empty(level.slots), random.Random(7)
    for place in range(GROUP):
        base, phase = 20 + 5 * chance.random(), chance.random()
        for slot in range(level.slots):
            block.add(
                place * level.slots + slot, _thermometer(level, base, phase + slot * level.step / DAY, readings, chance)
            )
    return block


def _thermometer(level: Level, base: float, days: float, readings: int, chance: random.Random) -> Summary:
    """One step, of values that a thermometer with tenths gives within it."""
    within = [days + level.step / DAY * number / readings for number in range(readings)]
    values = [base + 1.5 * math.sin(2 * math.pi * day) + 0.5 * math.sin(day) for day in within]
    return summed([round(value + chance.gauss(0, 0.08), 1) for value in values], 0)


def _bytes_of(block: Block) -> float:
    return len(packed(block)) / GROUP / block.slots


@cache
def _hours() -> bytes:
    return packed(_block(HOURS, readings=360))


def write_year(path: Path, names: Sequence[SensorId], end: Instant) -> None:
    """Write a year of hours of `names` until `end`.

    It is the same month for all groups of sensors: what matters is its size, and where things lie.
    """
    begin_of_all = Instant(end - YEAR)
    with contextlib.closing(connect(path)) as db:
        sensors = Sensors([])
        for name in names:
            sensors.number_of(name)
        with transaction(db):
            sensors.save(db)
            for begin in range(HOURS.block_of(begin_of_all), end, HOURS.span):
                for first in range(0, len(names), GROUP):
                    row = (HOURS.slots, HOURS.step, begin, first, _hours())
                    db.execute("INSERT INTO summaries (slots, step, begin, first, body) VALUES (?, ?, ?, ?, ?)", row)
                    count_block(db, HOURS, Instant(begin), begin_of_all, len(_hours()))


def _write_last_minute(path: Path) -> None:
    """Write what is not summarised yet when somebody looks."""
    file = JournalFile(path, connect(path))
    for second in range(60):
        at = Instant(END + 1000 * second)
        file.commit(Group([good(name, at, 21.0 + second / 10) for name in _NAMES]), (), at, snapshot=False)
    file.close()


def _reading(path: Path) -> Iterator[Result]:
    times, cpu = [], []
    for name in random.Random(3).sample(_NAMES, 25):
        with JournalReader(path) as reader:
            began, cpu_began = time.perf_counter(), time.process_time()
            found = reader.trend(name, BEGIN, Instant(END + MINUTE), 10_000)
            times.append(1e3 * (time.perf_counter() - began))
            cpu.append(1e3 * (time.process_time() - cpu_began))
        assert found.step == HOUR
        assert len(found.points) == YEAR // HOUR + 1
        assert found.points[-1].readings == 60
    with contextlib.closing(sqlite3.connect(path)) as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
    size = f"{min(cpu):.0f} to {max(cpu):.0f} ms of CPU; of a file of {pages * 4096 / (1 << 20):,.0f} MiB"
    yield median_of(
        GROUP_NAME,
        "a year of one sensor read, 8,761 points, the last not summarised yet",
        times,
        "ms",
        at_most=200,
        note=size,
    )
