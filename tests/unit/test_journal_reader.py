"""What other processes read, beside a daemon that writes and without one."""

import sqlite3
from pathlib import Path

import pytest

from roommon.journal import reader as reader_module
from roommon.journal.error import JournalUnusable
from roommon.journal.reader import JournalReader
from roommon.journal.record import Configured, Input, Rejected, Started
from roommon.journal.thread import Urgency
from roommon.model.alarm import AlarmId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.reading import Reading, Reason, SensorId, bad
from roommon.rules.state import AlarmState, Condition, Kept, StateId
from tests.peers.journal import START, event, journal_at, reading

FOLDED: list[Input] = [
    Started(Instant(START), "0.1.0"),
    Configured(Instant(START), "site: hospital-a\n"),
    Resumed(Instant(START), Duration(90_000)),
    reading(1, "a.x"),
    bad(SensorId("a.y"), Instant(START + 1), Reason.OVERDUE),
    ClockStep(Instant(START - 5000), Duration(-5001)),
    reading(3, "a.x", at=START - 4000),
    Acknowledge(at=Instant(START - 3000), alarm=AlarmId("inlet-hot.a.x"), by="王"),
    Acknowledge(at=Instant(START - 3000), alarm=AlarmId("inlet-hot.a.y"), by="王"),
    reading(4, "a.y", at=START - 2000),
    Configured(Instant(START - 1000), "site: hospital-a\n"),
    ClockStep(Instant(START), Duration(1000)),
]


@pytest.mark.parametrize("together", [1, 2, 5, len(FOLDED)])
async def test_inputs_come_in_the_order_in_which_they_were_folded(tmp_path: Path, together: int) -> None:
    async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
        for start in range(0, len(FOLDED), together):
            await journal.append(FOLDED[start : start + together], [], {})
            assert await journal.flush()
        with JournalReader(tmp_path / "j.db") as reader:
            assert list(reader.inputs()) == FOLDED
    with JournalReader(tmp_path / "j.db") as reader:
        assert list(reader.inputs()) == FOLDED


async def test_a_replay_goes_on_from_any_snapshot_with_exactly_what_followed(tmp_path: Path) -> None:
    state: dict[StateId, Kept | None] = {"a": AlarmState(State.UNACKNOWLEDGED, Condition.PRESENT, START)}
    for start in range(0, len(FOLDED), 3):  # each start of the daemon takes a snapshot with its first commit
        async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
            await journal.append(FOLDED[start : start + 3], [event()], state)
            with JournalReader(tmp_path / "j.db") as reader:
                snapshot = reader.snapshot_before(Instant(1 << 60))
                assert snapshot is not None
                assert list(reader.inputs(snapshot.position)) == []
            await journal.append([reading(100 + start)], [], {})
    with JournalReader(tmp_path / "j.db") as reader:
        assert snapshot
        assert snapshot.states == state
        assert snapshot.last_event == 4
        assert list(reader.inputs(snapshot.position)) == [reading(100 + start)]
        assert [one.number for one in reader.events_after(snapshot.last_event - 1)] == [4]
        first = reader.snapshot_before(Instant(START + 100))
        assert first is not None
        assert first.last_event == 1
        assert next(iter(reader.inputs(first.position))) == reading(100)


async def test_inputs_of_a_span_begin_and_end_where_they_should(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for number in range(200):
            await journal.append([reading(number), reading(number, "b.y")], [], {})
            if number % 2:
                await journal.flush()
    with JournalReader(tmp_path / "j.db") as reader:
        found = [one for one in reader.inputs(Instant(START + 30), Instant(START + 171)) if isinstance(one, Reading)]
        assert [one.taken_at - START for one in found] == [number for number in range(30, 172) for _ in range(2)]


async def test_one_sensor_is_read_out_of_many(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for number in range(150):
            await journal.append([reading(number, "a.x"), reading(number, "b.y"), reading(number, "c.z")], [], {})
            await journal.flush()
        with JournalReader(tmp_path / "j.db") as reader:
            wanted = SensorId("b.y")
            assert list(reader.readings(wanted)) == [reading(number, "b.y") for number in range(150)]
            some = reader.readings(wanted, Instant(START + 10), Instant(START + 12))
            assert list(some) == [reading(number, "b.y") for number in (10, 11, 12)]
            assert list(reader.readings(SensorId("nobody.knows"))) == []
            assert reader.sensors() == ["a.x", "b.y", "c.z"]


async def test_events_are_chosen_by_time_and_alarm(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for number in range(150):
            await journal.append([], [event("a" if number % 3 else "b", at=START + number)], {})
    with JournalReader(tmp_path / "j.db") as reader:
        assert [one.number for one in reader.events()] == list(range(1, 151))
        chosen = reader.events(Instant(START + 3), Instant(START + 6), AlarmId("b"))
        assert [one.number for one in chosen] == [4, 7]
        assert [one.event.alarm for one in reader.standing()] == ["b", "a"]


async def test_a_reader_that_stands_still_sees_what_comes_and_holds_nothing(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for number in range(200):
            await journal.append([], [event(at=START + number)], {})
        with JournalReader(tmp_path / "j.db") as reader:
            events = reader.events()
            next(events)
            assert not reader._db.in_transaction
            busy, log, checkpointed = await journal._access.run(
                Urgency.TIDY, lambda file: file.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            )
            assert (busy, log, checkpointed) == (0, 0, 0)
            assert len(list(events)) == 199


async def test_what_was_refused_is_kept_with_the_servers_words(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.set_aside("influxdb", START, "temperature,sensor=x value=1", "field type conflict")
    with JournalReader(tmp_path / "j.db") as reader:
        refused = Rejected("influxdb", START, "temperature,sensor=x value=1", "field type conflict")
        assert reader.refused() == [refused]
        assert reader.refused(since=Instant(START + 1)) == []


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir())


async def test_a_reader_without_the_right_to_write_reads_a_journal_that_nobody_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.append([], [event()], {})
    checked = reader_module._checked

    def without_rights(path: Path, mode: str) -> sqlite3.Connection:
        if mode == "mode=ro":
            raise sqlite3.OperationalError("unable to open database file")
        return checked(path, mode)

    monkeypatch.setattr(reader_module, "_checked", without_rights)
    with JournalReader(tmp_path / "j.db") as reader:
        assert len(reader.standing()) == 1
    assert names(tmp_path) == ["j.db", "j.db.lock"]


def test_no_journal_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match=r"j\.db: there is no journal here"):
        JournalReader(tmp_path / "j.db")


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(JournalUnusable):
        JournalReader(tmp_path / "j.db")
