"""The hand-over of a shift that is over: everything as it was when it ended, whatever was done since."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.text import Language, Text
from roommon.record.handover import NOTHING
from roommon.record.shift import NOTHING_KNOWN, Shift, shift
from roommon.web.archive import Archive
from roommon.web.shifts import written
from tests.golden.handover import case
from tests.peers.cli import Cli
from tests.peers.people_day import HOT, WARM, WET
from tests.peers.room import HOUR, START
from tests.peers.shift_day import END, SHIFT, clock, shift_day

NOW = Instant(START + 48 * HOUR)
RULE_OFF, LEAK, ROOM, RACK = "rule off", "sensor rack-a.leak", "room server-room", "device rack-a"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shift_day(tmp_path_factory.mktemp("day"))


@pytest.fixture
def reader(journal: Path) -> Iterator[JournalReader]:
    with JournalReader(journal) as opened:
        yield opened


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.mark.parametrize("language", case.EXPECTED)
def test_a_shift_that_is_over_reads_as_expected(journal: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", language)
    monkeypatch.setenv("TZ", "UTC")
    assert case.printed(journal) == case.EXPECTED[language].read_text("utf-8")


def ended_at(reader: JournalReader, time: str) -> Shift:
    return shift(reader, START, clock(time), NOW, {})


@pytest.mark.parametrize(
    ("time", "aside"),
    [
        ("8:30", []),
        ("9:30", [RULE_OFF]),
        ("10:30", [RULE_OFF, HOT]),
        ("11:30", [RULE_OFF, HOT, WARM]),
        ("12:00", [RULE_OFF, HOT]),
        ("14:30", [HOT]),
        ("16:30", [LEAK, HOT, WET]),
        ("17:30", [ROOM, LEAK, HOT, WET]),
        ("19:00", [LEAK, HOT, WET]),
        ("20:15", [LEAK, WET]),
        ("20:25", [WET]),
        ("20:55", [RACK, WET]),
    ],
)
def test_what_was_set_aside_is_found_for_every_moment(reader: JournalReader, time: str, aside: list[str]) -> None:
    """Shelves and service end by a person, by their time and with others; the last two hours lie behind a restart."""
    assert sorted(one.what for one in ended_at(reader, time).aside) == sorted(aside)


def test_it_is_known_by_whom_why_and_until_when(reader: JournalReader) -> None:
    found = {one.what: (one.by, one.why, one.until) for one in ended_at(reader, "16:30").aside}
    assert found[WET] == ("Li", "rope is replaced", clock("6:00", 1)), "shelved while it was out of service"
    assert found[LEAK] == ("Li", "rope is replaced", None)
    assert found[HOT] == ("Wang", "filter change", clock("22:00"))


def test_a_drill_runs_from_its_beginning_to_its_end(reader: JournalReader) -> None:
    running = {time: [drill.until for drill in ended_at(reader, time).drills] for time in ("19:29", "19:30", "20:35")}
    assert running == {"19:29": [], "19:30": [clock("20:30")], "20:35": []}


def test_what_the_journal_has_no_events_of_any_more_a_snapshot_knows(tmp_path: Path) -> None:
    """What was taken out long ago and put back since: of the one the event is dropped, of the other it is there."""
    journal = shift_day(tmp_path)
    with sqlite3.connect(journal) as db:
        db.execute("DELETE FROM events WHERE at < ?", (clock("19:00"),))
    with JournalReader(journal) as reader:
        assert sorted(one.what for one in ended_at(reader, "20:15").aside) == sorted([LEAK, WET])


def test_what_came_after_the_shift_is_not_told(roommon: Cli, journal: Path) -> None:
    then = json.loads(roommon("incidents", "--journal", journal, "--handover", *SHIFT, "--json").out)
    assert "Chen" not in json.dumps(then)
    assert {one["alarm"]: one["state"] for one in then["standing"]}[HOT] == "acknowledged"
    evening = roommon("incidents", "--journal", journal, "--handover", *SHIFT[:2], "--to", "2026-11-23T21:00Z").out
    assert "acknowledged by Chen; Chen: mopped up" in evening
    assert "out of service: device rack-a, until somebody ends it, Chen: moved out" in evening


def test_a_shift_of_which_only_the_end_is_given_is_as_long_as_one(roommon: Cli, journal: Path) -> None:
    said = roommon("incidents", "--journal", journal, "--handover", SHIFT[2], SHIFT[3]).out
    assert "2026-11-23 08:00:00 – 2026-11-23 20:00:00" in said


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("begin", "end", "en", "zh"),
    [
        ("2026-11-23T09:00", "2026-11-23T08:00", "the time is empty", "时间范围为空"),
        ("2999-11-23T09:00", "2999-11-23T10:00", "yet to come", "尚未到来"),
        ("2026-11-20", "2026-11-21", "the journal has nothing of this time", "日志库中没有这段时间的记录"),
        ("2026-11-24", "2026-11-25", "the journal has nothing of this time", "日志库中没有这段时间的记录"),
    ],
)
def test_a_time_of_which_nothing_is_known_is_no_quiet_shift(
    roommon: Cli, journal: Path, begin: str, end: str, en: str, zh: str, language: str
) -> None:
    given = "--handover", "--from", begin, "--to", end
    said = roommon("incidents", "--journal", journal, *given, language=language)
    assert (said.code, said.out) == (2, "")
    assert {"en": en, "zh": zh}[language] in said.err


def test_the_part_of_a_shift_that_nobody_watched_is_named(roommon: Cli, journal: Path) -> None:
    given = "--handover", "--from", "2026-11-23T20:00Z", "--to", "2026-11-24T08:00Z"
    said = roommon("incidents", "--journal", journal, *given)
    assert said.code == 0
    assert "the journal has 2026-11-23 20:00:00 to 2026-11-23 21:00:00 of it; of the rest nothing is known" in said.err
    chinese = roommon("incidents", "--journal", journal, *given, language="zh")
    assert "日志库中只有 2026-11-23 20:00:00 至 2026-11-23 21:00:00 的记录，其余时间情况不明" in chinese.err
    assert roommon("incidents", "--journal", journal, "--handover", *SHIFT).err == "", (
        "29 min without a reading are none"
    )


@pytest.mark.parametrize("language", case.EXPECTED)
async def test_the_page_says_what_the_command_line_says(
    journal: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    wanted = {"from": written(START), "to": written(END)}
    shown = await Archive(journal).hand_over({}, NOW, wanted)
    assert (shown["begins"], shown["ends"], shown["wrong"]) == (wanted["from"], wanted["to"], None)
    parts = shown["parts"]
    assert isinstance(parts, list)
    spoken = Language.ENGLISH if language == "en" else Language.CHINESE
    lines = [
        text.in_language(spoken)
        for part in parts
        for text in (part.heading, *([line.text for line in part.lines] or [NOTHING]))
    ]
    expected = case.EXPECTED[language].read_text("utf-8").splitlines()[2:]
    assert lines == [line.strip() for line in expected if line.strip()]
    incidents = [line.incident for line in parts[0].lines]
    assert all(f"{incident}" in line.text.en for incident, line in zip(incidents, parts[0].lines, strict=True))
    assert [line.alarm is not None for line in parts[1].lines] == [True] * len(parts[1].lines)


async def test_of_a_time_without_a_record_the_page_says_so_and_of_words_that_are_no_time(journal: Path) -> None:
    archive = Archive(journal)
    later = await archive.hand_over({}, NOW, {})
    assert (later["shift"], later["wrong"]) == (None, NOTHING_KNOWN)
    half = await archive.hand_over({}, NOW, {"from": written(Instant(START - 12 * HOUR)), "to": written(END)})
    missing = half["missing"]
    assert isinstance(missing, Text)
    assert "of the rest nothing is known" in missing.en
    wrong = (await archive.hand_over({}, NOW, {"from": "25:00"}))["wrong"]
    assert isinstance(wrong, Text)
    assert wrong.en == "'25:00' is not a time; write it as 2026-11-23T08:00"
