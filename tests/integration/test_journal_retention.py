"""What goes by age and by bytes, and what is said before it goes."""

import asyncio
import random
from pathlib import Path

import pytest

from roommon.journal.file import JournalFile
from roommon.journal.journal import Journal
from roommon.journal.reader import JournalReader
from roommon.journal.record import WhyLost
from roommon.journal.retention import STEP_BYTES, Limits, tidy
from roommon.journal.thread import Urgency
from roommon.model.alarm import State
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import ByteSize
from roommon.model.reading import Reading, SensorId, good
from tests.peers.journal import HOUR, START, HandClock, Said, event, journal_at, reading
from tests.peers.summaries import summarised

pytestmark = pytest.mark.integration

LEAST = 16 << 20


NOISE = [good(SensorId("device.x"), START, random.Random(index).random()) for index in range(20_000)]


def noise(number: int) -> list[Reading]:
    """Readings that no compression makes small: about 160 kB. The last is told by its value."""
    return [*NOISE, reading(number)]


async def tidied(journal: Journal, clock: HandClock, keep_h: int = 720, at_most: int = LEAST) -> None:
    """Return when housekeeping finds nothing more to do."""
    await journal.append([reading(0, at=clock.now)], [], {})
    await journal.flush()
    await summarised(journal, Instant(clock.now - HOUR))
    limits = Limits(Duration(keep_h * HOUR), ByteSize(at_most))

    def step(file: JournalFile) -> bool:
        more = tidy(file.db, limits, clock.now, journal._deliverers.all())
        file.checkpoint_when_due(STEP_BYTES if more else 0)
        return more

    while await journal._access.run(Urgency.TIDY, step):
        pass
    await journal.append([reading(0, at=clock.now)], [], {})
    await journal.flush()


def on_disk(folder: Path) -> int:
    return sum(found.stat().st_size for found in folder.glob("j.db*"))


async def append_noise(journal: Journal, first: int, last: int) -> None:
    for number in range(first, last):
        await journal.append(noise(number), [], {})
        await journal.flush()


async def test_the_file_stays_below_its_limit_and_the_newest_are_kept(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, at_most=LEAST) as journal:
        largest = 0
        for number in range(70):
            await append_noise(journal, number, number + 1)
            await tidied(journal, clock)
            largest = max(largest, on_disk(tmp_path))
        assert largest <= LEAST
    with JournalReader(tmp_path / "j.db") as reader:
        values = {one.value for one in reader.inputs() if isinstance(one, Reading)}
        assert 69.0 in values
        assert 1.0 not in values


async def test_unsent_readings_are_warned_of_first_and_then_counted_for_who_lacks_them(tmp_path: Path) -> None:
    said = Said()
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, at_most=LEAST, report=said) as journal:
        await journal.register("influxdb", readings=True, events=False)
        await journal.register("other", readings=True, events=False)
        number = 0
        async with asyncio.timeout(50):
            while not said.ever("has not taken"):
                await append_noise(journal, number, number + 1)
                await journal.readings_sent("other", range(1, 2 * number + 20))
                await tidied(journal, clock)
                number += 1
        with JournalReader(tmp_path / "j.db") as reader:
            assert reader.lost() == []
        await append_noise(journal, number, number + 40)
        await tidied(journal, clock)
        kept = (await journal.backlog("influxdb")).readings
        with JournalReader(tmp_path / "j.db") as reader:
            assert {lost.deliverer for lost in reader.lost()} == {"influxdb"}
            (lost,) = reader.lost()
            assert (lost.first_at, lost.why) == (START, WhyLost.ROOM)
        appended = (await journal._access.run(Urgency.READ, lambda file: file.kept())).batches.last
        assert appended > number
        everything = sum(len(noise(0)) for _ in range(number + 40)) + (number + 1) * 2
        assert lost.readings + kept == everything
        await journal.readings_sent("influxdb", range(1, appended + 1))
        await journal.readings_sent("other", range(1, appended + 1))
        async with asyncio.timeout(30):
            while "has not taken" in said.now:
                await tidied(journal, clock)


async def test_what_is_old_goes_when_everybody_has_it(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, keep_h=1) as journal:
        await journal.register("influxdb", readings=True, events=True)
        for number in range(5):
            await journal.append([reading(number)], [event(f"a-{number}", State.NORMAL, START + number)], {})
        clock.now = Instant(START + 2 * HOUR)
        await journal.readings_sent("influxdb", [1, 2])
        await journal.events_sent("influxdb", 3)
        await journal.append([reading(2 * HOUR)], [], {})
        await journal.flush()
        await tidied(journal, clock, keep_h=1)
        with JournalReader(tmp_path / "j.db") as reader:
            assert [one.event.alarm for one in reader.events()] == ["a-3", "a-4"]
            values = [one.value for one in reader.inputs() if isinstance(one, Reading)]
            assert values[:3] == [2.0, 3.0, 4.0]
            assert reader.lost() == []


async def test_a_clock_set_decades_ahead_throws_away_nothing_that_was_not_delivered(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock) as journal:
        await journal.register("influxdb", readings=True, events=True)
        await journal.append([reading(1)], [event()], {})
        clock.now = Instant(START + 24 * 365 * 30 * HOUR)
        await tidied(journal, clock)
        batches = await journal.unsent_readings("influxdb", newest=False, at_most=1)
        assert batches[0].readings == [reading(1)]
        assert len(await journal.unsent_events("influxdb", 10)) == 1


async def test_what_was_read_before_the_box_knew_the_date_is_as_old_as_what_came_after(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, keep_h=1) as journal:
        await journal.append([reading(1, at=60_000)], [event("a", State.NORMAL, 60_000)], {})
        await journal.append([reading(2)], [], {})
        await tidied(journal, clock, keep_h=1)
        with JournalReader(tmp_path / "j.db") as reader:
            assert next(iter(reader.inputs())) == reading(1, at=60_000)
            assert len(list(reader.events())) == 1
        clock.now = Instant(START + 2 * HOUR)
        await journal.append([reading(2 * HOUR)], [], {})
        await tidied(journal, clock, keep_h=1)
        with JournalReader(tmp_path / "j.db") as reader:
            assert reading(1, at=60_000) not in list(reader.inputs())


async def test_what_stands_is_kept_however_old(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, keep_h=1) as journal:
        await journal.append([], [event("stands"), event("over", State.NORMAL)], {})
        clock.now = Instant(START + 100 * HOUR)
        await tidied(journal, clock, keep_h=1)
        with JournalReader(tmp_path / "j.db") as reader:
            assert [one.event.alarm for one in reader.events()] == ["stands"]
    async with journal_at(tmp_path / "j.db", clock=clock, keep_h=1) as journal:
        assert [one.event.alarm for one in await journal.standing()] == ["stands"]
        await journal.append([], [event("new")], {})
        assert [one.number for one in await journal.standing()] == [1, 3]


async def test_a_smaller_limit_makes_the_file_smaller(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db", at_most=64 << 20) as journal:
        await append_noise(journal, 0, 120)
    assert (tmp_path / "j.db").stat().st_size > LEAST
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, at_most=LEAST) as journal:
        await tidied(journal, clock)
    assert (tmp_path / "j.db").stat().st_size <= LEAST


async def test_a_storm_of_alarms_does_not_push_out_the_readings(tmp_path: Path) -> None:
    clock = HandClock()
    async with journal_at(tmp_path / "j.db", clock=clock, at_most=LEAST) as journal:
        await append_noise(journal, 0, 20)
        for start in range(0, 40_000, 2000):
            await journal.append([], [event(f"a-{start + i}", State.NORMAL) for i in range(2000)], {})
        await tidied(journal, clock)
        with JournalReader(tmp_path / "j.db") as reader:
            assert next(iter(reader.inputs())) == noise(0)[0]
            numbers = [one.number for one in reader.events()]
            assert numbers[-1] == 40_000
            assert len(numbers) < 40_000
