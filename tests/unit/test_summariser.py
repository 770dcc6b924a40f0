"""How far the summaries are: what an interruption leaves, and what the retention took first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.journal import summariser as summariser_module
from roommon.journal.block import GROUP
from roommon.journal.file import JournalFile
from roommon.journal.group import Group
from roommon.journal.reader import JournalReader
from roommon.journal.schema import connect
from roommon.journal.series import series
from roommon.journal.summaries import groups_ahead, taken_up_to
from roommon.journal.summariser import Summariser
from roommon.journal.summary import HOUR, MINUTE, MINUTES
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId, good
from tests.peers.journal import START
from tests.peers.summaries import EVER, assert_true

BEGIN = Instant(START // HOUR * HOUR)
SENSORS = [SensorId(f"device-{number}.x") for number in range(3 * GROUP)]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[JournalFile]:
    opened = JournalFile(tmp_path / "j.db", connect(tmp_path / "j.db"))
    yield opened
    opened.close()


def commit(file: JournalFile, minute: int, sensors: list[SensorId] = SENSORS) -> None:
    at = Instant(BEGIN + minute * MINUTE)
    readings: list[Reading] = [good(sensor, at, minute + place / 8) for place, sensor in enumerate(sensors)]
    file.commit(Group(inputs=list(readings)), (), at, snapshot=False)


def finish(summariser: Summariser, file: JournalFile, now: Instant) -> None:
    while summariser.step(file, now):
        pass


def test_groups_that_were_ahead_stay_so_while_the_others_catch_up_in_smaller_pieces(
    file: JournalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minute in range(4):
        commit(file, minute)
    monkeypatch.setattr(summariser_module, "STEP_GROUPS", 1)
    interrupted, now = Summariser(), Instant(BEGIN + 30 * MINUTE)
    for _ in range(2):  # takes all, writes the first group
        assert interrupted.step(file, now)
    assert groups_ahead(file.db) == {0: 4}
    assert taken_up_to(file.db) == 0
    assert taken_up_to(file.db, 0) == 4
    assert_true(file.path)
    monkeypatch.setattr(summariser_module, "STEP_READINGS", 1)
    monkeypatch.setattr(summariser_module, "HELD_READINGS", 1)
    after_the_crash, seen = Summariser(), set()
    while after_the_crash.step(file, now):
        seen.add((taken_up_to(file.db), taken_up_to(file.db, 0)))
        assert_true(file.path)
    assert {(1, 4), (2, 4), (3, 4), (4, 4)} <= seen
    assert groups_ahead(file.db) == {}


def test_batches_that_the_retention_took_first_are_passed_over(file: JournalFile) -> None:
    summariser = Summariser()
    for minute in range(3):
        commit(file, minute)
    file.db.execute("DELETE FROM batches")
    assert not any(summariser.step(file, BEGIN) for _ in range(3))
    commit(file, 3)
    finish(summariser, file, Instant(BEGIN + 10 * MINUTE))
    assert taken_up_to(file.db) == 4
    with JournalReader(file.path) as reader:
        assert [at - BEGIN for at, _ in reader.summaries(SENSORS[0], MINUTE, BEGIN, EVER)] == [3 * MINUTE]


def test_nothing_of_a_drill_is_written(file: JournalFile) -> None:
    commit(file, 0, [SENSORS[0], SensorId("drill.device-0.x"), SENSORS[1]])
    finish(Summariser(), file, Instant(BEGIN + 10 * MINUTE))
    written = [len(series(file.db, number, MINUTES, BEGIN, EVER)) for number in range(3)]
    assert written == [1, 0, 1]
