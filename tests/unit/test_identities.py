"""Who a device says that it is: kept, and said when it is another."""

import asyncio
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from roommon.config.site import Polled
from roommon.daemon import identities
from roommon.daemon.identities import Identities
from roommon.journal.journal import Identified
from roommon.journal.reader import JournalReader
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId
from roommon.model.text import Text
from roommon.poll.driver import About
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Oid, Point
from roommon.profiles.profile import BusId
from tests.peers.cli import Cli
from tests.peers.journal import HandClock, journal_at

UPS = Polled(
    Device(DeviceId("ups-1"), Text.same("UPS"), "room", ()),
    BusId("ups-1"),
    None,
    (),
    Duration(1_000),
    Limits(),
    "rfc1628-ups",
    identity={"serial": Point("serial", Oid("1.3.6.1.2.1.33.1.1.5.0"), Encoding.STRING)},
    said={"maker": "Somebody"},
)
SAID = {"model": "5PX", "serial": "A1", "firmware": "1.0"}


async def told(path: Path, *said: Mapping[str, str]) -> list[list[float | None]]:
    """The values of the contact, one list for each time that the device was asked."""
    clock = HandClock()
    async with journal_at(path, clock) as journal:
        watched = Identities(journal, await journal.identities(), clock)
        found = [await watched.readings([(UPS, About(each))]) for each in said]
        found.append(await watched.readings([]))
    return [[reading.value for reading in readings] for readings in found]


def values(path: Path, *said: Mapping[str, str]) -> list[list[float | None]]:
    return asyncio.run(told(path, *said))


def kept(path: Path) -> Sequence[Identified]:
    with JournalReader(path) as reader:
        return reader.identities()


def test_the_first_word_of_a_device_is_kept_and_changes_nothing(tmp_path: Path) -> None:
    assert values(tmp_path / "j.db", SAID) == [[0.0], []]
    assert [dict(one.identity) for one in kept(tmp_path / "j.db")] == [{"maker": "Somebody", **SAID}]


def test_another_serial_number_is_a_change_for_one_moment(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert values(tmp_path / "j.db", SAID, SAID | {"serial": "B2"}) == [[0.0], [1.0], [0.0]]
    assert caplog.messages == ["ups-1: its serial was 'A1' and is 'B2' now"]
    assert [one.identity["serial"] for one in kept(tmp_path / "j.db")] == ["A1", "B2"]


def test_what_was_exchanged_while_the_daemon_was_down_is_a_change(tmp_path: Path) -> None:
    values(tmp_path / "j.db", SAID)
    assert values(tmp_path / "j.db", SAID | {"firmware": "2.0"}) == [[1.0], [0.0]]


def test_silence_about_a_part_of_it_is_no_change(tmp_path: Path) -> None:
    assert values(tmp_path / "j.db", SAID, {"model": "5PX"}, SAID) == [[0.0], [0.0], [0.0], []]
    assert len(kept(tmp_path / "j.db")) == 1


@dataclass
class Passing(HandClock):
    """Its monotonic clock stands where the test puts it too."""

    passed: float = 0.0

    def monotonic(self) -> float:
        return self.passed


async def test_who_goes_on_answering_is_as_before_once_a_minute(tmp_path: Path) -> None:
    clock, about = Passing(), About(SAID)
    async with journal_at(tmp_path / "j.db", HandClock()) as journal:
        watched = Identities(journal, [], clock)
        said = []
        for passed in (0.0, 30.0, 59.9, 60.0, 61.0, 125.0):
            clock.passed = passed
            said.append([reading.value for reading in await watched.readings([(UPS, about)])])
        assert said == [[0.0], [], [], [0.0], [], [0.0]]
        clock.passed = 200.0
        assert await watched.readings([]) == []


def test_another_location_is_kept_and_is_no_alarm(tmp_path: Path) -> None:
    assert values(tmp_path / "j.db", SAID | {"location": "A"}, SAID | {"location": "B"}) == [[0.0], [0.0], []]
    assert [one.identity["location"] for one in kept(tmp_path / "j.db")] == ["A", "B"]


def test_the_contact_belongs_to_the_device() -> None:
    device = identities.with_identity(UPS)
    assert [sensor.id for sensor in device.sensors] == ["ups-1.identity"]


def test_the_command_shows_the_newest_and_with_a_name_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, roommon = tmp_path / "j.db", Cli(monkeypatch, capsys)
    values(path, SAID, SAID | {"serial": "B2"})
    said = [json.loads(line) for line in roommon("devices", "--journal", path, "--json").out.splitlines()]
    assert [(one["device"], one["serial"]) for one in said] == [("ups-1", "B2")]
    shown = roommon("devices", "--journal", path, "--device", "ups-1").out
    assert "serial number: A1 -> B2" in shown


def test_the_command_says_so_when_nobody_said_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, roommon = tmp_path / "j.db", Cli(monkeypatch, capsys)
    values(path)
    said = roommon("devices", "--journal", path)
    assert (said.code, said.out.strip()) == (1, "No device has said yet who it is.")
    assert roommon("devices", "--journal", path, "--device", "ups-9").code != 0
