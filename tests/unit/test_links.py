"""The contacts of devices and buses: said when they change, while they are silent, and once a minute."""

from pathlib import Path

import pytest

from roommon.config.load import load
from roommon.config.site import Polled, Site
from roommon.daemon.build import devices_of, rules_of
from roommon.daemon.links import Links
from roommon.model.clock import Instant
from roommon.profiles.profile import BusId
from roommon.rules.engine import Engine

CONFIG = """\
site: hospital-a
room: server-room
buses:
  - { id: line, modbus_tcp: { host: 127.0.0.1 } }
devices:
  - { id: one, bus: line, unit: 1, sensors: [{ id: t, quantity: temperature, read: input 1, type: int16 }] }
  - { id: two, bus: line, unit: 2, sensors: [{ id: t, quantity: temperature, read: input 1, type: int16 }] }
  - id: alone
    modbus_tcp: { host: 127.0.0.2 }
    sensors: [{ id: link, quantity: contact, read: discrete 1 }]
rules:
  - { id: no-value, bad_quality: { priority: low }, sensors: { room: server-room } }
"""
ALL = {"one.link", "two.link", "line.link"}


class Clock:
    """Moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    (tmp_path / "roommon.yaml").write_text(CONFIG, "utf-8")
    return load(tmp_path / "roommon.yaml")


class Room:
    """What the pollers know, and what is said of it."""

    def __init__(self, site: Site) -> None:
        self.site, self.clock = site, Clock()
        self.links = Links(self.clock)

    def say(
        self, silent: tuple[str, ...] = (), after_s: float = 5, *, but: str = "", buses: tuple[str, ...] = ()
    ) -> dict[str, float]:
        self.clock.now += after_s
        answers: list[tuple[Polled, bool]] = [
            (polled, polled.device.id not in silent) for polled in self.site.devices if polled.device.id != but
        ]
        found = self.links.readings(self.site, answers, {BusId(bus) for bus in buses})
        assert all(reading.value is not None for reading in found)
        return {reading.sensor: reading.value or 0.0 for reading in found}


def test_what_answers_is_said_once_a_minute_and_what_is_silent_at_each_beat(site: Site) -> None:
    room = Room(site)
    assert room.say() == dict.fromkeys(ALL, 0.0)
    assert room.say() == {}
    assert room.say(("one",)) == {"one.link": 1.0}
    assert room.say(("one",)) == {"one.link": 1.0}
    assert room.say() == {"one.link": 0.0}
    assert room.say(after_s=45) == {"two.link": 0.0, "line.link": 0.0}


def test_a_bus_is_silent_when_all_its_devices_are_or_it_is_itself(site: Site) -> None:
    room = Room(site)
    assert room.say(("one", "two")) == dict.fromkeys(ALL, 1.0)
    assert room.say(("one",))["line.link"] == 0.0
    assert room.say(("one",), buses=("line",))["line.link"] == 1.0


def test_a_device_that_was_not_asked_yet_does_not_make_its_bus_silent(site: Site) -> None:
    assert Room(site).say(("one",), but="two") == {"one.link": 1.0, "line.link": 0.0}


def test_a_sensor_of_this_name_stays_the_users_own(site: Site) -> None:
    assert "alone.link" not in Room(site).say(("alone",))
    engine = Engine(rules_of(site), list(devices_of(site).values()))
    assert "device-silent.alone.link" not in engine._board.alarms
    assert "device-silent.line.one.link" in engine._board.alarms
    assert "bus-silent.line.link" in engine._board.alarms
