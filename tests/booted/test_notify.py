"""The shipped unit of `roommon notify` in its sandbox, as its own user: it tells, ends, comes back, keeps a record."""

import json
from collections.abc import Iterator

import pytest

from tests.booted.box import Box, until

pytestmark = pytest.mark.timeout(180)

SMOKE = "smoke.contacts.di1"
TOLD = "/var/lib/roommon-notify/told"
CONFIG = f"""
sites: [demo]
broker: {{ host: 127.0.0.1 }}
channels:
  - command: {{ run: [/usr/bin/tee, -a, {TOLD}] }}
    name: tee
  - webhook: {{ url: "http://127.0.0.1:9", secret_file: desk }}
people:
  - {{ id: ann, reach: {{ tee: ann, webhook: desk }} }}
routes:
  - {{ to: ann, by: tee }}
delivery: {{ together: 0 s, apart: 0 s }}
"""


@pytest.fixture
def notifying(box: Box) -> Iterator[Box]:
    """The box with the service running."""
    box.run(
        f"systemctl stop roommon-notify; systemctl reset-failed; rm -f {TOLD} /var/lib/roommon-notify/queue*",
        check=False,
    )
    box.container.write("/etc/roommon-notify/notify.yaml", CONFIG, "640")
    box.run("chgrp roommon-notify /etc/roommon-notify/notify.yaml")
    box.container.write("/etc/roommon-notify/secrets/desk", "sesame\n", "600")
    box.run("roommon notify check && systemctl start roommon-notify")
    until(lambda: "listens over" in log(box), 20, "a session with the broker")
    yield box
    box.run("systemctl stop roommon-notify", check=False)


def log(box: Box) -> str:
    return box.run("journalctl --unit=roommon-notify --output=cat --no-pager")


def told(box: Box) -> str:
    return box.run(f"cat {TOLD}", check=False)


def says(box: Box, what: str) -> str:
    return box.run(f"systemctl show --property={what} --value roommon-notify").strip()


def test_an_alarm_of_the_room_reaches_a_person_and_stands_on_record(notifying: Box) -> None:
    notifying.simulate("set smoke true")
    until(lambda: SMOKE in told(notifying), 40, "the message")
    until(lambda: "ann by tee: delivered" in log(notifying), 10, "the line")
    record = [json.loads(line) for line in notifying.run("roommon notify log --json").splitlines()]
    assert [(line["person"], line["outcome"]) for line in record if SMOKE in line["alarms"]] == [("ann", "delivered")]
    assert notifying.run(f"stat -c '%U %G' {TOLD} /var/lib/roommon-notify/queue.db").split() == ["roommon-notify"] * 4


def test_killed_it_comes_back_and_tells_what_it_missed_once(notifying: Box) -> None:
    pid = says(notifying, "MainPID")
    notifying.run("systemctl kill --signal=KILL roommon-notify")
    notifying.simulate("set smoke true")
    until(lambda: says(notifying, "MainPID") not in ("0", pid), 20, "it is started again")
    until(lambda: SMOKE in told(notifying), 40, "the message")
    assert says(notifying, "ActiveState") == "active"
    notifying.run("systemctl restart roommon-notify")
    assert says(notifying, "Result") == "success"
    until(lambda: log(notifying).count("listens over") >= 3, 20, "a third session")
    assert told(notifying).count('"trigger": "raised"') == 1


@pytest.mark.timeout(240)
def test_a_frozen_one_is_started_again(notifying: Box) -> None:
    notifying.run("systemctl kill --signal=STOP roommon-notify")
    until(lambda: says(notifying, "NRestarts") != "0", 110, "the watchdog")
    until(lambda: says(notifying, "ActiveState") == "active", 40, "it runs again")


def test_a_test_says_what_fails_and_a_wrong_reload_is_refused(notifying: Box) -> None:
    said = notifying.run("roommon notify test; echo ended $?", check=False)
    assert "delivered in" in said
    assert "http://127.0.0.1:9: Connection refused" in said
    assert said.rstrip().endswith("ended 1")
    notifying.run("sed -i 's/to: ann/to: nobody/' /etc/roommon-notify/notify.yaml && systemctl reload roommon-notify")
    until(lambda: "reload: refused" in log(notifying), 20, "the refusal")
    assert says(notifying, "ActiveState") == "active"


def test_it_can_neither_read_the_journal_nor_command_nor_read_secrets_as_files(notifying: Box) -> None:
    for path in ("/var/lib/roommon/journal.db", "/run/roommon/command.sock", "/etc/roommon-notify/secrets/desk"):
        assert notifying.run(f"runuser -u roommon-notify -- test -r {path} && echo yes", check=False) == "", path
    exposure = notifying.run("systemd-analyze security --no-pager roommon-notify | tail -1")
    assert float(exposure.split("roommon-notify.service:")[1].split()[0]) <= 1.3, exposure
