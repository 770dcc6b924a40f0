"""What tests of the summaries share: what anybody would reckon, and a journal that is summarised."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from roommon.journal.file import JournalFile
from roommon.journal.journal import Journal
from roommon.journal.reader import JournalReader
from roommon.journal.summaries import taken_up_to
from roommon.journal.summary import HOUR, MINUTE
from roommon.journal.summing import DATED
from roommon.journal.thread import Urgency
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Quality, Reading, SensorId
from tests.peers.journal import START

EVER = Instant(START + 200 * 24 * HOUR)


def reckoned(readings: Sequence[Reading], step: int) -> list[tuple[object, ...]]:
    """What anybody would say of one sensor's readings, with nothing but arithmetic."""
    found: list[tuple[object, ...]] = []
    for begin in sorted({one.taken_at // step * step for one in readings if one.taken_at >= DATED}):
        within = [one for one in readings if one.taken_at // step * step == begin]
        values = [one.value for one in within if one.quality is Quality.GOOD and one.value is not None]
        mean: object = pytest.approx(sum(values) / len(values), abs=1e-3) if values else 0.0
        figures = (min(values), mean, max(values)) if values else (0.0, 0.0, 0.0)
        found.append((begin, len(within), len(values), *figures))
    return found


def summaries(reader: JournalReader, sensor: SensorId, step: Duration) -> list[tuple[object, ...]]:
    """What the journal says, in the same form."""
    return [(at, *one) for at, one in reader.summaries(sensor, step, Instant(0), EVER)]


def assert_true(path: Path) -> None:
    """See that minutes and hours of every 13th sensor are what its readings in the journal come to."""
    with JournalReader(path) as reader:
        for sensor in reader.sensors()[::13]:
            readings = list(reader.readings(sensor))
            for step in (MINUTE, HOUR):
                assert summaries(reader, sensor, step) == reckoned(readings, step)


async def summarised(journal: Journal, before: Instant) -> None:
    """Return when batches from before `before` are in the summaries."""
    query = "SELECT ifnull(max(number), 0) FROM batches WHERE last_at < ?"

    def waits(file: JournalFile) -> bool:
        (last,) = file.db.execute(query, (before,)).fetchone()
        return taken_up_to(file.db) < int(last)

    async with asyncio.timeout(30):
        while await journal._access.run(Urgency.READ, waits):
            await journal.flush()


async def sealed(journal: Journal, before: Instant) -> None:
    """Return when minutes from before `before` are in their blocks."""
    query = "SELECT count(*) FROM summaries WHERE slots = 1 AND step = ? AND begin < ?"

    def waits(file: JournalFile) -> bool:
        return bool(file.db.execute(query, (MINUTE, before)).fetchone()[0])

    await summarised(journal, before)
    async with asyncio.timeout(30):
        while await journal._access.run(Urgency.READ, waits):
            await journal.flush()
