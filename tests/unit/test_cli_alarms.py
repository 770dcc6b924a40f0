"""`roommon alarms` and `roommon service`: who has an alarm, why nobody is told, what is set aside or out of service."""

import json
from pathlib import Path

import pytest

from roommon.model.clock import Instant
from roommon.model.command import Acknowledge, Note, Person, Reset, Scope, Shelve, TakeOut
from roommon.model.reading import good
from tests.peers.cli import Cli
from tests.peers.people_day import HOT, WET, Input, recorded
from tests.peers.room import INLET, LEAK, MODE, ROOM, after


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def person(at_s: float, by: str = "Wang", note: str = "") -> Person:
    return Person(at=after(at_s), by=by, note=note)


def shown(roommon: Cli, journal: Path, language: str = "en") -> str:
    return roommon("alarms", "--journal", journal, language=language).out


def test_who_has_an_alarm_and_what_they_wrote_is_shown_whatever_came_after(roommon: Cli, tmp_path: Path) -> None:
    journal = recorded(
        tmp_path,
        [good(INLET.id, after(0), 30.0)],
        Acknowledge(**person(60, note="on my way"), alarm=HOT),
        Note(**person(120, "Li", "fan ordered"), alarm=HOT),
        Shelve(**person(180, "Zhang", "until the fan is here"), alarm=HOT, until=after(3600)),
    )
    said = shown(roommon, journal)
    [line] = [line for line in said.splitlines() if " high " in line and HOT in line]
    assert "acknowledged by Wang" in line
    assert "2026-11-23 08:00:00" in line, "since it came, not since the shelf"
    assert "Wang 2026-11-23 08:01:00: on my way" in said
    assert "Li 2026-11-23 08:02:00: fan ordered" in said
    assert "shelved by Zhang until 2026-11-23 09:00:00: until the fan is here" in said
    chinese = shown(roommon, journal, "zh")
    assert "Wang：已确认" in chinese
    assert "Zhang 已搁置至 2026-11-23 09:00:00：until the fan is here" in chinese


def test_what_was_said_of_an_earlier_life_is_not_shown(roommon: Cli, tmp_path: Path) -> None:
    journal = recorded(
        tmp_path,
        [good(INLET.id, after(0), 30.0)],
        Acknowledge(**person(60, note="the first time"), alarm=HOT),
        [good(INLET.id, after(100), 20.0)],
        [good(INLET.id, after(200), 30.0)],
    )
    said = shown(roommon, journal)
    assert "Wang" not in said
    assert "2026-11-23 08:03:20" in said


def test_what_another_alarm_explains_says_by_which(roommon: Cli, tmp_path: Path) -> None:
    journal = recorded(tmp_path, [good(INLET.id, after(0), 25.0)], [good(INLET.id, after(10), 30.0)])
    assert f"not told since 2026-11-23 08:00:10, explained by {HOT}" in shown(roommon, journal)
    assert f"起不通知，原因：{HOT}" in shown(roommon, journal, "zh")


def test_an_unstable_alarm_and_one_that_was_escalated_say_so(roommon: Cli, tmp_path: Path) -> None:
    comings = [[good(MODE.id, after(at), 3.0 if at % 2 else 1.0)] for at in range(4)]
    later = [good(LEAK.id, after(0), 1.0)], *comings, [good(LEAK.id, after(65), 1.0)]
    said = shown(roommon, recorded(tmp_path, *later))
    assert "unstable: it came and went 2 times" in said
    assert "told again 2026-11-23 08:01:05, escalated to tier 1" in said


def test_a_latched_alarm_waits_for_its_reset(roommon: Cli, tmp_path: Path) -> None:
    inputs: list[Input] = [
        [good(LEAK.id, after(0), 1.0)],
        Acknowledge(**person(10), alarm=WET),
        [good(LEAK.id, after(20), 0.0)],
    ]
    said = shown(roommon, recorded(tmp_path, *inputs))
    assert "latched, acknowledged by Wang" in said
    (tmp_path / "reset").mkdir()
    journal = recorded(tmp_path / "reset", *inputs, Reset(**person(30), alarm=WET))
    assert WET not in shown(roommon, journal)


def test_what_is_shelved_while_it_is_normal_is_not_forgotten(roommon: Cli, tmp_path: Path) -> None:
    shelf = Shelve(**person(0, note="works"), alarm=HOT, until=after(3600), one_shot=True)
    journal = recorded(tmp_path, shelf)
    said = shown(roommon, journal)
    assert (
        f"Shelved, and normal now:\n  {HOT}  by Wang until 2026-11-23 09:00:00, or until it is normal again: works"
        in said
    )
    assert f"已搁置，目前正常：\n  {HOT}  Wang 搁置至 2026-11-23 09:00:00，恢复正常即结束：works" in shown(
        roommon, journal, "zh"
    )
    [document] = map(json.loads, roommon("alarms", "--journal", journal, "--json").out.splitlines())
    assert (document["alarm"], document["state"], document["suppression"]["by"]) == (HOT, "normal", "Wang")


def out(at_s: float, scope: Scope, target: str, until: Instant | None) -> TakeOut:
    return TakeOut(**person(at_s, note="battery"), scope=scope, target=target, until=until)


def test_what_is_out_of_service_is_listed_and_stands_among_the_alarms(roommon: Cli, tmp_path: Path) -> None:
    journal = recorded(
        tmp_path,
        [good(INLET.id, after(0), 30.0)],
        out(1, Scope.DEVICE, ROOM.id, after(7200)),
        out(2, Scope.RULE, "wet", None),
    )
    said = roommon("service", "--journal", journal)
    assert said.code == 1
    assert "2026-11-23 10:00:00" in said.out
    assert "put back" in said.out
    assert "恢复投用" in roommon("service", "--journal", journal, language="zh").out
    documents = [json.loads(line) for line in roommon("service", "--journal", journal, "--json").out.splitlines()]
    assert documents == [
        {"scope": "device", "target": "rack-a", "since": "2026-11-23T08:00:01.000Z",
         "until": "2026-11-23T10:00:00.000Z", "by": "Wang", "why": "battery"},
        {"scope": "rule", "target": "wet", "since": "2026-11-23T08:00:02.000Z", "until": None, "by": "Wang",
         "why": "battery"},
    ]  # fmt: skip
    alarms = shown(roommon, journal)
    [device] = [line for line in alarms.splitlines() if "out-of-service.device.rack-a" in line]
    assert "out of service" in device
    assert "Device rack-a" in device
    [hot] = [line for line in alarms.splitlines() if " high " in line and HOT in line]
    assert "unacknowledged" in hot
    assert alarms.count("out of service by Wang since 2026-11-23 08:00:01 until 2026-11-23 10:00:00: battery") == 3


def test_with_everything_in_service_that_is_said(roommon: Cli, tmp_path: Path) -> None:
    journal = recorded(tmp_path, [good(INLET.id, after(0), 20.0)])
    said = roommon("service", "--journal", journal)
    assert (said.code, said.out) == (0, "Everything is in service.\n")
    assert roommon("service", "--journal", journal, language="zh").out == "全部投用。\n"
