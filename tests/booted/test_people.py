"""Who may look: root and the group roommon, while the daemon runs, when it was stopped, when it was killed."""

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
