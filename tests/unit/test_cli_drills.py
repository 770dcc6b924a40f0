"""`roommon drills`: each drill is one line, with how long its steps took and who answered."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roommon.model.alarm import AlarmEvent, RuleId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.reading import SensorId
from roommon.record.drills import gathered
from roommon.rules.replay import replay
from tests.golden.rules.case import CASES, load, overlaid
from tests.peers.cli import Cli
from tests.peers.events import event
from tests.peers.journal import START, journal_at

SENSOR = SensorId("rack-a.leak")


def day(name: str = "drill") -> list[AlarmEvent]:
    """A golden day of drills."""
    case = load(next(path for path in CASES if path.name == name))
    return list(replay(case.engine(), overlaid(case)))


def test_each_drill_of_the_day_is_gathered_with_its_steps() -> None:
    first, second = gathered(day())
    assert first.begun.by == "Li"
    assert first.raised is not None
    assert first.acknowledged is not None
    assert first.over is not None
    assert (first.raised.at - first.begun.at, first.acknowledged.by, first.proves) == (30_000, "Wang", True)
    assert (second.acknowledged, second.proves) == (None, False)
    assert (first.rules, second.rules) == ({"wet"}, {"wet"})
    assert second.over is not None
    assert second.over.note == "wet.rack-a.leak"


def test_a_drill_that_runs_is_there_and_true_alarms_are_not() -> None:
    begun = replace(event("drill.a.b"), drill=True, trigger=Trigger.DRILL_STARTED, rule=RuleId("drill"))
    true = replace(event("hot.a.b"), at=Instant(begun.at + 5))
    [drill] = gathered([begun, true])
    assert (drill.raised, drill.over) == (None, None)


async def recorded(folder: Path, name: str = "drill") -> None:
    async with journal_at(folder / "journal.db") as journal:
        await journal.append([], day(name), {})


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


async def test_they_are_shown_to_people_and_programs(roommon: Cli, tmp_path: Path) -> None:
    await recorded(tmp_path)
    said = roommon("drills", "--journal", tmp_path / "journal.db")
    assert said.code == 1  # nobody answered the second
    assert "rack-a.leak" in said.out
    assert "Wang" in said.out
    assert "nobody" in said.out
    chinese = roommon("drills", "--journal", tmp_path / "journal.db", language="zh-CN")
    assert "无人" in chinese.out
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in roommon("drills", "--journal", tmp_path / "journal.db", "--json").out.splitlines()
    ]
    assert [line["proves"] for line in lines] == [True, False]
    assert lines[0]["alarms"] == ["wet.drill.rack-a.leak"]


async def test_the_alarm_of_a_vote_counts_for_every_drill_behind_it(roommon: Cli, tmp_path: Path) -> None:
    await recorded(tmp_path, "drill_vote")
    said = roommon("drills", "--journal", tmp_path / "journal.db", "--json").out.splitlines()
    lines: list[dict[str, Any]] = [json.loads(line) for line in said]
    first, second = lines[:2]
    smoke, fire = "smoke.drill.fire.g1", "fire.drill.fire.g1"
    assert (first["sensor"], first["alarms"], first["acknowledged_by"]) == ("fire.g2", [fire, smoke], "Wang")
    assert (second["sensor"], second["alarms"], second["acknowledged_by"]) == ("fire.g1", [fire], "Wang")
    assert [line["proves"] for line in lines] == [True, True, False, False, False, False]


def test_an_answer_to_an_alarm_that_stood_before_proves_nothing() -> None:
    begun, stood, seen, other = (replace(event("smoke.drill.a.b"), drill=True) for _ in range(4))
    both = (SensorId("a.b"), SensorId("a.c"))
    first = replace(begun, trigger=Trigger.DRILL_STARTED, rule=RuleId("drill"), sensor=both[0], drilled=both[:1])
    second = replace(other, trigger=Trigger.DRILL_STARTED, rule=RuleId("drill"), sensor=both[1], drilled=both[1:])
    raised = replace(stood, sensor=both[0], drilled=both[:1])
    answered = replace(seen, trigger=Trigger.ACKNOWLEDGED, by="Wang", sensor=both[0], drilled=both)
    assert [drill.proves for drill in gathered([first, raised, second, answered])] == [True, False]


async def test_without_any_that_is_said(roommon: Cli, tmp_path: Path) -> None:
    async with journal_at(tmp_path / "journal.db") as journal:
        await journal.append([], [replace(event("a.b.c", State.UNACKNOWLEDGED), at=START)], {})
    said = roommon("drills", "--journal", tmp_path / "journal.db")
    assert (said.code, said.out) == (1, "Nothing was drilled.\n")
