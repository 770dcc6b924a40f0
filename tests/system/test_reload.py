"""SIGHUP: what changed in the configuration changes, what did not goes on, and a wrong file changes nothing."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from roommon.model.alarm import State, Trigger
from tests.peers import beats
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.many import HIGH, config, many
from tests.peers.simulated import Room

pytestmark = pytest.mark.system

EVERY_MS = 500
KEPT, CHANGED, GONE = "m-001", "m-002", "m-003"


@contextmanager
def a_house(folder: Path) -> Iterator[tuple[Room, Daemon]]:
    """Three devices under poll, a fourth not yet; one alarm stands."""
    with many(folder, 4) as room:
        daemon = Daemon(folder, config(room, EVERY_MS))
        daemon.config["devices"].pop()
        daemon.config["buses"].pop()
        room.poke(KEPT, "holding:1", HIGH)
        try:
            daemon.start()
            eventually(lambda: f"many.{KEPT}.r1" in daemon.standing())
            yield room, daemon
        finally:
            daemon.end()


def test_devices_come_and_go_and_the_others_keep_their_beats(tmp_path: Path) -> None:
    with a_house(tmp_path) as (room, daemon):
        since = now()
        room.poke(GONE, "holding:1", HIGH)
        eventually(lambda: f"many.{GONE}.r1" in daemon.standing())
        whole = config(room, EVERY_MS)
        daemon.config["buses"] = [bus for bus in whole["buses"] if not bus["id"].startswith(GONE)]
        daemon.config["devices"] = [device for device in whole["devices"] if device["id"] != GONE]
        daemon.config["devices"][1]["sensors"].pop()
        daemon.reload()
        assert daemon.log.count("reload: done; 2 devices ended, 2 begun") == 1
        reloaded = now()
        eventually(lambda: daemon.has_read_since(reloaded))
        count = len(daemon.readings(f"{KEPT}.r0"))
        eventually(lambda: len(daemon.readings(f"{KEPT}.r0")) >= count + 3)

        until = now()
        wrong = list(beats.faults(daemon.readings(f"{KEPT}.r0"), EVERY_MS, since, until))
        assert not wrong
        assert daemon.readings(f"{GONE}.r0")[-1].taken_at < reloaded
        assert daemon.readings(f"{CHANGED}.r4")[-1].taken_at < reloaded < daemon.readings(f"{CHANGED}.r3")[-1].taken_at
        ended = [one.event for one in daemon.events() if one.event.alarm == f"many.{GONE}.r1"][-1]
        assert (ended.state, ended.trigger) == (State.NORMAL, Trigger.REMOVED)
        assert list(daemon.standing()) == [f"many.{KEPT}.r1"]


def test_a_rule_that_goes_ends_its_alarms_and_one_that_changes_keeps_them(tmp_path: Path) -> None:
    with a_house(tmp_path) as (room, daemon):
        stood = daemon.standing()[f"many.{KEPT}.r1"]
        other = copy.deepcopy(daemon.config["rules"][0]) | {"id": "other"}
        daemon.config["rules"].append(other)
        daemon.reload()
        eventually(lambda: f"other.{KEPT}.r1" in daemon.standing())

        daemon.config["rules"][0]["limit"]["above"] = "850"
        del daemon.config["rules"][1]
        daemon.reload()
        eventually(lambda: f"other.{KEPT}.r1" not in daemon.standing())
        ended = [one.event for one in daemon.events() if one.event.alarm == f"other.{KEPT}.r1"]
        assert [event.trigger for event in ended] == [Trigger.RAISED, Trigger.REMOVED]
        assert daemon.standing()[f"many.{KEPT}.r1"] == stood

        room.poke(KEPT, "holding:1", 840)
        eventually(lambda: f"many.{KEPT}.r1" not in daemon.standing())


def test_a_wrong_file_is_refused_said_and_alarmed_and_the_old_one_goes_on(tmp_path: Path) -> None:
    with a_house(tmp_path) as (_, daemon):
        since = now()
        right = copy.deepcopy(daemon.config)
        daemon.config["devices"][1]["evry"] = "1 s"
        daemon.config["rules"][0]["limit"]["above"] = "27 °C"
        daemon.reload()
        lines = [line for line in daemon.log.splitlines() if "reload: " in line]
        assert any("roommon.yaml:" in line and "evry" in line and "every" in line for line in lines)
        assert any("roommon.yaml:" in line and "above is in °C" in line for line in lines)
        assert lines[-1].endswith("reload: refused; the running configuration is kept")
        alarm = "roommon-trouble.roommon.configuration"
        eventually(lambda: alarm in daemon.standing(), 30)
        for sensor in (f"{KEPT}.r0", f"{CHANGED}.r0", f"{GONE}.r0"):
            assert not list(beats.faults(daemon.readings(sensor), EVERY_MS, since, now()))

        daemon.config.clear()
        daemon.config |= right
        daemon.reload()
        eventually(lambda: alarm not in daemon.standing())
        assert daemon.stop() < 5
