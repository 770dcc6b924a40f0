"""The wall clock is set while the daemon runs, by hours, and back to 1970: beats and alarms do not care."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.reading import Reading
from tests.peers import beats
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.many import HIGH, config, many
from tests.peers.simulated import Room

pytestmark = pytest.mark.system

EVERY_MS = 1000
DELAY_MS = 3000
HOUR_S = 3600
STANDS, LOW = "m-001.r1", "m-002.r1"
FAKETIME = Path("/usr/lib")


@dataclass
class WallClock:
    """The wall clock of one daemon, by libfaketime; its monotonic clock is the box's."""

    path: Path

    def set(self, ahead_s: int) -> None:
        """Set it so many seconds ahead of the box's."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{ahead_s:+d}\n")
        fresh.replace(self.path)

    def environment(self) -> dict[str, str]:
        found = sorted(FAKETIME.glob("*/faketime/libfaketimeMT.so.1"))
        assert found, "libfaketime is missing: apt install faketime"
        return {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_CACHE_DURATION": "1",  # how often it looks at the file; each time costs, and calls are many
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # else threads that wait for a time spin, and starve the loop
        }


@contextmanager
def a_house(folder: Path) -> Iterator[tuple[Room, Daemon, WallClock]]:
    """A room, roommon under a clock that can be set, and one alarm that stands."""
    clock = WallClock(folder / "clock")
    clock.set(0)
    with many(folder, 4) as room:
        daemon = Daemon(folder, a_config(room), clock.environment())
        room.poke("m-001", "holding:1", HIGH)
        try:
            daemon.start()
            eventually(lambda: f"many.{STANDS}" in daemon.standing())
            yield room, daemon, clock
        finally:
            daemon.end()


def a_config(room: Room) -> dict[str, Any]:
    """Alarms at once, and after a delay in either direction."""
    written = config(room, EVERY_MS)
    delays = {"on_delay": f"{DELAY_MS} ms", "off_delay": f"{DELAY_MS} ms"}
    limit = {"above": "800", "deadband": "0", "priority": "high", **delays}
    written["rules"].append({"id": "delayed", "limit": limit, "sensors": {"quantity": "count"}})
    return written


class Monotonic:
    """The journal with the steps of the clock and the stops taken out of its instants."""

    def __init__(self, daemon: Daemon) -> None:
        self.readings: dict[str, list[Reading]] = {}
        self.steps: list[int] = []
        self.resumed_at = Instant(0)
        """When it last began to watch."""
        self._era: dict[Instant, int] = {}
        ahead = 0
        with JournalReader(daemon.journal) as journal:
            for entry in journal.inputs():
                if isinstance(entry, ClockStep | Resumed):
                    by = entry.by if isinstance(entry, ClockStep) else entry.after
                    ahead += by
                    self.steps.append(by)
                    if isinstance(entry, Resumed):
                        self.resumed_at = Instant(entry.at - ahead)
                elif isinstance(entry, Reading):
                    self._era[entry.taken_at] = ahead
                    monotonic = Instant(entry.taken_at - ahead)
                    self.readings.setdefault(entry.sensor, []).append(entry._replace(taken_at=monotonic))
        self.events = [
            (one.event.alarm, str(one.event.trigger), one.event.at - self._era[one.event.at]) for one in daemon.events()
        ]

    def first(self, sensor: str, value: float, after: int = 0) -> Instant:
        """When `sensor` first had `value`."""
        return next(one.taken_at for one in self.readings[sensor] if one.value == value and one.taken_at > after)

    def at(self, alarm: str, trigger: str) -> int:
        (found,) = [at for name, how, at in self.events if (name, how) == (alarm, trigger)]
        return found


def test_a_step_of_hours_loses_no_beat_and_moves_no_alarm(tmp_path: Path) -> None:
    with a_house(tmp_path) as (room, daemon, clock):
        began = len(daemon.readings(STANDS))
        room.poke("m-002", "holding:1", HIGH)
        eventually(lambda: HIGH in [reading.value for reading in daemon.readings(LOW)])
        clock.set(3 * HOUR_S)
        eventually(lambda: daemon.log.count("the clock was set") == 1)
        eventually(lambda: f"delayed.{LOW}" in daemon.standing(), 2 * DELAY_MS / 1000)
        room.poke("m-002", "holding:1", 0)
        eventually(lambda: daemon.readings(LOW)[-1].value == 0)
        clock.set(-5 * HOUR_S)
        eventually(lambda: daemon.log.count("the clock was set") == 2)
        eventually(lambda: f"delayed.{LOW}" not in daemon.standing(), 2 * DELAY_MS / 1000)
        clock.set(0)
        eventually(lambda: daemon.log.count("the clock was set") == 3)
        count = len(daemon.readings(STANDS))
        eventually(lambda: len(daemon.readings(STANDS)) > count + 2)
        assert daemon.stop() < 5
        seen = Monotonic(daemon)
        assert began > 0
        assert [round(by / 1000) for by in seen.steps] == [0, 3 * HOUR_S, -8 * HOUR_S, 5 * HOUR_S]
        assert_delays(seen)
        assert_all_beats(seen)


def assert_delays(seen: Monotonic) -> None:
    """Alarms came and went when they were due, and no others did."""
    high = seen.first(LOW, HIGH)
    assert DELAY_MS <= seen.at(f"delayed.{LOW}", "raised") - high <= DELAY_MS + 2 * EVERY_MS
    normal = seen.first(LOW, 0, after=high)
    assert DELAY_MS <= seen.at(f"delayed.{LOW}", "returned") - normal <= DELAY_MS + 2 * EVERY_MS
    assert seen.at(f"many.{LOW}", "returned") == normal
    told = sorted((alarm, trigger) for alarm, trigger, _ in seen.events)
    assert told == sorted(
        [(f"{rule}.{sensor}", "raised") for rule in ("many", "delayed") for sensor in (STANDS, LOW)]
        + [(f"{rule}.{LOW}", "returned") for rule in ("many", "delayed")]
    )


def assert_all_beats(seen: Monotonic) -> None:
    for sensor, readings in seen.readings.items():
        if not sensor.startswith("roommon.") and not sensor.endswith(".link"):  # those beat on their own
            wrong = list(beats.faults(readings, EVERY_MS, seen.resumed_at, readings[-1].taken_at))
            assert not wrong, f"{sensor}: {wrong}"


def test_a_box_that_wakes_up_in_1970_keeps_its_alarms_and_delays(tmp_path: Path) -> None:
    with a_house(tmp_path) as (room, daemon, clock):
        eventually(lambda: f"delayed.{STANDS}" in daemon.standing())
        stood = daemon.standing()
        room.poke("m-002", "holding:1", HIGH)
        eventually(lambda: HIGH in [reading.value for reading in daemon.readings(LOW)])
        daemon.kill()
        clock.set(600 - now() // 1000)
        daemon.start()
        eventually(lambda: (daemon.last(STANDS) or daemon.readings(STANDS)[0]).taken_at < HOUR_S * 1000)
        assert {alarm: daemon.standing().get(alarm) for alarm in stood} == stood
        clock.set(0)
        eventually(lambda: f"delayed.{LOW}" in daemon.standing(), 2 * DELAY_MS / 1000)
        assert {alarm: daemon.standing().get(alarm) for alarm in stood} == stood
        count = len(daemon.readings(LOW))
        eventually(lambda: len(daemon.readings(LOW)) > count + 2)
        assert daemon.stop() < 5
        seen = Monotonic(daemon)
        delay = seen.at(f"delayed.{LOW}", "raised") - seen.first(LOW, HIGH)
        assert DELAY_MS <= delay <= DELAY_MS + 2 * EVERY_MS
        assert not [event for event in seen.events if event[1] != "raised"]
        assert_all_beats(seen)
