"""The life of an alarm through everything that people do to it: over MQTT, by the command line, and across a kill."""

import os
import pwd
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.peers import asking
from tests.peers.commander import connected, hung_up
from tests.peers.daemon import eventually
from tests.peers.mosquitto import retained
from tests.peers.people_house import HOT, HOT_B, SITE, House, a_house

pytestmark = pytest.mark.system

ME = pwd.getpwuid(os.getuid()).pw_name
OUT = "out-of-service.device.rack-a"

Do = Callable[..., None]
"""Does a verb to `HOT`, or to what is named, and sees that it was done."""


def by_mqtt(house: House) -> Do:
    """Every other command over MQTT 3.1.1."""
    count = iter(range(1, 1000))

    def do(verb: str, **members: Any) -> None:
        number = next(count)
        target = {} if {"device", "sensor"} & members.keys() else {"alarm": HOT}
        said = {**target, "by": "Wang", **members, "id": f"n-{number}"}
        reply = (asking.over_5 if number % 2 else asking.over_311)(house.broker.address, SITE, verb, said)
        assert reply.done, reply.text
        assert reply.document["command"] == verb

    return do


VERBS = {"out_of_service": ("service", "out"), "in_service": ("service", "in")}


def by_command_line(house: House) -> Do:
    """As somebody at the box would type it."""

    def do(verb: str, **members: Any) -> None:
        words = list(VERBS.get(verb, ("alarms", verb)))
        words += [] if verb in VERBS else [members.pop("alarm", HOT)]
        words += [members.pop("note")] if verb == "note" else []
        for name, value in members.items():
            words += ["--for", f"{value}s"] if name == "for_s" else [f"--{name}", str(value)]
        said = house.commands(*words)
        assert (said.returncode, said.stderr) == (0, ""), said

    return do


@pytest.mark.parametrize(("way", "by", "source"), [(by_mqtt, "Wang", "mqtt"), (by_command_line, ME, "socket")])
def test_one_alarm_lives_through_everything_that_people_do(
    tmp_path: Path, way: Callable[[House], Do], by: str, source: str
) -> None:
    with a_house(tmp_path) as house:
        do = way(house)
        house.heat("rack-a", 315)
        raised = house.until(HOT, "raised")
        assert (raised["state"], raised["tell"], raised["by"]) == ("unacknowledged", True, None)

        do("shelve", for_s=3600, note="filter change")
        shelved = house.until(HOT, "shelved")
        assert (shelved["tell"], shelved["by"], shelved["source"], shelved["note"]) == (
            False,
            by,
            source,
            "filter change",
        )
        assert shelved["suppression"]["kind"] == "shelved"
        do("shelve", alarm=HOT_B, for_s=3600, note="filter change")
        house.heat("rack-b", 315)
        assert house.until(HOT_B, "raised")["tell"] is False
        assert not [one for one in house.events(HOT, shelved["number"]) if one["tell"]]

        do("unshelve")
        assert house.until(HOT, "unshelved")["by"] == by
        released = house.until(HOT, "released")
        assert (released["tell"], released["suppression"], released["state"]) == (True, None, "unacknowledged")
        do("unshelve", alarm=HOT_B)
        assert house.until(HOT_B, "released")["tell"] is True

        do("note", note="fan ordered")
        noted = house.until(HOT, "noted")
        assert (noted["state"], noted["note"], noted["by"]) == ("unacknowledged", "fan ordered", by)

        do("acknowledge", note="on my way")
        seen = house.until(HOT, "acknowledged")
        assert (seen["state"], seen["was"], seen["by"], seen["source"]) == (
            "acknowledged",
            "unacknowledged",
            by,
            source,
        )

        do("out_of_service", device="rack-a", note="new probe", for_s=7200)
        out = house.until(OUT, "out_of_service")
        assert (out["state"], out["by"], out["note"]) == ("acknowledged", by, "new probe")
        assert house.until(HOT, "suppressed")["suppression"]["kind"] == "out_of_service"
        do("in_service", device="rack-a")
        assert house.until(OUT, "in_service")["state"] == "normal"
        house.until(HOT, "released", released["number"])

        house.heat("rack-a", 250)
        back = house.until(HOT, "returned")
        assert (back["state"], back["tell"]) == ("latched_acknowledged", True)
        do("reset", note="probe is dry")
        assert house.until(HOT, "reset")["state"] == "normal"
        eventually(lambda: set(retained(house.broker.address, f"{SITE}/alarm/+")) == {f"{SITE}/alarm/{HOT_B}"})
        numbers = [one.number for one in house.daemon.events()]
        assert numbers == list(range(1, len(numbers) + 1))
        assert house.daemon.stop() < 5
        again = house.roommon("replay", str(house.daemon.path))
        assert again.returncode == 0, again.stdout


def test_a_refusal_says_why_on_both_ways(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        refused = asking.over_5(house.broker.address, SITE, "reset", {"alarm": HOT, "by": "Wang"})
        assert (refused.done, refused.text) == (False, f"{HOT} is not latched.")
        said = house.commands("alarms", "reset", HOT)
        assert (said.returncode, said.stdout, said.stderr) == (1, "", f"roommon: {HOT} is not latched.\n")
        said = house.commands("alarms", "acknowledge", "no.such.alarm", language="zh")
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr.startswith("roommon：没有告警 no.such.alarm")
        assert house.events(HOT) == []
        with connected(tmp_path / "command.sock") as idle:
            assert house.daemon.stop() < 5, "a visitor who says nothing does not hold it up"
            assert hung_up(idle)


def test_shelf_and_out_of_service_outlive_a_kill(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        for words in (
            ("alarms", "shelve", HOT, "--for", "2h", "--note", "filter change"),
            ("service", "out", "--sensor", "rack-b.temperature", "--note", "new probe"),
        ):
            assert house.commands(*words).returncode == 0
        house.daemon.kill()
        house.daemon.start()
        [shelved] = [one for one in house.shows("alarms") if one["alarm"] == HOT]
        assert (shelved["state"], shelved["suppression"]["by"]) == ("normal", ME)
        [out] = house.shows("service")
        assert (out["scope"], out["target"], out["by"], out["until"]) == ("sensor", "rack-b.temperature", ME, None)
        house.heat("rack-a", 315)
        house.heat("rack-b", 315)
        assert house.until(HOT, "raised")["suppression"]["kind"] == "shelved"
        assert house.until(HOT_B, "raised")["suppression"]["kind"] == "out_of_service"
        assert not [one for alarm in (HOT, HOT_B) for one in house.events(alarm) if one["tell"]]
        assert_is_shown(house)
        assert house.commands("alarms", "unshelve", "*rack-a*").returncode == 0
        assert house.commands("service", "in", "--sensor", "rack-b.temperature").returncode == 0
        for alarm in (HOT, HOT_B):
            assert house.until(alarm, "released")["tell"] is True
        assert house.commands("alarms", "acknowledge", "inlet-hot.*").returncode == 2
        assert house.shows("service") == []


def assert_is_shown(house: House) -> None:
    """`roommon alarms` says why people are not told of what stands."""
    eventually(lambda: len(house.daemon.standing()) == 3)
    time.sleep(0.5)
    shown = house.roommon("alarms", str(house.daemon.path))
    assert re.search(rf"{HOT}\n +shelved by {ME} until [-\d]+ [:\d]+: filter change", shown.stdout), shown.stdout
    assert f"out of service by {ME} since" in shown.stdout
