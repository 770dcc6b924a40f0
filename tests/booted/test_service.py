"""The shipped unit under a real systemd."""

import itertools
import re
import time
from datetime import datetime

import pytest

from tests.booted.box import CONFIG, JOURNAL, Box, until

SMOKE = "smoke.contacts.di1"
ENDED = "normal"
OWN = "roommon-trouble.roommon.configuration"


def _seconds(readings: list[dict[str, str]]) -> list[float]:
    return [datetime.fromisoformat(reading["at"]).timestamp() for reading in readings]


def _is_sound(box: Box) -> bool:
    check = f"import sqlite3; print(sqlite3.connect('{JOURNAL}').execute('PRAGMA integrity_check').fetchone()[0])"
    return box.run(f'runuser -u roommon -- /opt/roommon/bin/python -c "{check}"').strip() == "ok"


def _numbers_run_from_one(events: list[dict[str, int]]) -> bool:
    return [event["number"] for event in events] == list(range(1, len(events) + 1))


def test_it_runs_as_a_user_of_its_own_with_little_that_an_intruder_could_use(box: Box) -> None:
    assert box.unit_says("Type") == "notify"
    assert re.match(r"\d+ devices, \d+ sensors, \d+ rules", box.unit_says("StatusText"))
    assert box.run(f"stat -c %U /proc/{box.pid()}").strip() == "roommon"
    exposure = re.search(r"exposure level for roommon.service: ([\d.]+)", box.run("systemd-analyze security roommon"))
    assert exposure
    assert float(exposure[1]) <= 1.5


def test_secrets_of_a_folder_that_only_root_may_read_reach_it(box: Box) -> None:
    assert box.run("stat -c '%U %a' /etc/roommon/secrets").strip() == "root 700"
    until(lambda: box.readings("ups-1.battery_charge"), 20, "a reading of the UPS that wants two passphrases")
    assert {reading["quality"] for reading in box.readings("ups-1.battery_charge")} == {"good"}


def test_a_reload_leaves_alone_what_did_not_change(box: Box) -> None:
    pid = box.pid()
    box.configure(("    unit: 1\n    every: 1 s", "    unit: 1\n    every: 2 s"))
    box.run("systemctl reload roommon")
    until(lambda: "reload: done; 1 devices ended, 1 begun" in box.log(), 20, "the reload")
    after = len(box.readings("rack-b.temperature")) + 5
    until(lambda: len(box.readings("rack-b.temperature")) >= after, 30, "readings after the reload")
    moments = _seconds(box.readings("rack-b.temperature"))
    assert max(later - earlier for earlier, later in itertools.pairwise(moments)) < 1.5
    assert (box.pid(), box.unit_says("NRestarts")) == (pid, "0")


def test_a_wrong_configuration_is_refused_said_and_alarmed_until_it_is_mended(box: Box) -> None:
    box.run(f"sed -i 's/deadband: 1 K/deadbnd: 1 K/' {CONFIG}")
    box.run("systemctl reload roommon")
    until(lambda: "reload: refused; the running configuration is kept" in box.log(), 20, "the refusal")
    assert re.search(r"reload: /etc/roommon/roommon.yaml:\d+:\d+: .*deadbnd", box.log())
    until(lambda: box.was_told(OWN, "acknowledged") or box.was_told(OWN, "unacknowledged"), 40, "its alarm")
    before = len(box.readings("rack-a.temperature"))
    until(lambda: len(box.readings("rack-a.temperature")) > before, 10, "readings under the former configuration")
    box.configure()
    box.run("systemctl reload roommon")
    until(lambda: box.was_told(OWN, "normal"), 40, "the end of its alarm")


@pytest.mark.timeout(180)
def test_a_daemon_that_stands_still_is_replaced_by_the_watchdog(box: Box) -> None:
    box.simulate("set smoke true")
    until(lambda: box.was_told(SMOKE, "unacknowledged"), 20, "the alarm")
    box.run(f"kill -STOP {box.pid()}")
    until(lambda: box.unit_says("NRestarts") == "1", 90, "the restart")
    until(lambda: box.unit_says("ActiveState") == "active", 30, "the daemon")
    assert SMOKE in box.standing()
    box.simulate("set smoke false")
    until(lambda: box.was_told(SMOKE, ENDED), 20, "the return to normal")
    numbers = {event["number"] for event in box.told() if event["alarm"] == SMOKE}
    assert len(numbers) == 2, "raised once, ended once"


@pytest.mark.timeout(180)
def test_a_loop_that_is_stuck_is_ended_by_the_watchdog_and_the_log_shows_where(box: Box) -> None:
    hook = "import signal, time; signal.signal(signal.SIGUSR1, lambda *_, sleep=time.sleep: sleep(9999))\n"
    folder = box.run("/opt/roommon/bin/python -c \"import sysconfig; print(sysconfig.get_path('purelib'))\"").strip()
    box.container.write(f"{folder}/stuck.pth", hook)
    try:
        box.run("systemctl restart roommon")
        box.run(f"kill -USR1 {box.pid()}")
        until(lambda: box.unit_says("NRestarts") == "1", 90, "the restart")
    finally:
        box.run(f"rm {folder}/stuck.pth")
    assert "Fatal Python error: Aborted" in box.log()
    assert "Watchdog timeout" in box.log()
    until(lambda: box.unit_says("ActiveState") == "active", 30, "the daemon")


@pytest.mark.timeout(120)
def test_kill_9_loses_no_alarm_and_leaves_the_journal_whole(box: Box) -> None:
    box.simulate("set smoke true")
    until(lambda: box.was_told(SMOKE, "unacknowledged"), 20, "the alarm")
    for _ in range(3):
        killed = box.pid()
        box.run(f"kill -9 {killed}")
        until(lambda: box.unit_says("MainPID") not in {"0", str(killed)}, 20, "the restart")  # noqa: B023  # called at once
        until(lambda: box.unit_says("ActiveState") == "active", 20, "the daemon")
        assert SMOKE in box.standing()
    box.simulate("set smoke false")
    until(lambda: box.was_told(SMOKE, ENDED), 20, "the return to normal")
    assert [event["state"] for event in box.events() if event["alarm"] == SMOKE] == ["unacknowledged", ENDED]
    assert _numbers_run_from_one(box.events())
    assert _is_sound(box)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("end", ["systemctl stop mosquitto", "systemctl kill --signal=KILL mosquitto"])
def test_what_happens_while_the_broker_is_away_is_told_when_it_is_back(box: Box, end: str) -> None:
    until(lambda: "delivers over MQTT 5" in box.log(), 20, "the broker")
    box.run(end)
    until(lambda: box.run("systemctl is-active mosquitto", check=False).strip() != "active", 20, "no broker")
    box.simulate("set smoke true")
    until(lambda: SMOKE in box.standing(), 20, "the alarm")
    box.simulate("set smoke false")
    box.simulate("set leak 12.5")
    until(lambda: "water.leak.leak" in box.standing(), 20, "the next alarm")
    box.run("systemctl start mosquitto")
    until(lambda: box.was_told("water.leak.leak", "unacknowledged"), 60, "what happened meanwhile")
    assert box.was_told(SMOKE, ENDED)
    numbers = [event["number"] for event in box.told()]
    assert sorted(set(numbers)) == list(range(1, max(numbers) + 1)), "nothing is missing"
    first_told = list(dict.fromkeys(numbers))
    assert first_told == sorted(first_told), "in order"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("servers", ["well", "away"])
def test_sigterm_ends_it_within_5_s_with_everything_committed(box: Box, servers: str) -> None:
    if servers == "away":
        box.run("systemctl kill --signal=STOP mosquitto")
        box.simulate("fault gateway-1 black-hole")
        box.simulate("fault ups-1 mute")
        until(lambda: "unreachable" in box.log(), 30, "devices that are away")
    stopped = time.time()
    began = time.monotonic()
    box.run("systemctl stop roommon")
    took = time.monotonic() - began
    box.run("systemctl kill --signal=CONT mosquitto")
    assert took < 5
    assert box.unit_says("Result") == "success"
    assert "roommon ended" in box.log()
    assert box.run("ls /var/lib/roommon").split() == ["journal.db", "journal.db.lock"]
    last = _seconds(box.readings("ups-2.battery_charge"))[-1]
    assert last > stopped - 2.5, "the last beat is in the journal"
