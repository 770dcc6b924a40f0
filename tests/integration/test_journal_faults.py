"""A full disk, a slow one, a damaged file, a foreign one: what is said, what is kept, what goes on."""

import asyncio
import errno
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from roommon.journal import committer, damage, schema
from roommon.journal.error import JournalLocked, JournalUnusable
from roommon.journal.file import JournalFile
from roommon.journal.reader import JournalReader
from roommon.journal.record import Lost, WhyLost
from roommon.journal.thread import Urgency
from roommon.model.alarm import AlarmId, State
from roommon.model.clock import Instant
from roommon.rules.state import AlarmState, Condition
from tests.peers.full_disk import append_until_it_says, fill_the_disk, make_room
from tests.peers.journal import START, HandClock, Said, damage_pages, event, journal_at, reading

pytestmark = pytest.mark.integration

STATE = AlarmState(State.UNACKNOWLEDGED, Condition.PRESENT, START)


async def test_on_a_full_disk_readings_wait_and_are_written_when_there_is_room(tmp_path: Path) -> None:
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        await fill_the_disk(journal)
        batches = await append_until_it_says(journal, said, "cannot be written")
        assert not await journal.flush()
        await make_room(journal)
        assert await journal.flush()
        assert said.now == ""
        backlog = await journal.backlog("influxdb")
        assert backlog.readings == batches * 200
    with JournalReader(tmp_path / "j.db") as reader:
        assert reader.lost() == []
        assert len(list(reader.inputs())) == batches * 200


async def test_on_a_full_disk_people_are_told_in_order_and_the_record_is_made_up_later(tmp_path: Path) -> None:
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        await journal.append([], [event("a")], {AlarmId("a"): STATE})
        await fill_the_disk(journal)
        await append_until_it_says(journal, said, "cannot be written")
        for number in range(5):
            await journal.append([reading(number)], [event(f"b-{number}")], {})
        told = await journal.unsent_events("mqtt", 100)
        assert [one.event.alarm for one in told] == ["a", "b-0", "b-1", "b-2", "b-3", "b-4"]
        assert [one.number for one in told] == [1, 2, 3, 4, 5, 6]
        assert len(await journal.standing()) == 6
        await make_room(journal)
        assert await journal.flush()
    with JournalReader(tmp_path / "j.db") as reader:
        assert list(reader.events()) == told


async def test_a_number_that_people_saw_is_never_used_again_though_its_event_was_not_kept(tmp_path: Path) -> None:
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        await fill_the_disk(journal, 1)
        for _ in range(400):
            await journal.append([reading(1)], [event()], {})
        told = (await journal.unsent_events("mqtt", 1000))[-1].number
        assert "cannot be written" in said.now
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.append([], [event("new")], {})
        assert (await journal.standing())[-1].number == told + 1


async def test_what_is_too_much_for_memory_is_counted_by_its_span_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roommon.journal.file.WAITING_BYTES", 20_000)
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        await fill_the_disk(journal)
        batches = await append_until_it_says(journal, said, "cannot be written")
        for number in range(30):
            await journal.append([reading(i * number, f"device-{i}.x", at=START + i) for i in range(200)], [], {})
            await journal.flush()
        await make_room(journal)
        assert await journal.flush()
        backlog = await journal.backlog("influxdb")
    with JournalReader(tmp_path / "j.db") as reader:
        (lost,) = reader.lost()
        assert (lost.deliverer, lost.first_at, lost.last_at) == ("journal", START, START + 199)
        assert lost.why is WhyLost.DISK
        assert lost.readings > 0
        assert lost.readings + backlog.readings == (batches + 30) * 200


async def test_alarms_do_not_wait_for_a_disk_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "PATIENCE_S", 0.05)
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        hangs, mended = threading.Event(), threading.Event()

        def hang(_: object) -> None:
            hangs.set()
            mended.wait(30)

        hanging = asyncio.create_task(journal._access.run(Urgency.COMMIT, hang))
        assert await asyncio.to_thread(hangs.wait, 30)
        for number in range(3):
            await journal.append([reading(number)], [event(f"a-{number}")], {})
        assert [one.number for one in await journal.unsent_events("mqtt", 10)] == [1, 2, 3]
        assert "longer than" in said.now
        mended.set()
        await hanging
        assert await journal.flush()
        assert said.now == ""
    with JournalReader(tmp_path / "j.db") as reader:
        assert [one.number for one in reader.events()] == [1, 2, 3]


async def test_readings_that_gather_behind_a_hanging_disk_are_bounded_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committer, "GATHERED_INPUTS", 100)
    async with journal_at(tmp_path / "j.db", commit_every_ms=60_000) as journal:
        for number in range(1000):
            await journal.append([reading(number)], [], {})
        assert len(journal._committer.group.inputs) <= 101
        await journal.flush()
        kept = (await journal.backlog("influxdb")).readings
    with JournalReader(tmp_path / "j.db") as reader:
        assert sum(lost.readings for lost in reader.lost()) + kept == 1000
        assert {lost.why for lost in reader.lost()} == {WhyLost.SLOW}
        assert list(reader.inputs())[-1] == reading(999)


async def fill(path: Path, batches: int = 300) -> None:
    async with journal_at(path) as journal:
        await journal.register("influxdb", readings=True, events=True)
        await journal.append([], [event("a"), event("b")], {AlarmId("a"): STATE})
        for number in range(batches):
            await journal.append([reading(i * number, f"device-{i}.x") for i in range(100)], [], {})
            await journal.flush()
        await journal.append([], [event("b", State.NORMAL)], {})


def set_aside(folder: Path) -> list[Path]:
    return list(folder.glob("j.db.damaged-*"))


async def test_a_damaged_file_is_set_aside_whole_and_a_new_one_begins(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db")
    damage_pages(tmp_path / "j.db", 0)
    before = (tmp_path / "j.db").read_bytes()
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        assert await journal.standing() == []
        await journal.append([reading(1)], [event("new")], {})
        assert [one.number for one in await journal.unsent_events("mqtt", 10)] == [4]
        assert (await journal.backlog("influxdb")).readings == 1
        await journal.flush()
        assert said.ever("set aside as j.db.damaged-2026")
    (aside,) = set_aside(tmp_path)
    assert aside.read_bytes() == before


async def test_what_is_legible_of_a_damaged_file_goes_on(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db")
    damage_pages(tmp_path / "j.db", 60)
    async with journal_at(tmp_path / "j.db") as journal:
        assert len(set_aside(tmp_path)) == 1
        assert [(one.number, one.event.alarm) for one in await journal.standing()] == [(1, "a")]
        assert await journal.states() == {AlarmId("a"): STATE}


async def test_damage_that_shows_itself_while_running_costs_no_alarm(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db")
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        damage_pages(tmp_path / "j.db", 1)
        await journal._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA shrink_memory").fetchall())
        async with asyncio.timeout(30):
            while not set_aside(tmp_path):
                await journal.append([reading(7)], [event("c")], {AlarmId("c"): STATE})
        await journal.append([reading(8)], [event("d")], {AlarmId("d"): STATE})
        assert await journal.flush()
        told = await journal.unsent_events("mqtt", 1000)
        numbers = [one.number for one in told]
        assert numbers[-1] == (await journal.standing())[-1].number
        assert set(await journal.states()) == {"a", "c", "d"}
        standing = await journal.standing()
    async with journal_at(tmp_path / "j.db") as journal:
        assert set(await journal.states()) == {"a", "c", "d"}
        assert await journal.standing() == standing
        assert (await journal.unsent_events("mqtt", 1000))[-1].event.alarm == "d"


async def test_a_deliverer_that_meets_the_damage_misses_nothing_of_the_new_file(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db")
    async with journal_at(tmp_path / "j.db") as journal:
        damage_pages(tmp_path / "j.db", 1)
        await journal._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA shrink_memory").fetchall())
        assert await journal.unsent_readings("influxdb", newest=False, at_most=1000) == []
        assert len(set_aside(tmp_path)) == 1
        await journal.readings_sent("influxdb", [1, 2, 3])
        await journal.append([reading(7)], [], {})
        await journal.flush()
        (batch,) = await journal.unsent_readings("influxdb", newest=False, at_most=1000)
        assert [one.value for one in batch.readings] == [7.0]


async def test_while_a_damaged_file_cannot_be_replaced_people_are_told_and_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(tmp_path / "j.db")
    said = Said()
    refusals = 3

    def refuses_at_first(path: Path, at: Instant, what: damage.Aside = "damaged") -> Path:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise OSError(errno.EROFS, "Read-only file system")
        return damage.put_aside(path, at, what)

    monkeypatch.setattr("roommon.journal.file.put_aside", refuses_at_first)
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        damage_pages(tmp_path / "j.db", 1)
        await journal._access.run(Urgency.READ, lambda file: file.db.execute("PRAGMA shrink_memory").fetchall())
        number = 0
        async with asyncio.timeout(30):
            while not said.ever("no new file can be made"):
                await journal.append([reading(number)], [event(f"c-{number}")], {})
                number += 1
        lasting = number
        await journal.append([reading(lasting)], [], {})
        await journal.flush()
        assert (await journal.standing())[-1].event.alarm == f"c-{number - 1}"
        async with asyncio.timeout(30):
            while not await journal.flush():
                pass
        assert "no new file" not in said.now
        await journal.append([], [event("last")], {})
        standing = await journal.standing()
    async with journal_at(tmp_path / "j.db") as journal:
        assert await journal.standing() == standing
    with JournalReader(tmp_path / "j.db") as reader:
        assert reading(lasting) in list(reader.inputs())


async def test_people_are_told_though_even_the_lock_file_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise OSError(errno.EIO, "Input/output error")

    async with journal_at(tmp_path / "j.db") as journal:
        monkeypatch.setattr("os.pwrite", fails)
        await journal.append([], [event()], {})
        assert len(await journal.unsent_events("mqtt", 10)) == 1


async def test_the_trouble_about_a_damaged_file_ends_when_somebody_took_it_away(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"\xa5" * 50_000)
    said = Said()
    async with journal_at(tmp_path / "j.db", report=said) as journal:
        async with asyncio.timeout(20):
            while not said.ever("set aside"):
                await journal.flush()
    for aside in set_aside(tmp_path):
        aside.unlink()
    later = Said()
    async with journal_at(tmp_path / "j.db", report=later) as journal:
        await journal.flush()
    assert not later.ever("set aside")


async def test_one_illegible_batch_costs_only_itself(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db", batches=3)
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute("UPDATE batches SET value = x'00112233' WHERE number = 2")
    db.close()
    async with journal_at(tmp_path / "j.db") as journal:
        batches = await journal.unsent_readings("influxdb", newest=False, at_most=1000)
        assert [(batch.number, len(batch.readings)) for batch in batches] == [(1, 100), (2, 0), (3, 100)]
        await journal.flush()
    with JournalReader(tmp_path / "j.db") as reader:
        (lost,) = reader.lost()
        assert (lost.deliverer, lost.readings, lost.why) == ("influxdb", 100, WhyLost.ILLEGIBLE)


async def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    pragmas = ("synchronous", "journal_mode", "auto_vacuum")

    def values(file: JournalFile) -> list[object]:
        return [file.db.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in pragmas]

    async with journal_at(tmp_path / "j.db") as journal:
        assert await journal._access.run(Urgency.READ, values) == [2, "wal", 2]


async def test_a_file_of_a_newer_roommon_is_refused_and_left_alone(tmp_path: Path) -> None:
    await fill(tmp_path / "j.db", batches=1)
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    db.close()
    with pytest.raises(JournalUnusable, match="newer roommon"):
        await fill(tmp_path / "j.db")
    assert not set_aside(tmp_path)


async def test_another_programs_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with pytest.raises(JournalUnusable, match="another program"):
        await fill(tmp_path / "j.db")
    assert not set_aside(tmp_path)


async def test_a_missing_folder_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match=r"there is no folder .*nowhere; make it first"):
        await fill(tmp_path / "nowhere" / "j.db")


async def test_an_older_file_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(tmp_path / "j.db", batches=2)
    later = (*schema.MIGRATIONS, "ALTER TABLE states ADD COLUMN later TEXT;\nCREATE TABLE later (x);")
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    monkeypatch.setattr(schema, "VERSION", len(later))
    db = schema.connect(tmp_path / "j.db")
    try:
        assert db.execute("PRAGMA user_version").fetchone() == (len(later),)
        assert db.execute("SELECT count(*), max(later) FROM states").fetchone() == (1, None)
        assert db.execute("SELECT count(*) FROM batches").fetchone() == (2,)
        assert damage.remember(db).last_event == 3
    finally:
        db.close()


async def test_losses_that_were_noted_before_reasons_were_are_brought_forward(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "j.db") as db:
        db.executescript(schema.MIGRATIONS[0])
        db.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        db.execute("PRAGMA user_version = 1")
        lost = "INSERT INTO lost (deliverer, first_at, last_at, readings, events) VALUES ('influxdb', ?, ?, 7, 1)"
        db.execute(lost, (START, START + 5))
    db.close()
    async with journal_at(tmp_path / "j.db"):
        pass
    with JournalReader(tmp_path / "j.db") as reader:
        before = Lost("influxdb", START, Instant(START + 5), 7, 1, WhyLost.UNKNOWN)
        assert reader.lost(since=Instant(START + 5)) == [before]
        assert reader.lost(since=Instant(START + 6)) == []


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(tmp_path / "j.db", batches=2)
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE later (x);\nCREATE TABLE states (x);"))
    monkeypatch.setattr(schema, "VERSION", len(schema.MIGRATIONS))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.connect(tmp_path / "j.db")
    monkeypatch.undo()
    async with journal_at(tmp_path / "j.db") as journal:
        assert (await journal.backlog("influxdb")).batches == 2


async def test_a_second_daemon_is_refused_and_told_who_holds_the_journal(tmp_path: Path) -> None:
    hold = (
        "import asyncio, os, sys; from pathlib import Path; sys.path.insert(0, '.')\n"
        "from tests.peers.journal import journal_at\n"
        "async def main():\n"
        "    async with journal_at(Path(sys.argv[1])):\n"
        "        print(os.getpid(), flush=True); sys.stdin.read()\n"
        "asyncio.run(main())\n"
    )
    command = (sys.executable, "-c", hold, str(tmp_path / "j.db"))
    pipe = asyncio.subprocess.PIPE
    other = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    try:
        assert other.stdout
        pid = (await other.stdout.readline()).decode().strip()
        with pytest.raises(JournalLocked, match=f"in use by process {pid};"):
            async with journal_at(tmp_path / "j.db"):
                pass
    finally:
        other.kill()
        await other.communicate()
    async with journal_at(tmp_path / "j.db", clock=HandClock()) as journal:
        assert await journal.flush()
