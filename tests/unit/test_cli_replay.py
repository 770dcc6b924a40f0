"""`roommon replay` over a recorded day with a reload, a restart and a step of the clock."""

import json
import shutil
from pathlib import Path

import pytest

from roommon.cli.recorded import site_again
from roommon.config.load import load
from roommon.derive.round import Round
from roommon.journal.reader import JournalReader
from roommon.model.alarm import Trigger
from roommon.model.reading import Reading
from tests.peers.cli import Cli
from tests.peers.recorded_day import before, recorded_day

ALWAYS = ("--from", "2000-01-01")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a day, recorded once for all tests of this file."""
    return recorded_day(tmp_path_factory.mktemp("day"))


@pytest.fixture
def day(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the configuration that a test may change; the journal is the recorded one."""
    return Path(shutil.copy(recorded, tmp_path / "roommon.yaml"))


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def test_the_day_has_what_makes_a_replay_hard(recorded: Path) -> None:
    with JournalReader(recorded.parent / "journal.db") as reader:
        events = [numbered.event for numbered in reader.events()]
        kinds = {type(entry).__name__ for entry in reader.inputs()}
    assert len(events) > 30
    lived = {Trigger.RAISED, Trigger.RETURNED, Trigger.ACKNOWLEDGED, Trigger.REMOVED}
    assert {event.trigger for event in events} >= lived
    assert {"Configured", "Started", "Resumed", "ClockStep", "Acknowledge", "Login", "Reading"} <= kinds


def test_the_record_is_judged_the_same_again(roommon: Cli, day: Path) -> None:
    said = roommon("replay", day, *ALWAYS)
    assert said.code == 0, said.all
    assert "all the same again" in said.out
    assert said.err == ""


@pytest.mark.parametrize("since", ["2026-09-21T16:00Z", "2026-09-21T19:00Z", "2026-09-21T22:30Z"])
def test_it_may_begin_anywhere(roommon: Cli, day: Path, since: str) -> None:
    assert roommon("replay", day, "--from", since).code == 0


def test_it_may_end_anywhere(roommon: Cli, day: Path) -> None:
    document = json.loads(roommon("replay", day, *ALWAYS, "--to", "2026-09-21T17:00Z", "--json").out)
    whole = json.loads(roommon("replay", day, *ALWAYS, "--json").out)
    assert (document["recorded_only"], document["replayed_only"]) == (0, 0)
    assert 0 < document["same"] < whole["same"]


def test_a_changed_rule_is_tried_out_over_everything(roommon: Cli, day: Path) -> None:
    day.write_text(day.read_text().replace("on_delay: 2 min", "on_delay: 9 min"))
    said = roommon("replay", day, *ALWAYS)
    assert said.code == 1
    assert "differs from what the daemon runs" in said.err
    assert "hot.rack-a.inlet" in said.out


def test_what_was_derived_is_in_the_record_and_is_not_derived_again(
    roommon: Cli, recorded: Path, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with JournalReader(recorded.parent / "journal.db") as reader:
        found = [entry for entry in reader.inputs() if isinstance(entry, Reading) and entry.sensor == "trend.rise"]
        alarms = {numbered.event.alarm for numbered in reader.events()}
    assert len(found) == 190 + 290 + 100 + 260
    assert "steep.trend.rise" in alarms
    monkeypatch.setattr(Round, "hear", None)
    assert roommon("replay", day, *ALWAYS).code == 0


def test_a_derived_sensor_that_is_new_is_tried_out_over_everything(roommon: Cli, day: Path) -> None:
    text = day.read_text().replace(
        "      - { id: rise, rate: { of: rack-a.inlet, window: 20 min } }\n",
        "      - { id: rise, rate: { of: rack-a.inlet, window: 20 min } }\n"
        "      - { id: slower, rate: { of: rack-a.inlet, window: 30 min } }\n"
        "      - { id: excess, difference: { of: trend.rise, minus: trend.slower } }\n",
    )
    rule = "  - { id: bend, limit: { above: 1 K/h, priority: low }, sensors: trend.excess }\n"
    day.write_text(text.replace("rules:\n", f"rules:\n{rule}"))
    said = roommon("replay", day, *ALWAYS, "--json")
    *events, _ = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert {event["alarm"] for event in events if event["only"] == "replayed"} >= {"bend.trend.excess"}
    assert "steep.trend.rise" not in {event["alarm"] for event in events}, "what is derived the same is judged the same"


def test_a_comment_changes_no_rule(roommon: Cli, day: Path) -> None:
    day.write_text("# looked at by Li\n" + day.read_text())
    assert roommon("replay", day, *ALWAYS).code == 0


def test_what_differs_is_told_to_programs(roommon: Cli, day: Path) -> None:
    day.write_text(day.read_text().replace("above: 25 °C", "above: 28.5 °C"))
    said = roommon("replay", day, *ALWAYS, "--json")
    *events, summary = [json.loads(line) for line in said.out.splitlines()]
    assert said.code == 1
    assert summary["recorded_only"] + summary["replayed_only"] == len(events) > 0
    assert {event["only"] for event in events} <= {"recorded", "replayed"}
    assert {event["alarm"] for event in events if event["only"] == "replayed"} == {"hot.rack-a.inlet"}
    assert "rising.rack-a.inlet" in {event["alarm"] for event in events if event["only"] == "recorded"}


def test_it_is_told_in_chinese(roommon: Cli, day: Path) -> None:
    assert "推演结果完全一致" in roommon("replay", day, *ALWAYS, language="zh").out


def test_an_empty_journal_has_nothing_to_begin_with(roommon: Cli, day: Path, tmp_path: Path) -> None:
    said = roommon("replay", day, "--journal", tmp_path / "none.db")
    assert said.code == 2
    assert "there is no journal here" in said.err


def test_a_recorded_configuration_of_one_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "roommon.yaml"
    path.write_text(before(tmp_path) + "\n# rules.yaml\n# the line above only looks like the name of a file\n")
    site = load(path)
    again = site_again(site.text, path)
    assert again is not None
    assert again.rules == site.rules


def test_a_recorded_configuration_of_several_files_is_read_again(tmp_path: Path) -> None:
    top, _, rules = before(tmp_path).partition("# what wakes people\n")
    (tmp_path / "roommon.yaml").write_text(f"{top}include: [more/rules.yaml]\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "rules.yaml").write_text(rules)
    config = tmp_path / "roommon.yaml"
    site = load(config)
    again = site_again(site.text, config)
    assert again is not None
    assert again.rules == site.rules


def test_a_recorded_configuration_of_a_folder_is_read_again(tmp_path: Path) -> None:
    top, _, rules = before(tmp_path).partition("# what wakes people\n")
    folder = tmp_path / "roommon.d"
    folder.mkdir()
    (folder / "a.yaml").write_text(top)
    (folder / "b.yaml").write_text(rules)
    site = load(folder)
    again = site_again(site.text, folder)
    assert again is not None
    assert again.rules == site.rules


def test_a_text_that_is_no_configuration_is_not_read(tmp_path: Path) -> None:
    assert site_again("# /etc/roommon/roommon.yaml\nsite: [\n", tmp_path) is None
    assert site_again("nothing", tmp_path) is None
