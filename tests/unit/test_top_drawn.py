"""The terminal's wall: never wider or higher than the terminal, and what does not fit is counted."""

from dataclasses import replace

import pytest
from rich.cells import cell_len

from roommon.cli.top_drawn import lines
from roommon.cli.top_present import Seen
from roommon.journal.record import NumberedEvent
from roommon.journal.standing import StandingAlarm
from roommon.model.alarm import AlarmId, Priority
from roommon.model.clock import Instant
from roommon.model.command import Scope
from roommon.rules.state import OutOfService
from tests.peers import made_building as shown
from tests.peers.events import event
from tests.peers.room import START

DEVICE = shown.device_of_everything()


def seen(alarms: int = 0, unseen: int = 0, aside: int = 0, asleep_s: int = 0) -> Seen:
    """A room with so many alarms that stand, sensors that cannot be read, and things set aside."""
    readings = shown.all_good([DEVICE])[unseen:]
    present = replace(
        shown.present(readings),
        standing=[_alarm(number) for number in range(1, alarms + 1)],
        states={f"out-{number}": _out(f"ups-{number}") for number in range(aside)},
    )
    return Seen(shown.building(DEVICE), present, Instant(START - asleep_s * 1000))


def _out(device: str) -> OutOfService:
    return OutOfService(Scope.DEVICE, device, "Wang", "battery", START, None)


def _alarm(number: int) -> StandingAlarm:
    happened = replace(event(f"hot.rack-{number}.inlet"), at=Instant(START - 90_000), alarm=AlarmId(f"hot.{number}"))
    happened = replace(happened, priority=Priority(1 + number % 4))
    return StandingAlarm(NumberedEvent(number, happened), happened, None, None, None)


def drawn(one: Seen, width: int, height: int | None) -> list[str]:
    return [line.plain for line in lines(one, width, height)]


FULL = seen(alarms=40, unseen=10, aside=6)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (80, 12), (40, 24), (200, 60), (20, 5), (80, 300)])
def test_it_fits(monkeypatch: pytest.MonkeyPatch, language: str, width: int, height: int) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", language)
    for one in (FULL, seen(), seen(asleep_s=60), seen(alarms=1, aside=1)):
        found = drawn(one, width, height)
        assert len(found) <= height
        assert max(cell_len(line) for line in found) <= width


def test_80_by_24_has_something_of_everything_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    found = drawn(FULL, 80, 24)
    assert found[1].startswith(" Critical alarm   standing alarms: 40 · 10 of 33 sensors")
    assert [line.split()[0] for line in found[3:9]] == ["Lightning", "Fire", "Water", "Electricity", "Shaking", "High"]
    text = "\n".join(found)
    assert "Cannot be read\n   One of each: 10 of 33 sensors  has said nothing for some time\n" in text
    assert "Set aside" in text
    rests = [line.strip() for line in found if line.strip().startswith("and ")]
    assert rests == ["and 36 more", "and 5 more"]
    assert len(found) == 24


def test_the_most_urgent_come_first_with_who_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    found = drawn(seen(alarms=4), 80, 24)
    heads = [line.split()[0] for line in found if "Rack A inlet is" in line]
    assert heads == ["critical", "high", "medium", "low"]
    assert any("for 1 min 30 s · nobody has it yet" in line for line in found)


def test_a_record_that_ended_is_never_green(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    found = drawn(seen(asleep_s=60), 80, 24)
    assert "All normal" not in found[1]
    assert "Not all is seen" in found[1]
    assert found[2].startswith("Nothing was recorded for 1 min")
    assert drawn(seen(asleep_s=19), 80, 24)[1].startswith(" All normal")
    assert drawn(replace(seen(), last=None), 80, 24)[2] == "Nothing was recorded yet: does roommon run?"
