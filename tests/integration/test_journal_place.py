"""Somebody removes, replaces or overwrites the file while the daemon runs: it is noticed, said, and costs the least."""

import asyncio
import errno
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from roommon.journal import rescue
from roommon.journal.journal import Journal
from roommon.journal.reader import JournalReader
from roommon.model.alarm import AlarmId, State
from roommon.model.reading import Reading
from roommon.rules.state import AlarmState, Condition
from tests.peers.journal import START, Said, event, journal_at, reading

pytestmark = pytest.mark.integration

STATE = AlarmState(State.UNACKNOWLEDGED, Condition.PRESENT, START)


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies aside is looked for with every commit."""
    monkeypatch.setattr("roommon.journal.housekeeping.LOOK_EVERY_S", 0.0)


def backup(path: Path) -> Path:
    """A backup as docs/operations.md makes it, of a running journal."""
    to = path.with_name("backup.db")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.execute("VACUUM INTO ?", [str(to)])
    return to


def values(path: Path) -> list[float | None]:
    """Every reading that the journal at `path` holds, whole."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with JournalReader(path) as reader:
        return [one.value for one in reader.inputs() if isinstance(one, Reading)]


def aside(folder: Path, what: str) -> list[Path]:
    return sorted(folder.glob(f"j.db.{what}-*Z"))


async def beats(journal: Journal, first: int, last: int) -> None:
    for number in range(first, last):
        await journal.append([reading(number)], [], {})
        assert await journal.flush()


@asynccontextmanager
async def half_a_day(path: Path, said: Said) -> AsyncIterator[Journal]:
    """A journal with 300 readings and an alarm, of which InfluxDB has taken nothing."""
    async with journal_at(path, report=said) as journal:
        await journal.register("influxdb", readings=True, events=True)
        await journal.append([], [event("a")], {AlarmId("a"): STATE})
        await beats(journal, 0, 300)
        yield journal


async def test_a_file_that_is_removed_is_put_back_whole(tmp_path: Path) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        path.unlink()
        await beats(journal, 300, 600)
        assert "it was removed; the journal was put back whole" in said.now
        assert len(await journal.unsent_readings("influxdb", newest=False, at_most=10_000)) == 600
        assert len(values(path)) == 600
        assert await journal.standing()
    assert values(path) == [float(number) for number in range(600)]
    assert not rescue.copy_of(path).exists()


@pytest.mark.parametrize("gone", [("j.db", "j.db-wal", "j.db-shm"), ("j.db-wal",)])
async def test_a_log_that_is_removed_with_the_file_costs_nothing(tmp_path: Path, gone: tuple[str, ...]) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        for name in gone:
            (tmp_path / name).unlink()
        await beats(journal, 300, 400)
    assert values(path) == [float(number) for number in range(400)]


async def test_a_file_that_is_renamed_goes_on_at_its_place_and_stays_where_it_went(tmp_path: Path) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        path.rename(tmp_path / "elsewhere.db")
        await beats(journal, 300, 400)
    assert values(path) == [float(number) for number in range(400)]
    assert values(tmp_path / "elsewhere.db") == [float(number) for number in range(300)]


async def test_a_backup_that_is_moved_to_its_place_is_set_aside_and_nothing_is_lost(tmp_path: Path) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        saved = backup(path)
        await beats(journal, 300, 400)
        before = saved.read_bytes()
        saved.replace(path)
        await beats(journal, 400, 500)
        assert said.ever("another file was put in its place, which is set aside as j.db.foreign-2026")
    (foreign,) = aside(tmp_path, "foreign")
    assert foreign.read_bytes() == before
    assert values(path) == [float(number) for number in range(500)]
    assert not aside(tmp_path, "damaged")


async def test_the_health_tells_of_a_foreign_file_until_it_is_moved_away(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with half_a_day(path, Said()) as journal:
        backup(path).replace(path)
        await beats(journal, 300, 310)
    said = Said()
    async with journal_at(path, report=said) as journal:
        async with asyncio.timeout(20):
            while not said.ever("what was put in its place lies aside as j.db.foreign-"):
                await journal.flush()


async def test_a_backup_that_is_copied_onto_it_is_noticed_and_the_alarms_go_on(tmp_path: Path) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        saved = backup(path)
        await beats(journal, 300, 400)
        shutil.copyfile(saved, path)
        await journal.append([reading(400)], [event("b")], {AlarmId("b"): STATE})
        await beats(journal, 401, 450)
        assert said.ever("set aside as j.db.damaged-2026")
        assert set(await journal.states()) == {"a", "b"}
        assert [one.event.alarm for one in await journal.standing()] == ["a", "b"]
        batches = await journal.unsent_readings("influxdb", newest=False, at_most=10_000)
        assert [one.value for batch in batches for one in batch.readings] == [float(n) for n in range(400, 450)]
    assert len(aside(tmp_path, "damaged")) == 1
    assert values(path) == [float(number) for number in range(400, 450)]


@pytest.mark.parametrize("content", [b"", b"not a journal at all", b"\xa5" * 500_000])
async def test_whatever_is_written_over_it_is_noticed(tmp_path: Path, content: bytes) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        path.write_bytes(content)
        await beats_until_written(journal, 300)
        assert said.ever("set aside as j.db.damaged-2026")
        assert set(await journal.states()) == {"a"}
    assert values(path)[-1] == 300.0


async def beats_until_written(journal: Journal, number: int) -> None:
    await journal.append([reading(number)], [], {})
    async with asyncio.timeout(20):
        while not await journal.flush():
            pass


async def test_who_only_touches_it_or_carries_its_log_over_harms_nothing(tmp_path: Path) -> None:
    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        os.utime(path, (1, 1))
        await beats(journal, 300, 320)
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")
        await beats(journal, 320, 400)
    assert said.words == []
    assert values(path) == [float(number) for number in range(400)]


@pytest.mark.parametrize("why", ["room", "time"])
async def test_when_it_cannot_be_copied_back_a_new_file_takes_over_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    path, said = tmp_path / "j.db", Said()
    if why == "time":
        monkeypatch.setattr(rescue, "COPY_S", -1.0)
    else:
        rescue.copy_of(path).mkdir()
        (rescue.copy_of(path) / "in the way").touch()
        monkeypatch.setattr("roommon.journal.access.copy_of", lambda given: given.with_name("nothing"))
    async with half_a_day(path, said) as journal:
        path.unlink()
        await beats_until_written(journal, 300)
        assert set(await journal.states()) == {"a"}
        assert len(await journal.standing()) == 1
    assert values(path) == [300.0]
    assert not rescue.copy_of(path).is_file()


async def test_a_disk_that_cannot_even_be_looked_at_is_left_to_sqlite_to_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    path, said = tmp_path / "j.db", Said()
    async with half_a_day(path, said) as journal:
        monkeypatch.setattr("os.pread", fails)
        os.utime(path, (1, 1))
        await beats(journal, 300, 310)
    assert said.words == []
    monkeypatch.undo()
    assert values(path) == [float(number) for number in range(310)]


async def test_what_is_left_of_a_copy_goes_at_the_next_start(tmp_path: Path) -> None:
    rescue.copy_of(tmp_path / "j.db").write_bytes(b"half a copy")
    async with journal_at(tmp_path / "j.db"):
        assert not rescue.copy_of(tmp_path / "j.db").exists()


async def test_that_it_was_put_back_is_told_for_a_while_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, said = tmp_path / "j.db", Said()
    monkeypatch.setattr("roommon.journal.committer.PUT_BACK_STANDS_S", 0.0)
    async with half_a_day(path, said) as journal:
        path.unlink()
        await beats(journal, 300, 303)
        assert said.ever("put back whole")
        assert said.now == ""
