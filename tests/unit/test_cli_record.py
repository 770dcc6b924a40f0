"""`roommon incidents`, `alarms report` and `alarms test` over a recorded day."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.reading import Reading
from tests.peers.cli import Cli
from tests.peers.recorded_day import INLET, recorded_day

DAY = ("--from", "2026-09-21", "--to", "2026-09-22T06:00Z")
SINCE = round(datetime(2026, 9, 21, tzinfo=UTC).timestamp() * 1000)
DAYS = ("--days", str((datetime.now(UTC) - datetime(2026, 9, 20, tzinfo=UTC)).days))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded_day(tmp_path_factory.mktemp("day"))


@pytest.fixture
def day(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the configuration that a test may change; the journal is the recorded one."""
    return Path(shutil.copy(recorded, tmp_path / "roommon.yaml"))


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def test_the_readings_of_some_sensors_are_those_of_all(recorded: Path) -> None:
    with JournalReader(recorded.parent / "journal.db") as reader:
        for since in (Instant(0), Instant(SINCE + 17 * 3_600_000)):
            whole = list(reader.inputs(since))
            wanted = [entry for entry in whole if not isinstance(entry, Reading) or entry.sensor == INLET]
            assert list(reader.inputs_of([INLET], since)) == wanted
        assert len(wanted) > 100
        assert not any(isinstance(entry, Reading) for entry in reader.inputs_of([], Instant(0)))


def test_incidents_are_listed(roommon: Cli, day: Path) -> None:
    said = roommon("incidents", "--config", day, *DAY)
    assert said.code == 0
    assert "Rack A inlet: 27.6 °C (limit 27.0 °C)" in said.out
    documents = [json.loads(line) for line in roommon("incidents", "--config", day, *DAY, "--json").out.splitlines()]
    assert len(documents) > 10
    assert any(len(document["alarms"]) > 1 for document in documents)


def test_an_incident_shows_what_happened_and_what_was_measured(roommon: Cli, day: Path) -> None:
    listed = roommon("incidents", "--config", day, *DAY, "--json").out.splitlines()
    several = next(doc for doc in map(json.loads, listed) if len(doc["alarms"]) > 1 and doc["acknowledged_by"])
    said = roommon("incidents", several["incident"], "--config", day)
    assert "acknowledged by     li" in said.out
    assert "°C" in said.out
    assert "first beyond the limit" in said.out
    document = json.loads(roommon("incidents", several["incident"], "--config", day, "--json").out)
    measured = next(each for each in document["measured"] if each["sensor"] == "rack-a.inlet")
    assert measured["lowest"]["value"] < measured["highest"]["value"]
    numbers = [event["number"] for event in document["events"]]
    assert numbers == sorted(numbers)
    assert document["incident"] == numbers[0]
    again = json.loads(roommon("incidents", numbers[-1], "--config", day, "--json").out)
    assert again["incident"] == document["incident"], "any of its events names it"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("incidents", "999999"), "no incident 999999"),
        (("incidents", "1", "--handover"), "has its own times"),
        (("alarms", "test", "hott"), "did you mean `hot`?"),
    ],
)
def test_what_cannot_be_is_said(roommon: Cli, day: Path, arguments: tuple[str, ...], says: str) -> None:
    said = roommon(*arguments, "--config", day)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_a_time_without_incidents_ends_with_1(roommon: Cli, day: Path) -> None:
    said = roommon("incidents", "--config", day, "--from", "2026-09-01", "--to", "2026-09-02")
    assert (said.code, said.out) == (1, "")
    assert "no incident" in said.err


def test_the_hand_over_says_what_happened_and_what_stands(roommon: Cli, day: Path) -> None:
    shift = ("--handover", "--from", "2026-09-21T22:00Z", "--to", "2026-09-22T06:00Z")
    english = roommon("incidents", "--config", day, *shift).out
    assert english.startswith("Hand-over hospital-a, server-room")
    for heading in ("What happened", "What stood at the end", "Set aside at the end", "What to watch"):
        assert heading in english
    assert "nobody has acknowledged: hot.rack-a.inlet" in english
    chinese = roommon("incidents", "--config", day, *shift, language="zh").out
    for heading in ("交接班", "本班发生", "交班时的告警", "搁置与停用（交班时）", "需要关注"):
        assert heading in chinese
    document = json.loads(roommon("incidents", "--config", day, *shift, "--json").out)
    assert [each["alarm"] for each in document["standing"]] == ["hot.rack-a.inlet"]
    assert document["incidents"]


def test_the_report_has_every_figure_beside_what_is_recommended(roommon: Cli, day: Path) -> None:
    said = roommon("alarms", "report", day, *DAY)
    assert said.code == 1, "too many are critical"
    assert "share of priority critical" in said.out
    document = json.loads(roommon("alarms", "report", day, *DAY, "--json").out)
    figures = {figure["figure"]: figure for figure in document["figures"]}
    assert figures["share_critical"]["ok"] is False
    assert figures["share_critical"]["advice"]
    assert figures["per_10_min_peak"] == figures["per_10_min_peak"] | {"value": 3, "ok": True, "advice": ""}
    assert "待改进" in roommon("alarms", "report", day, *DAY, language="zh").out


@pytest.mark.parametrize("month", ["2026-13", "september"])
def test_a_month_is_written_as_a_month(roommon: Cli, day: Path, month: str) -> None:
    said = roommon("alarms", "report", day, "--month", month)
    assert said.code == 2
    assert "is not a month" in said.err


def test_a_month_is_that_month(roommon: Cli, day: Path) -> None:
    said = roommon("alarms", "report", day, "--month", "2026-09", "--json")
    document = json.loads(said.out)
    assert "the figures are of that time" in said.err
    assert document["from"].startswith("2026-09-21T14:1"), "the journal begins then"
    assert document["to"].startswith("2026-09-22T05:")
    assert document["alarms"] > 20
    assert "has nothing of this time" in roommon("alarms", "report", day, "--month", "2026-08").err
    assert roommon("alarms", "report", day, "--month", "2026-09", "--from", "2h").code == 2


def test_a_rule_as_it_ran_would_have_done_the_same(roommon: Cli, day: Path) -> None:
    said = roommon("alarms", "test", "water", "--config", day, *DAYS)
    assert said.code == 0, said.all
    assert "In both: 4; new (+): 0; not raised any more (-): 0." in said.out


def test_another_setpoint_is_tried_out(roommon: Cli, day: Path) -> None:
    day.write_text(day.read_text().replace("above: 25 °C", "above: 28.5 °C"))
    document = json.loads(roommon("alarms", "test", "hot", "--config", day, *DAYS, "--json").out)
    assert all(each["peak"] > 28.5 for each in document["tried"])
    assert 0 < len(document["tried"]) <= len(document["recorded"])
    day.write_text(day.read_text().replace("above: 28.5 °C", "above: 35 °C"))
    said = roommon("alarms", "test", "hot", "--config", day, *DAYS)
    assert said.code == 1
    assert "would have raised 0 alarms" in said.out


def test_a_rule_that_remembers_is_shown_what_came_before(roommon: Cli, day: Path) -> None:
    rule = (
        "  - { id: slow, rate_of_change: { above: 8 K/h, window: 20 min, priority: low }, sensors: [rack-a.inlet] }\n"
    )
    day.write_text(day.read_text() + rule)
    document = json.loads(roommon("alarms", "test", "slow", "--config", day, *DAYS, "--json").out)
    assert len(document["tried"]) > 5
    assert document["recorded"] == []


def test_a_proposal_changes_no_file(roommon: Cli, day: Path) -> None:
    day.write_text(day.read_text().replace("deadband: 1 K, on_delay: 2 min", "on_delay: 0 s"))
    before = day.read_text()
    said = roommon("alarms", "test", "hot", "--config", day, *DAYS, "--suggest")
    assert "nothing was changed" in said.out
    assert "deadband: 0.5 K (is 0 K)" in said.out
    assert "建议" in roommon("alarms", "test", "hot", "--config", day, *DAYS, "--suggest", language="zh").out
    assert day.read_text() == before
