"""The text for the next shift, in both languages."""

import json

import pytest

from roommon.cli.handover import print_handover
from roommon.model.alarm import Acknowledgement, Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.command import Scope
from roommon.model.reading import SensorId
from roommon.record.gathering import incidents
from roommon.record.lives import lives
from roommon.record.shift import Shift
from roommon.rules.state import AlarmState, Drilling, Kept, OutOfService, Shelf
from tests.peers.story import HOUR, MINUTE, Story

BEGIN = 1_795_420_800_000
"""2026-11-23T08:00:00Z."""
LEAK, INLET, DOOR = "water.leak-1.rope", "hot.rack-a.inlet", "open.door-1.contact"


def shift() -> Shift:
    """Twelve hours: a leak that Wang saw, an inlet that came three times, a door that chatters."""
    story = Story(Acknowledgement.PERSON)
    story.raised(BEGIN + MINUTE, LEAK, Priority.CRITICAL)
    story.happens(BEGIN + 2 * MINUTE, LEAK, Trigger.ACKNOWLEDGED, by="Wang", note="plumber called")
    story.returned(BEGIN + HOUR, LEAK)
    for hour in (2, 4, 6):
        story.stood(BEGIN + hour * HOUR, BEGIN + hour * HOUR + MINUTE, INLET)
        story.happens(BEGIN + hour * HOUR + 2 * MINUTE, INLET, Trigger.ACKNOWLEDGED, by="Li")
    story.raised(BEGIN + 8 * HOUR, DOOR, count=7)
    story.happens(BEGIN + 11 * HOUR, DOOR, Trigger.REPEATED, count=7)
    story.happens(BEGIN + 9 * HOUR, "out-of-service.device.ups-1", Trigger.OUT_OF_SERVICE, state=State.ACKNOWLEDGED)
    story.raised(BEGIN + 10 * HOUR, "water.drill.leak-1.rope", Priority.CRITICAL, drill=True)
    end = Instant(BEGIN + 12 * HOUR)
    shelf = Shelf("Li", "filter change", Instant(BEGIN), Instant(end + HOUR), one_shot=False)
    states: dict[str, Kept] = {
        INLET: AlarmState(shelf=shelf),
        f"drill:{LEAK}": Drilling(SensorId("leak-1.rope"), 1.0, "Li", "quarterly", Instant(BEGIN), Instant(end + HOUR)),
        "service:device:ups-1": OutOfService(Scope.DEVICE, "ups-1", "Wang", "battery", Instant(BEGIN), None),
    }
    standing = [life for life in lives(story.events) if life.ended is None]
    return Shift(Instant(BEGIN), end, incidents(story.events, {}), standing, states)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "zh"):
        monkeypatch.setenv("ROOMMON_LANGUAGE", language)
        print_handover(shift(), None, as_json=False)
        found[language] = capsys.readouterr().out
    return found


def test_what_happened_names_who_saw_it_and_what_they_wrote(printed: dict[str, str]) -> None:
    (line,) = [line for line in printed["en"].splitlines() if LEAK in line]
    assert "[critical] water.leak-1.rope is out of bounds; 59 min; acknowledged by Wang; Wang: plumber called" in line
    (line,) = [line for line in printed["zh"].splitlines() if LEAK in line]
    assert "【紧急】water.leak-1.rope 越限；59 分；确认人：Wang；Wang：plumber called（故障 1）" in line


def test_what_stands_is_no_more_than_the_alarms(printed: dict[str, str]) -> None:
    stands = printed["en"].split("What stands")[1].split("Set aside")[0]
    assert stands.strip().splitlines() == [f"[low] {DOOR} is out of bounds: unacknowledged for 4 h"]


def test_what_is_set_aside_says_until_when(printed: dict[str, str]) -> None:
    aside = printed["en"].split("Set aside, as of now")[1].split("What to watch")[0]
    assert "out of service: device ups-1, until somebody ends it, Wang: battery" in aside
    assert f"shelved: {INLET}, until 2026-11-23" in aside
    assert "停用：设备 ups-1，直至人工恢复，Wang：battery" in printed["zh"]


def test_what_to_watch(printed: dict[str, str]) -> None:
    watch = printed["en"].split("What to watch")[1]
    assert f"nobody has acknowledged: {DOOR}" in watch
    assert f"comes and goes: {DOOR}" in watch
    assert f"came 3 times: {INLET}" in watch
    assert "a drill runs until 2026-11-23" in watch
    assert "is told again from 2026-11-23" in watch
    assert f"出现 3 次：{INLET}" in printed["zh"]
    assert "恢复通知" in printed["zh"]


def test_a_quiet_shift_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    print_handover(Shift(Instant(BEGIN), Instant(BEGIN + HOUR), [], [], {}), None, as_json=False)
    assert capsys.readouterr().out.count("  nothing") == 4


def test_programs_get_the_same(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    print_handover(shift(), None, as_json=True)
    document = json.loads(capsys.readouterr().out)
    assert [each["alarm"] for each in document["standing"]] == [DOOR]
    assert {each["kind"]: each["until"] is None for each in document["aside"]} == {
        "out_of_service": True,
        "shelved": False,
    }
    assert len(document["incidents"]) == 5
