"""`roommon history` and `roommon alarms` over a recorded day."""

import csv
import io
import json
import sqlite3
import time
from pathlib import Path

import pytest

from tests.peers.cli import Cli
from tests.peers.recorded_day import recorded_day

ALWAYS = ("--from", "2000-01-01")


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded_day(tmp_path_factory.mktemp("day"))


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def test_values_have_their_unit(roommon: Cli, day: Path) -> None:
    said = roommon("history", "rack-a.inlet", "--config", day, "--last", "3")
    assert said.code == 0
    assert said.out.count("°C") == 3
    assert said.err == ""


def test_states_have_their_name(roommon: Cli, day: Path) -> None:
    assert "dry" in roommon("history", "rack-a.leak", "--config", day, "--last", 3).out
    assert "干燥" in roommon("history", "rack-a.leak", "--config", day, "--last", 3, language="zh").out


def test_a_reading_without_a_value_says_why(roommon: Cli, day: Path) -> None:
    assert "no communication" in roommon("history", "rack-a.inlet", "--config", day, *ALWAYS).out


def test_without_a_configuration_values_are_bare_and_that_is_said(roommon: Cli, day: Path, tmp_path: Path) -> None:
    journal = day.parent / "journal.db"
    said = roommon("history", "rack-a.inlet", "--config", tmp_path, "--journal", journal, "--last", 3)
    assert said.code == 0
    assert "°C" not in said.out
    assert "no unit" in said.err


def test_a_table_shows_the_newest_and_says_so(roommon: Cli, day: Path) -> None:
    said = roommon("history", "rack-a.inlet", "--config", day, "--last", 50, "--json")
    newest = [json.loads(line)["at"] for line in said.out.splitlines()]
    assert len(newest) == 50
    assert newest == sorted(newest)
    whole = roommon("history", "rack-a.inlet", "--config", day, *ALWAYS, "--json").out.splitlines()
    assert json.loads(whole[-1])["at"] == newest[-1]
    assert len(whole) == 840


def test_a_span_of_time_is_kept_to(roommon: Cli, day: Path) -> None:
    span = ("--from", "2026-09-21T15:00Z", "--to", "2026-09-21T15:30Z")
    lines = roommon("history", "rack-a.inlet", "--config", day, *span, "--json").out.splitlines()
    assert len(lines) == 30
    assert all("T15:" in json.loads(line)["at"] for line in lines)


def test_csv_has_a_header_even_without_rows(roommon: Cli, day: Path) -> None:
    said = roommon("history", "rack-a.inlet", "--config", day, "--to", "2000-01-01", "--csv")
    assert said.out == "at,sensor,value,unit,state,quality,reason\n"
    assert said.code == 1


def test_events_as_csv_have_every_column(roommon: Cli, day: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(roommon("history", "--config", day, *ALWAYS, "--csv").out)))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(row["alarm"] and row["text"] and row["at"] for row in rows)


def test_the_events_of_one_alarm(roommon: Cli, day: Path) -> None:
    said = roommon("history", "water.rack-a.leak", "--config", day, *ALWAYS, "--json")
    events = [json.loads(line) for line in said.out.splitlines()]
    assert {event["alarm"] for event in events} == {"water.rack-a.leak"}
    assert {event["trigger"] for event in events} >= {"raised", "returned"}


def test_nothing_in_this_time_is_a_no(roommon: Cli, day: Path) -> None:
    said = roommon("history", "rack-a.inlet", "--config", day, "--from", "1h")
    assert said.code == 1
    assert "nothing of it in this time" in said.err


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("rack-a.inlt", "`rack-a.inlet`"),
        ("rack-a", "`rack-a.inlet` or `rack-a.leak`"),
        ("hot.rack-a.inet", "`hot.rack-a.inlet`"),
    ],
)
def test_an_unknown_name_is_told_with_the_near_one(roommon: Cli, day: Path, name: str, meant: str) -> None:
    said = roommon("history", name, "--config", day)
    assert said.code == 2
    assert f"no sensor or alarm `{name}`" in said.err
    assert meant in said.err
    assert said.err.count("\n") == 1


def test_an_alarm_that_never_was_is_known_by_its_rule(roommon: Cli, day: Path) -> None:
    said = roommon("history", "roommon-trouble.roommon.journal", "--config", day)
    assert said.code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("history", "--from", "yesterday"), "is not a time"),
        (("history", "--to", "25:00"), "is not a time"),
        (("replay", "--from", "yesterday"), "is not a time"),
        (("history", "--json", "--csv"), "not both"),
        (("history", "--journal", "/nonexistent/journal.db"), "there is no journal here"),
        (("alarms", "--journal", "/nonexistent/journal.db"), "there is no journal here"),
        (("alarms", "/nonexistent/roommon.yaml"), "cannot be read"),
        (("history", "--config", "/nonexistent/roommon.yaml"), "cannot be read"),
        (("run", "--log-level", "loud"), "no log level"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(roommon: Cli, arguments: tuple[str, ...], words: str) -> None:
    said = roommon(*arguments)
    assert said.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_mistakes_are_told_in_chinese(roommon: Cli) -> None:
    assert "不是时间" in roommon("history", "--from", "昨天", language="zh").err
    assert "没有日志库" in roommon("alarms", "--journal", "/nonexistent", language="zh").err


def test_a_file_that_is_no_journal_is_one_line(roommon: Cli, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("not a journal, whatever its name says; " * 20)
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE other (x)")
    with sqlite3.connect(tmp_path / "newer.db") as db:
        db.execute("PRAGMA user_version = 9999")
    db.close()
    for name in ("text.db", "other.db", "newer.db"):
        said = roommon("history", "--journal", tmp_path / name)
        assert (said.code, said.err.count("\n")) == (2, 1), said.err


def test_a_journal_that_a_daemon_holds_is_read_all_the_same(roommon: Cli, day: Path) -> None:
    with (day.parent / "journal.db.lock").open("a"):
        assert roommon("history", "--config", day, "--last", 1).code == 0


def test_what_stands_is_told_with_what_to_do(roommon: Cli, day: Path) -> None:
    said = roommon("alarms", day)
    documents = [json.loads(line) for line in roommon("alarms", day, "--json").out.splitlines()]
    assert said.code == 1
    assert documents
    assert all(document["state"] != "normal" for document in documents)
    assert all(document["text"] in said.out for document in documents)
    assert [document["priority"] for document in documents] == sorted(
        (document["priority"] for document in documents), key=["critical", "high", "medium", "low"].index
    )


def test_no_colour_goes_into_a_pipe(roommon: Cli, day: Path) -> None:
    for arguments in (("alarms", day), ("history", "--config", day, *ALWAYS), ("check", day)):
        assert "\x1b" not in roommon(*arguments).all


def test_a_record_that_ended_is_no_all_clear(roommon: Cli, tmp_path: Path) -> None:
    ended = recorded_day(tmp_path)
    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("UPDATE batches SET first_at = first_at - 7200000, last_at = last_at - 7200000")
        db.execute("DELETE FROM events")
    said = roommon("alarms", ended)
    assert said.code == 1
    assert "Nothing was recorded since" in said.err
    assert "does roommon run, has its disk room?" in said.err
    assert "No alarm stands" not in said.out
    assert "roommon 是否在运行" in roommon("alarms", ended, language="zh").err


def test_a_fresh_record_is_no_cause_for_words(roommon: Cli, tmp_path: Path) -> None:
    fresh = recorded_day(tmp_path)
    now = round(time.time() * 1000)
    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("UPDATE batches SET last_at = ?", (now,))
        db.execute("DELETE FROM events")
    said = roommon("alarms", fresh)
    assert (said.code, said.err, said.out) == (0, "", "No alarm stands.\n")


HOUR_OF_DAY = ("--from", "2026-09-21T15:00Z", "--to", "2026-09-21T15:59:59Z")


def test_an_hour_has_its_smallest_mean_and_largest_value(roommon: Cli, day: Path) -> None:
    inlet = ("history", "rack-a.inlet", "--config", day, *HOUR_OF_DAY, "--json")
    readings = [json.loads(line) for line in roommon(*inlet).out.splitlines()]
    values = [one["value"] for one in readings if one["quality"] == "good"]
    (hour,) = [json.loads(line) for line in roommon(*inlet, "--by", "hour").out.splitlines()]
    assert hour["at"] == "2026-09-21T15:00:00.000Z"
    assert (hour["sensor"], hour["unit"]) == ("rack-a.inlet", "Cel")
    assert (hour["min"], hour["max"], hour["readings"]) == (min(values), max(values), len(readings))
    assert hour["mean"] == pytest.approx(sum(values) / len(values))
    assert hour["good"] == pytest.approx(len(values) / len(readings), abs=1e-6)
    minutes = roommon(*inlet, "--by", "minute").out.splitlines()
    assert len(minutes) == len(readings)


def test_days_are_those_of_the_box(roommon: Cli, day: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inlet = ("history", "rack-a.inlet", "--config", day, *ALWAYS, "--json", "--by")
    for zone, begins in (("UTC", "T00:00:00.000Z"), ("Asia/Shanghai", "T16:00:00.000Z")):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        days = [json.loads(line) for line in roommon(*inlet, "day").out.splitlines()]
        assert all(one["at"].endswith(begins) for one in days)
        assert sum(one["readings"] for one in days) == 840
    monkeypatch.undo()
    time.tzset()


def test_summaries_as_table_and_csv(roommon: Cli, day: Path) -> None:
    inlet = ("history", "rack-a.inlet", "--config", day, *HOUR_OF_DAY, "--by", "hour")
    table = roommon(*inlet)
    assert table.out.count("°C") == 3
    assert "mean" in table.out
    assert "平均" in roommon(*inlet, language="zh").out
    (row,) = csv.DictReader(io.StringIO(roommon(*inlet, "--csv").out))
    assert list(row) == ["at", "sensor", "min", "mean", "max", "unit", "good", "readings"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rack-a.inlet", "--by", "week"), "--by week: minute, hour and day there are"),
        (("water.rack-a.leak", "--by", "hour"), "--by is for a sensor's values"),
        (("--by", "hour"), "--by is for a sensor's values"),
    ],
)
def test_what_cannot_be_summarised_is_said(roommon: Cli, day: Path, words: tuple[str, ...], told: str) -> None:
    said = roommon("history", *words, "--config", day)
    assert said.code == 2
    assert told in said.err
    assert said.err.count("\n") == 1
    assert roommon("history", *words, "--config", day, language="zh").err.count("--by") >= 1
