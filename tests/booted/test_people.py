"""Who may look and command: root and the group roommon; looking goes on when the daemon was stopped or killed."""

import json

import pytest

from tests.booted.box import Box, until

SMOKE = "smoke.contacts.di1"


def _end(box: Box, how: str) -> None:
    if how == "stopped":
        box.run("systemctl stop roommon")
    elif how == "killed":
        box.run("systemctl mask --runtime --quiet roommon && systemctl kill --signal=KILL roommon")
        until(lambda: box.unit_says("MainPID") == "0", 20, "its end")


@pytest.mark.parametrize("daemon", ["running", "stopped", "killed"])
@pytest.mark.parametrize("first", ["root", "ann"])
def test_alarms_are_shown_to_root_and_to_the_group(box: Box, daemon: str, first: str) -> None:
    box.simulate("set smoke true")
    until(lambda: SMOKE in box.standing(), 20, "the alarm")
    _end(box, daemon)
    try:
        for who in (first, "root", "ann"):
            assert SMOKE in box.run(f"runuser -u {who} -- roommon alarms --json", check=False), who
            assert SMOKE in box.run(f"runuser -u {who} -- roommon history --json", check=False), who
        assert SMOKE not in box.run("runuser -u bob -- roommon alarms --json 2>&1", check=False)
    finally:
        box.run("systemctl unmask --runtime --quiet roommon")
    box.run("systemctl start roommon")
    assert SMOKE in box.standing(), "the daemon goes on with files that a reader has touched"


def _by(box: Box, trigger: str) -> list[tuple[str, str]]:
    """Who did it to the smoke alarm, and from where."""
    return [(one["by"], one["source"]) for one in box.events() if (one["alarm"], one["trigger"]) == (SMOKE, trigger)]


def test_the_group_commands_under_its_own_names_and_others_do_not(box: Box) -> None:
    modes = box.run("stat -c '%U %G %a' /run/roommon /run/roommon/command.sock").split("\n")
    assert modes[:2] == ["roommon roommon 750", "roommon roommon 660"]
    box.simulate("set smoke true")
    until(lambda: SMOKE in box.standing(), 20, "the alarm")
    answer = json.loads(box.run(f"runuser -u ann -- roommon alarms acknowledge {SMOKE} --json"))
    assert answer["done"], answer
    assert _by(box, "acknowledged") == [("ann", "socket")]
    refused = box.run(f"runuser -u bob -- roommon alarms note {SMOKE} hello 2>&1; echo exit $?", check=False)
    assert "usermod -aG roommon" in refused
    assert refused.endswith("exit 2\n")
    box.run(f"SUDO_USER=ann roommon alarms note {SMOKE} as root")
    assert _by(box, "noted") == [("root", "socket")]
    box.run("systemctl stop roommon")
    box.run("test ! -e /run/roommon/command.sock")
    gone = box.run(f"roommon alarms note {SMOKE} hello 2>&1; echo exit $?", check=False)
    assert "systemctl status roommon" in gone
    assert gone.endswith("exit 2\n")
