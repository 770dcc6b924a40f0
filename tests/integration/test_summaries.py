"""Minute and hour summaries beside everything that may happen to the journal: kills, upgrades, full disks, damage."""

import asyncio
import contextlib
import random
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from roommon.journal import schema, summary_retention
from roommon.journal.carried import carry_over
from roommon.journal.columns import pack
from roommon.journal.error import JournalUnusable
from roommon.journal.journal import Journal
from roommon.journal.reader import JournalReader
from roommon.journal.record import WhyLost
from roommon.journal.retention import Limits, tidy
from roommon.journal.sensors import Sensors
from roommon.journal.series import TAIL
from roommon.journal.summary import DAY, HOUR, MINUTE
from roommon.journal.thread import Urgency
from roommon.journal.writing import COLUMNS
from roommon.model.clock import Duration, Instant
from roommon.model.quantity import ByteSize
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from tests.peers.full_disk import fill_the_disk, make_room
from tests.peers.journal import START, HandClock, Said, damage_pages, event, journal_at
from tests.peers.summaries import EVER, assert_true, reckoned, sealed, summaries, summarised

pytestmark = pytest.mark.integration

SENSORS = [SensorId(f"device-{number}.x") for number in range(40)]
HOURS_BEGIN = Instant(START // HOUR * HOUR)


def beat(at: int, sensors: list[SensorId] = SENSORS) -> list[Reading]:
    """One reading of each sensor; every seventh says nothing."""
    return [
        bad(sensor, Instant(at + place), Reason.NO_COMMUNICATION)
        if (at // 1000 + place) % 7 == 0
        else good(sensor, Instant(at + place), (at // 1000 + place * 13) % 1000 / 8)
        for place, sensor in enumerate(sensors)
    ]


async def read_for(journal: Journal, clock: HandClock, minutes: int, every_s: int = 20) -> None:
    """Let time pass, with a beat every so often."""
    for _ in range(minutes * 60 // every_s):
        await journal.append(beat(clock.now), [], {})
        clock.now = Instant(clock.now + every_s * 1000)
        await journal.flush()


async def test_minutes_become_hours_and_all_of_it_is_true_at_any_time(tmp_path: Path) -> None:
    clock = HandClock(HOURS_BEGIN)
    async with journal_at(tmp_path / "j.db", clock) as journal:
        for _ in range(5):
            await read_for(journal, clock, minutes=31)
            assert_true(tmp_path / "j.db")
        await sealed(journal, Instant(HOURS_BEGIN + 2 * HOUR))
        assert_true(tmp_path / "j.db")
    with JournalReader(tmp_path / "j.db") as reader:
        found = reader.trend(SENSORS[0], HOURS_BEGIN, Instant(HOURS_BEGIN + 4 * HOUR), 4)
        assert found.step == HOUR
        assert [point.begin for point in found.points] == [HOURS_BEGIN + number * HOUR for number in range(3)]
        assert found.summarised_until is None


async def test_a_minute_before_and_after_a_restart_is_one(tmp_path: Path) -> None:
    clock = HandClock(HOURS_BEGIN)
    for _ in range(9):  # of 20 s each: most minutes see a restart in their midst
        async with journal_at(tmp_path / "j.db", clock) as journal:
            await read_for(journal, clock, minutes=1, every_s=30)
            clock.now = Instant(clock.now - 20_000)
    async with journal_at(tmp_path / "j.db", clock) as journal:
        await summarised(journal, Instant(clock.now - MINUTE))
    assert_true(tmp_path / "j.db")


async def test_a_clock_that_is_set_counts_an_hour_twice_or_leaves_a_gap(tmp_path: Path) -> None:
    clock = HandClock(HOURS_BEGIN)
    async with journal_at(tmp_path / "j.db", clock) as journal:
        await read_for(journal, clock, minutes=70)
        await sealed(journal, Instant(HOURS_BEGIN + HOUR))
        clock.now = HOURS_BEGIN
        await read_for(journal, clock, minutes=65)
        clock.now = Instant(HOURS_BEGIN + 5 * HOUR)
        await read_for(journal, clock, minutes=65)
        await sealed(journal, Instant(HOURS_BEGIN + 6 * HOUR))
    assert_true(tmp_path / "j.db")
    with JournalReader(tmp_path / "j.db") as reader:
        hours = dict(reader.summaries(SENSORS[1], HOUR, HOURS_BEGIN, EVER))
        assert hours[HOURS_BEGIN].readings == 360
        assert [(at - HOURS_BEGIN) // HOUR for at in hours] == [0, 1, 5, 6]


async def test_what_a_drill_says_is_in_no_summary(tmp_path: Path) -> None:
    clock = HandClock(HOURS_BEGIN)
    drill = SensorId("drill.device-0.x")
    async with journal_at(tmp_path / "j.db", clock) as journal:
        for _ in range(4):
            await journal.append(beat(clock.now, [SENSORS[0], drill]), [], {})
            clock.now = Instant(clock.now + MINUTE)
            await journal.flush()
        await summarised(journal, Instant(clock.now - MINUTE))
    with JournalReader(tmp_path / "j.db") as reader:
        assert len(summaries(reader, SENSORS[0], MINUTE)) == 4
        assert summaries(reader, drill, MINUTE) == []
        assert reader.trend(drill, HOURS_BEGIN, EVER, 100).points == []
        assert reader.trend(SensorId("nobody.x"), HOURS_BEGIN, EVER, 100).points == []
    with contextlib.closing(sqlite3.connect(tmp_path / "j.db")) as db:
        db.execute("UPDATE sensors SET id = 'true.x' WHERE id LIKE 'drill.%'")
        db.commit()
    with JournalReader(tmp_path / "j.db") as reader:  # as if it had been no drill: it was not even written
        assert len(summaries(reader, SensorId("true.x"), MINUTE)) <= 1


WRITER = """
import asyncio, sys
from pathlib import Path
from roommon.model.clock import Instant
from tests.integration.test_summaries import beat
from tests.peers.journal import HandClock, journal_at

async def main(path: Path, first: int) -> None:
    clock = HandClock(Instant(first))
    async with journal_at(path, clock, commit_every_ms=3) as journal:
        print("open", flush=True)
        while True:
            await journal.append(beat(clock.now), [], {})
            clock.now = Instant(clock.now + 13_000)
            assert await journal.flush()
            print(clock.now, flush=True)
            await asyncio.sleep(0.001)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def run_and_kill(path: Path, first: int, after_s: float) -> int:
    """Run a writer from `first` on, kill it `after_s` after it opened; return how far it came."""
    reached = first
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "open\n"
        threading.Timer(after_s, writer.kill).start()
        for line in writer.stdout:
            if line.endswith("\n"):
                reached = int(line)
    return reached


async def test_after_any_kill_the_summaries_are_those_of_what_is_there(tmp_path: Path) -> None:
    path, chance, at = tmp_path / "j.db", random.Random(11), int(HOURS_BEGIN)
    for _ in range(8):
        at = run_and_kill(path, at, chance.uniform(0.05, 0.8))
        assert_true(path)
    assert at > HOURS_BEGIN + 5 * MINUTE
    clock = HandClock(Instant(at + 2 * HOUR))
    async with journal_at(path, clock) as journal:
        await sealed(journal, Instant(at - MINUTE))
    assert_true(path)


def of_before(path: Path, batches: int) -> None:
    """A journal as it was before there were summaries (schema 5)."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        for script in schema.MIGRATIONS[:5]:
            db.executescript(script)
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 5")
        db.executemany("INSERT INTO sensors VALUES (?, ?)", enumerate(SENSORS))
        for number in range(1, batches + 1):
            columns = pack(beat(HOURS_BEGIN + number * 5_000), SENSORS.index)
            blobs = (columns.sensors, columns.taken_at, columns.values, columns.codes)
            row = (number, columns.readings, columns.first_at, columns.last_at, *blobs)
            db.execute(f"INSERT INTO batches ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.commit()


async def test_an_older_journal_is_summarised_from_what_it_still_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    of_before(path, batches=2 * TAIL)
    with pytest.raises(JournalUnusable, match=r"older roommon \(schema 5\); the daemon brings it forward at start"):
        JournalReader(path)
    monkeypatch.setattr("roommon.journal.housekeeping.SUMMARISE_S", 0.0)
    clock = HandClock(Instant(HOURS_BEGIN + 4 * HOUR))
    async with journal_at(path, clock) as journal:
        await journal.flush()
        with JournalReader(path) as reader:
            assert reader.summarised_until() == HOURS_BEGIN + 5_000
            assert reader.trend(SENSORS[0], HOURS_BEGIN, EVER, 10).summarised_until == HOURS_BEGIN + 5_000
            assert summaries(reader, SENSORS[0], HOUR) == []
        monkeypatch.setattr("roommon.journal.housekeeping.SUMMARISE_S", 0.05)
        await sealed(journal, clock.now)
        assert_true(path)
        with JournalReader(path) as reader:
            assert reader.summarised_until() is None
            assert len(summaries(reader, SENSORS[0], HOUR)) == 3


async def test_old_readings_wait_for_the_summaries_before_they_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "j.db"
    of_before(path, batches=500)
    clock = HandClock(Instant(START + 100 * DAY))
    monkeypatch.setattr("roommon.journal.housekeeping.SUMMARISE_S", 0.0)
    async with journal_at(path, clock, keep_h=1) as journal:
        for _ in range(5):
            await journal.append(beat(clock.now), [], {})
            await journal.flush()
        with JournalReader(path) as reader:
            assert len(list(reader.readings(SENSORS[0]))) == 505
            readings = list(reader.readings(SENSORS[0]))[:500]
        monkeypatch.setattr("roommon.journal.housekeeping.SUMMARISE_S", 0.05)
        await sealed(journal, Instant(clock.now - HOUR))
        async with asyncio.timeout(30):
            while True:
                await journal.flush()
                with JournalReader(path) as reader:
                    if len(list(reader.readings(SENSORS[0]))) <= 5:
                        break
    with JournalReader(path) as reader:
        assert summaries(reader, SENSORS[0], MINUTE)[:-1] == reckoned(readings, MINUTE)


async def test_a_full_disk_costs_the_summaries_nothing_that_the_journal_has(tmp_path: Path) -> None:
    clock, said = HandClock(HOURS_BEGIN), Said()
    async with journal_at(tmp_path / "j.db", clock, report=said) as journal:
        await read_for(journal, clock, minutes=3)
        (pages,) = await journal._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA page_count").fetchone())
        await fill_the_disk(journal, pages + 1)
        await read_for(journal, clock, minutes=130)
        assert said.ever("cannot be written")
        await make_room(journal)
        await read_for(journal, clock, minutes=3)
        await sealed(journal, Instant(HOURS_BEGIN + 2 * HOUR))
    assert_true(tmp_path / "j.db")
    with JournalReader(tmp_path / "j.db") as reader:
        assert len(summaries(reader, SENSORS[0], MINUTE)) == 136
        assert reader.lost() == []


async def day_of_hours(path: Path, hours: int = 26) -> list[list[tuple[object, ...]]]:
    """Fill a journal; return its summaries of the first sensor."""
    clock = HandClock(HOURS_BEGIN)
    async with journal_at(path, clock) as journal:
        await read_for(journal, clock, minutes=hours * 60, every_s=300)
        clock.now = Instant(clock.now + DAY)
        await sealed(journal, Instant(clock.now - DAY))
    with JournalReader(path) as reader:
        return [summaries(reader, SENSORS[0], step) for step in (MINUTE, HOUR)]


def damaged(folder: Path) -> list[Path]:
    return list(folder.glob("j.db.damaged-*"))


async def test_a_damaged_journal_leaves_its_summaries_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    before = await day_of_hours(path)
    damage_table(path, "events_by_alarm")
    clock = HandClock(Instant(HOURS_BEGIN + 3 * DAY))
    async with journal_at(path, clock) as journal:
        assert damaged(tmp_path)
        await journal.append(beat(clock.now, [SensorId("new.x"), *SENSORS]), [], {})
        await journal.flush()
        with JournalReader(path) as reader:
            assert [summaries(reader, SENSORS[0], step)[:-1] for step in (MINUTE, HOUR)] == before
            assert len(summaries(reader, SensorId("new.x"), MINUTE)) == 1


async def test_damage_that_shows_itself_while_running_leaves_the_summaries_too(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    before = await day_of_hours(path, hours=3)
    clock = HandClock(Instant(HOURS_BEGIN + 3 * DAY))
    async with journal_at(path, clock) as journal:
        damage_table(path, "batches_by_number")
        damage_table(path, "batches_by_time")
        await journal._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA shrink_memory").fetchall())
        async with asyncio.timeout(30):
            while not damaged(tmp_path):
                await journal.append(beat(clock.now), [], {})
                await journal.flush()
        await journal.append(beat(clock.now), [], {})
        assert await journal.flush()
        with JournalReader(path) as reader:
            assert [summaries(reader, SENSORS[0], step)[:-1] for step in (MINUTE, HOUR)] == before
            assert reader.sensors() == SENSORS


def damage_table(path: Path, name: str) -> None:
    """Overwrite the root page of a table or index."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 200)


async def test_a_wholly_damaged_journal_begins_without_summaries(tmp_path: Path) -> None:
    await day_of_hours(tmp_path / "j.db", hours=2)
    damage_pages(tmp_path / "j.db", 0)
    async with journal_at(tmp_path / "j.db"):
        pass
    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.holdings().summaries == []


async def test_one_damaged_piece_costs_itself_and_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    clock = HandClock(HOURS_BEGIN)
    async with journal_at(path, clock) as journal:
        await read_for(journal, clock, minutes=70)
        await sealed(journal, Instant(HOURS_BEGIN + HOUR))
    block = f"slots = 60 AND step = {MINUTE} AND first = 0"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute(f"UPDATE summaries SET body = x'0011' WHERE {block}")
        db.commit()
    with JournalReader(path) as reader:
        assert summaries(reader, SENSORS[0], MINUTE)[0][0] == HOURS_BEGIN + HOUR
        assert summaries(reader, SENSORS[39], MINUTE)[0][0] == HOURS_BEGIN
        assert len(summaries(reader, SENSORS[0], HOUR)) == 2
    async with journal_at(path, clock) as journal:  # late readings of that hour meet the damage
        await journal.append(beat(HOURS_BEGIN), [], {})
        await journal.flush()
        await sealed(journal, Instant(HOURS_BEGIN + HOUR))
    with JournalReader(path) as reader:
        assert summaries(reader, SENSORS[0], MINUTE)[0][0] == HOURS_BEGIN
        (lost,) = reader.lost()
        assert (lost.first_at, lost.last_at) == (HOURS_BEGIN, HOURS_BEGIN + HOUR - 1)
        assert lost.why is WhyLost.ILLEGIBLE


async def test_a_journal_that_was_removed_is_put_back_with_its_summaries(tmp_path: Path) -> None:
    path, clock, said = tmp_path / "j.db", HandClock(HOURS_BEGIN), Said()
    async with journal_at(path, clock, report=said) as journal:
        await read_for(journal, clock, minutes=70)
        path.unlink()
        await read_for(journal, clock, minutes=70)
        assert said.ever("put back whole")
        await sealed(journal, Instant(HOURS_BEGIN + 2 * HOUR))
    assert_true(path)
    with JournalReader(path) as reader:
        assert len(summaries(reader, SENSORS[0], MINUTE)) == 140


def limits(minutes: int, hours: int, at_most: int = 64 << 20) -> Limits:
    return Limits(Duration(720 * HOUR), ByteSize(at_most), Duration(minutes), Duration(hours))


async def tidied(journal: Journal, kept: Limits, now: Instant) -> None:
    while await journal._access.run(Urgency.TIDY, lambda file: tidy(file.db, kept, now, ())):
        pass


async def test_summaries_go_when_they_are_too_old_and_no_sooner(tmp_path: Path) -> None:
    path, clock = tmp_path / "j.db", HandClock(HOURS_BEGIN)
    async with journal_at(path, clock) as journal:
        await read_for(journal, clock, minutes=10 * 60, every_s=300)
        clock.now = Instant(clock.now + MINUTE)
        await sealed(journal, Instant(HOURS_BEGIN + 10 * HOUR))
        await tidied(journal, limits(4 * HOUR, 1095 * DAY), clock.now)
        with JournalReader(path) as reader:
            minutes, hours = reader.holdings().summaries
            assert (minutes.step, hours.step) == (MINUTE, HOUR)
            assert minutes.oldest == HOURS_BEGIN + 5 * HOUR
            assert hours.oldest == HOURS_BEGIN
            assert summaries(reader, SENSORS[0], MINUTE)[0][0] == HOURS_BEGIN + 5 * HOUR
            assert len(summaries(reader, SENSORS[0], HOUR)) == 10
    with contextlib.closing(sqlite3.connect(path)) as db:
        query = "SELECT count(*) FROM summaries WHERE slots = 60 AND begin < ?"
        assert db.execute(query, (HOURS_BEGIN + 5 * HOUR,)).fetchone() == (0,)


async def test_a_clock_set_years_ahead_throws_no_trend_away(tmp_path: Path) -> None:
    path, clock = tmp_path / "j.db", HandClock(HOURS_BEGIN)
    async with journal_at(path, clock) as journal:
        await read_for(journal, clock, minutes=10 * 60, every_s=300)
        clock.now = Instant(HOURS_BEGIN + 20 * 365 * DAY)
        await sealed(journal, Instant(HOURS_BEGIN + 10 * HOUR))
        await tidied(journal, limits(9 * HOUR, 30 * DAY), clock.now)
        with JournalReader(path) as reader:
            assert len(summaries(reader, SENSORS[0], MINUTE)) == 120
            assert len(summaries(reader, SENSORS[0], HOUR)) == 10


async def test_in_a_full_journal_minutes_have_their_share_and_the_oldest_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, clock = tmp_path / "j.db", HandClock(HOURS_BEGIN)
    async with journal_at(path, clock) as journal:
        await read_for(journal, clock, minutes=10 * 60, every_s=300)
        await sealed(journal, Instant(HOURS_BEGIN + 9 * HOUR))
        with JournalReader(path) as reader:
            readings = reader.holdings().readings
            (minutes, _) = reader.holdings().summaries
        monkeypatch.setattr(summary_retention, "SHARE", 0.5)
        room = minutes.size  # of which half is for minutes
        while await journal._access.run(Urgency.TIDY, lambda file: summary_retention.drop_for_room(file.db, room)):
            pass
        with JournalReader(path) as reader:
            (fewer, _) = reader.holdings().summaries
            assert minutes.size / 4 < fewer.size <= minutes.size / 2
            assert fewer.oldest >= HOURS_BEGIN + 4 * HOUR
            assert reader.holdings().readings == readings


async def test_a_flood_of_commits_does_not_keep_the_summaries_waiting_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roommon.journal.housekeeping.OVERDUE_S", 0.2)
    clock = HandClock(HOURS_BEGIN)
    async with journal_at(tmp_path / "j.db", clock) as journal, asyncio.timeout(30):
        while True:
            await journal.append(beat(clock.now), [event()], {})
            journal._committer.wake()  # the next is wanted at once
            clock.now = Instant(clock.now + 1000)
            with JournalReader(tmp_path / "j.db") as reader:
                if reader.holdings().summaries:
                    return


@pytest.mark.parametrize(("known", "carried"), [([], 2), (SENSORS, 2), ([*SENSORS, "new.x"], 2), (SENSORS[::-1], 0)])
async def test_summaries_are_carried_over_only_where_numbers_mean_the_same_sensors(
    tmp_path: Path, known: list[SensorId], carried: int
) -> None:
    aside, clock = tmp_path / "aside.db", HandClock(HOURS_BEGIN)
    async with journal_at(aside, clock) as journal:
        await journal.append(beat(clock.now), [], {})
        await journal.flush()
        clock.now = Instant(clock.now + 10 * MINUTE)
        await summarised(journal, clock.now)
    with contextlib.closing(schema.connect(tmp_path / "fresh.db")) as fresh:
        sensors = Sensors(list(known))
        sensors.forget_saving()
        carry_over(aside, fresh, sensors)
        assert fresh.execute("SELECT count(*) FROM summaries").fetchone() == (carried,)
        assert sensors.ids == (known or SENSORS)
