"""`roommon journal`: what is kept, what waits, and what was lost or refused."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from roommon.journal import committer
from roommon.journal.file import JournalFile
from roommon.journal.journal import Journal
from roommon.journal.record import Lost, WhyLost
from roommon.journal.schema import VERSION, connect
from roommon.journal.summariser import Summariser
from roommon.model.clock import Instant
from tests.peers.cli import Cli
from tests.peers.journal import HOUR, START, HandClock, event, journal_at, reading
from tests.peers.recorded_day import recorded_day

Step = Callable[[Journal, HandClock], Coroutine[None, None, None]]


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def made(folder: Path, *steps: Step) -> Path:
    """A journal in which two deliverers share 100 readings and 4 events, and in which `steps` happened."""

    async def make() -> None:
        clock = HandClock()
        async with journal_at(folder / "j.db", clock) as journal:
            await journal.register("influxdb", readings=True, events=True)
            await journal.register("mqtt", readings=False, events=True)
            for number in range(4):
                await journal.append([reading(25 * number + one) for one in range(25)], [], {})
                await journal.append([], [event(f"hot-{number}", at=START + number)], {})
            for step in steps:
                await step(journal, clock)

    asyncio.run(make())
    return folder / "j.db"


def document(roommon: Cli, journal: Path, *more: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(roommon("journal", "--journal", journal, "--json", *more).out)
    return said


async def half_is_sent(journal: Journal, _: HandClock) -> None:
    batches = await journal.unsent_readings("influxdb", newest=False, at_most=50)
    await journal.readings_sent("influxdb", [batch.number for batch in batches])
    await journal.events_sent("influxdb", 3)
    await journal.events_sent("mqtt", 4)


async def lines_are_refused(journal: Journal, clock: HandClock) -> None:
    for number in range(12):
        clock.now = Instant(START + number * HOUR)
        lines = f"temperature,sensor=rack-{number}.inlet value=1 1\ntemperature,sensor=other value=2 2"
        await journal.set_aside("influxdb", clock.now, lines, f"field type conflict {number}")
        await journal.flush()


def loses(why: WhyLost, after_h: int = 0) -> Step:
    async def lose(journal: Journal, clock: HandClock) -> None:
        clock.now = Instant(START + after_h * HOUR)
        lost = Lost("influxdb", START, Instant(START + 1000), 250, 3, why)
        journal._committer.group.lost.append(lost)
        assert await journal.flush()

    return lose


def test_what_is_kept_sent_and_waiting(roommon: Cli, tmp_path: Path) -> None:
    said = document(roommon, made(tmp_path, half_is_sent))
    assert said["file"] == str(tmp_path / "j.db")
    assert said["bytes"] >= (tmp_path / "j.db").stat().st_size
    assert (said["schema"], said["readings"], said["events"], said["last_event"]) == (VERSION, 100, 4, 4)
    assert (said["oldest"], said["newest"]) == ("2026-09-21T14:13:20.000Z", "2026-09-21T14:13:20.099Z")
    influxdb, mqtt = said["deliverers"]
    assert influxdb == {
        "name": "influxdb",
        "sent": {"readings": 50, "last_event": 3},
        "waiting": {"readings": 50, "events": 1, "oldest": "2026-09-21T14:13:20.003Z"},
    }
    assert mqtt == {
        "name": "mqtt",
        "sent": {"readings": None, "last_event": 4},
        "waiting": {"readings": 0, "events": 0, "oldest": None},
    }
    assert said["lost"] == said["refused"] == said["damaged"] == said["foreign"] == []


def test_a_whole_journal_is_a_yes(roommon: Cli, tmp_path: Path) -> None:
    said = roommon("journal", "--journal", made(tmp_path, half_is_sent))
    assert said.code == 0
    assert "100 readings, from 2026-09-21 14:13:20 to 2026-09-21 14:13:20" in said.out
    assert re.search(r"influxdb +50 readings, events up to 3 +50 readings, 1 event +2026-09-21 14:13:20", said.out)
    assert re.search(r"mqtt +events up to 4 +nothing", said.out)
    assert "Nothing was lost or refused." in said.out
    assert said.err == ""


def test_the_configuration_names_the_journal(roommon: Cli, tmp_path: Path) -> None:
    assert str(tmp_path / "journal.db") in roommon("journal", recorded_day(tmp_path)).out


def test_an_empty_journal_has_nothing_to_say(roommon: Cli, tmp_path: Path) -> None:
    async def begin() -> None:
        async with journal_at(tmp_path / "j.db"):
            pass

    asyncio.run(begin())
    said = roommon("journal", "--journal", tmp_path / "j.db")
    assert said.code == 0
    assert "0 readings\n" in said.out
    assert "Nobody takes anything" in said.out


@pytest.mark.parametrize("why", list(WhyLost))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_lost_is_told_with_its_span_its_count_and_why(
    roommon: Cli, tmp_path: Path, why: WhyLost, language: str
) -> None:
    path = made(tmp_path, loses(why))
    said = roommon("journal", "--journal", path, language=language)
    assert said.code == 1
    assert re.search(r"2026-09-21 14:13:20 +2026-09-21 14:13:21 +influxdb +250 +3 +\S", said.out)
    (lost,) = document(roommon, path)["lost"]
    assert (lost["deliverer"], lost["readings"], lost["events"], lost["why"]) == ("influxdb", 250, 3, why)


def test_what_never_came_to_the_disk_is_lost_to_everybody(
    roommon: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_many(journal: Journal, _: HandClock) -> None:
        monkeypatch.setattr(committer, "GATHERED_INPUTS", 10)
        await journal.append([reading(number) for number in range(40)], [], {})

    said = roommon("journal", "--journal", made(tmp_path, too_many))
    assert said.code == 1
    assert re.search(r"everybody +20 +0 +the disk was too slow", said.out)


def test_what_was_refused_is_told_with_the_servers_words(roommon: Cli, tmp_path: Path) -> None:
    path = made(tmp_path, lines_are_refused)
    said = roommon("journal", "--journal", path)
    assert said.code == 1
    assert said.out.count("field type conflict") == 10
    assert "temperature,sensor=rack-11.inlet value=1 1 (and 1 more: --json)" in said.out
    assert "the newest 10 of each" in said.err
    assert len(document(roommon, path)["refused"]) == 12
    last = document(roommon, path, "--last", "1")["refused"]
    assert [(one["words"], len(one["lines"])) for one in last] == [("field type conflict 11", 2)]


def test_one_may_ask_what_went_wrong_since(roommon: Cli, tmp_path: Path) -> None:
    """A loss counts from when it was noted, which may be long after what was lost."""
    path = made(tmp_path, lines_are_refused, loses(WhyLost.ROOM, after_h=48))
    since = document(roommon, path, "--from", "2026-09-22T00:00Z")
    assert [one["words"] for one in since["refused"]] == ["field type conflict 10", "field type conflict 11"]
    assert len(since["lost"]) == 1
    assert roommon("journal", "--journal", path, "--from", "2026-09-23T12:00Z").code == 1
    assert roommon("journal", "--journal", path, "--from", "2026-09-24T00:00Z").code == 0


@pytest.mark.parametrize("what", ["damaged", "foreign"])
def test_a_file_that_lies_aside_is_told(roommon: Cli, tmp_path: Path, what: str) -> None:
    path = made(tmp_path, half_is_sent)
    (tmp_path / f"j.db.{what}-20260921T141320Z").touch()
    said = roommon("journal", "--journal", path)
    assert said.code == 1
    assert f"j.db.{what}-20260921T141320Z" in said.out
    assert document(roommon, path)[what] == [f"j.db.{what}-20260921T141320Z"]


def test_it_speaks_chinese(roommon: Cli, tmp_path: Path) -> None:
    said = roommon("journal", "--journal", made(tmp_path, half_is_sent), language="zh")
    assert "没有丢失，也没有被拒收。" in said.out
    assert "事件至编号 4" in said.out


def test_a_time_that_is_none_and_a_journal_that_is_not_there_are_one_line(roommon: Cli, tmp_path: Path) -> None:
    assert "is not a time" in roommon("journal", "--journal", made(tmp_path), "--from", "yesterday").err
    said = roommon("journal", "--journal", tmp_path / "nowhere.db")
    assert (said.code, said.err.count("\n")) == (2, 1)


def summarised(folder: Path, now: int) -> Path:
    """The journal of `made`, with its minutes made as of `now`."""
    path = made(folder)
    file, summariser = JournalFile(path, connect(path)), Summariser()
    while summariser.step(file, Instant(now)):
        pass
    file.close()
    return path


def test_from_when_minutes_and_hours_are_held(roommon: Cli, tmp_path: Path) -> None:
    path = summarised(tmp_path, START + 48 * HOUR)
    minutes, hours = document(roommon, path)["summaries"]
    assert (minutes["step_s"], minutes["oldest"]) == (60, "2026-09-21T14:13:00.000Z")
    assert (hours["step_s"], hours["oldest"]) == (3600, "2026-09-21T14:00:00.000Z")
    assert minutes["bytes"] > 0
    assert document(roommon, path)["summarised_until"] is None
    said = roommon("journal", "--journal", path)
    assert "summaries of minutes from 2026-09-21" in said.out
    assert "summaries of hours from 2026-09-21" in said.out
    assert "小时汇总自 2026-09-21" in roommon("journal", "--journal", path, language="zh").out


def test_how_far_an_older_journal_is_summarised(roommon: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roommon.journal.series.TAIL", 1)
    path = made(tmp_path)
    assert document(roommon, path)["summarised_until"] == "2026-09-21T14:13:20.000Z"
    assert "summarised up to 2026-09-21" in roommon("journal", "--journal", path).out
    said = roommon(
        "history", "rack-a.inlet", "--journal", path, "--config", tmp_path, "--by", "minute", "--from", "2026-09-01"
    )
    assert said.code == 1
    assert "only up to 2026-09-21" in said.err
