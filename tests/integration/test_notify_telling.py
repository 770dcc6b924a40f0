"""`roommon notify` as people meet it: grouping, quiet hours, ends, failing channels, dead man's switch, record."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from roommon.model.alarm import Priority, State, Trigger
from roommon.model.text import Text
from tests.peers.daemon import eventually
from tests.peers.mosquitto import Setup, mosquitto
from tests.peers.notifier import a_notifier, by_mail
from tests.peers.notify_house import NotifyHouse, a_notify_house

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]


def siren(folder: Path) -> tuple[dict[str, Any], Path]:
    """A channel that notes what it is given, and where."""
    script, noted = folder / "siren", folder / "noted"
    script.write_text(f"#!/bin/sh\ncat >> {noted}\n")
    script.chmod(0o755)
    return {"command": {"run": [str(script)]}, "name": "siren"}, noted


@pytest.fixture
def house(tmp_path: Path) -> Iterator[NotifyHouse]:
    with a_notify_house(tmp_path) as running:
        yield running


def test_many_at_once_come_as_few_mails_the_most_urgent_first(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, delivery={"together": "2 s", "apart": "3 s"}) as house:
        for number in range(25):
            house.site.tell(f"flood-{number}.a.b", priority=Priority.LOW)
        house.site.tell("fire.a.b", priority=Priority.CRITICAL, text=Text("fire.a.b is on", "着火"))
        house.until(lambda mails: any("fire.a.b" in mail.subject for mail in mails))
        house.until_told(*(f"flood-{number}.a.b" for number in range(25)))
        assert len(house.mailbox.mails) <= 3
        first = house.mailbox.mails[0]
        assert "CRITICAL] fire.a.b is on" in first.subject, "it waits for nobody, and takes along what waits"


def test_the_end_is_told_to_whoever_was_told_of_the_beginning(tmp_path: Path) -> None:
    channel, noted = siren(tmp_path)
    with a_notify_house(tmp_path) as house:
        config = house.notifier.config
        config["channels"].append(channel)
        config["people"].append({"id": "li", "reach": {"siren": "x", "mail": "li@hospital.example"}})
        config["routes"] = [{"to": "wang", "priority": "high"}, {"to": "li", "by": "siren"}]
        house.notifier.reload()
        house.site.tell("a.b.c", priority=Priority.HIGH)
        house.site.tell("low.b.c", priority=Priority.LOW)
        eventually(lambda: noted.exists() and "low.b.c" in noted.read_text())
        house.until_told("a.b.c")
        config["routes"] = [{"to": "li", "by": "mail"}]  # as if the rota had turned
        house.notifier.reload()
        house.site.tell("a.b.c", State.NORMAL, priority=Priority.HIGH)
        house.site.tell("low.b.c", State.NORMAL, priority=Priority.LOW)
        house.until(lambda mails: any("Returned to normal: a.b.c" in mail.body for mail in mails))
        eventually(lambda: all(f"normal: {alarm}" in noted.read_text() for alarm in ("a.b.c", "low.b.c")))
        assert all(mail.to == ("wang@hospital.example",) for mail in house.mailbox.mails)
        assert house.told("low.b.c") == 0


def test_who_takes_over_is_told_what_stands_over_a_kill_and_both_hear_of_the_end(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    swap = {"from": today - timedelta(days=1), "until": today + timedelta(days=2), "who": "li"}
    rota: dict[str, Any] = {"id": "duty", "people": ["wang"], "zone": "UTC", "from": today}
    with a_notify_house(tmp_path, rotas=[rota], trouble={"gap_after": "1 s"}) as house:
        config = house.notifier.config
        config["people"].append({"id": "li", "language": "zh-CN", "reach": {"mail": "li@hospital.example"}})
        config["routes"] = [{"to": "duty"}]
        house.notifier.reload()
        for alarm in ("a.b.c", "d.e.f", "over.b.c"):
            house.site.tell(alarm)
        house.site.tell("over.b.c", State.NORMAL)
        house.until_told("a.b.c", "d.e.f")
        house.until_on_record()
        house.notifier.kill()
        rota["swaps"] = [swap]
        house.notifier.start()
        (handed,) = eventually(lambda: house.mailbox.to("li@hospital.example"))
        assert handed.subject == "现由您值班，当前告警 2 条：[中] a.b.c 为 27.3 °C"
        assert "d.e.f 为 27.3 °C" in handed.body
        assert "over.b.c" not in handed.body
        house.until_on_record()
        house.notifier.kill()
        house.notifier.start()
        house.site.tell("a.b.c", State.NORMAL)
        house.until(lambda _: len(house.mailbox.to("li@hospital.example")) == 2)
        assert house.mailbox.to("li@hospital.example")[1].subject == "[中] 已恢复：a.b.c 为 27.3 °C"
        house.until_told("Returned to normal: a.b.c")


def test_acknowledged_and_noted_are_told_on(house: NotifyHouse) -> None:
    house.site.tell("a.b.c")
    house.site.tell("a.b.c", State.ACKNOWLEDGED, text=Text("Acknowledged by Li: a.b.c is 27.3 °C", ""), by="Li")
    note = {"trigger": Trigger.NOTED, "note": "plumber comes at 9", "text": Text("Note by Li: a.b.c is 27.3 °C", "")}
    house.site.tell("a.b.c", State.ACKNOWLEDGED, **note)
    house.until(lambda mails: any("plumber comes at 9" in mail.body for mail in mails))
    assert house.told("Acknowledged by Li") == 1


def test_quiet_hours_hold_what_is_not_critical_over_a_restart(tmp_path: Path) -> None:
    hour = time.gmtime().tm_hour
    quiet = f"daily {hour:02}:00-{(hour + 2) % 24:02}:00 UTC"
    with a_notify_house(tmp_path, routes=[{"to": "wang", "quiet": quiet}]) as house:
        house.site.tell("waits.a.b", priority=Priority.HIGH)
        house.site.tell("fire.a.b", priority=Priority.CRITICAL)
        house.until_told("fire.a.b")
        house.notifier.kill()
        house.notifier.start()
        house.until_on_record(waits=1)
        assert house.told("waits.a.b") == 0


def test_a_channel_that_fails_is_told_by_another_and_so_is_its_recovery(tmp_path: Path) -> None:
    channel, noted = siren(tmp_path)
    with a_notify_house(tmp_path) as house:
        config = house.notifier.config
        config["channels"].append(channel)
        config["people"][0]["reach"]["siren"] = "x"
        config["routes"] = [{"to": "wang", "by": "mail"}]
        config["trouble"] = {"to": "wang"}
        config["delivery"] |= {"trouble_after": "1 s", "retry_at_most": "1 s"}
        house.notifier.reload()
        house.mailbox.answers = "451 4.3.0 try later"
        house.site.tell("a.b.c", priority=Priority.HIGH)
        eventually(lambda: noted.exists() and "cannot be reached by mail" in noted.read_text(), 40)
        words = noted.read_text()
        assert "Wang cannot be reached by mail (451 4.3.0 try later). Not told: a.b.c is 27.3" in words
        house.mailbox.answers = "250 OK"
        house.site.tell("d.e.f", priority=Priority.CRITICAL)
        house.until_told("a.b.c", "d.e.f", seconds=40)
        eventually(lambda: "is reached by mail again" in noted.read_text())
        assert sum("cannot be reached" in each.made.text for each in house.notifier.tries()) == 1
        assert house.told("cannot be reached") == 0, "not by the channel that failed"


def test_an_address_that_does_not_exist_is_given_up_and_told_at_once(tmp_path: Path) -> None:
    channel, noted = siren(tmp_path)
    with a_notify_house(tmp_path) as house:
        house.notifier.config["channels"].append(channel)
        house.notifier.config["people"].append({"id": "li", "reach": {"siren": "x"}})
        house.notifier.config["trouble"] = {"to": "li"}
        house.notifier.reload()
        house.mailbox.refuses["wang@hospital.example"] = "550 5.1.1 no such user"
        house.site.tell("a.b.c")
        eventually(lambda: noted.exists() and "550 5.1.1 no such user" in noted.read_text())
        assert "given up: a.b.c" in house.notifier.log
        said = house.notifier.says("log", "--json")
        assert said.returncode == 1
        (failed,) = [line for line in house.notifier.record() if line["channel"] == "mail"]
        assert (failed["outcome"], failed["why"]) == ("failed", "550 5.1.1 no such user")
        assert failed["alarms"] == ["a.b.c"]


def test_a_channel_that_hangs_delays_no_other(tmp_path: Path) -> None:
    script = tmp_path / "hangs"
    script.write_text("#!/bin/sh\nsleep 60\n")
    script.chmod(0o755)
    with a_notify_house(tmp_path) as house:
        house.notifier.config["channels"].append({"command": {"run": [str(script)]}, "name": "hangs"})
        house.notifier.config["people"][0]["reach"]["hangs"] = "x"
        house.notifier.config["delivery"]["timeout"] = "3 s"
        house.notifier.reload()
        for number in range(3):
            house.site.tell(f"a-{number}.b.c")
            house.until_told(f"a-{number}.b.c", seconds=5)
        eventually(lambda: "wang by hangs: not delivered: it took longer than 3 s" in house.notifier.log)


def test_a_roommon_that_is_offline_is_told_and_so_is_its_return(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"offline_after": "1 s"}) as house:
        house.site.say("status", "online", retain=True)
        house.site.say("status", "offline", retain=True)
        house.site.say("status", "online", retain=True)  # a restart is no alarm
        time.sleep(2.5)
        assert house.mailbox.mails == []
        house.site.say("status", "offline", retain=True)
        house.until(lambda mails: any("roommon hospital-a is offline" in mail.body for mail in mails))
        house.until_on_record()
        house.notifier.kill()
        house.notifier.start()
        time.sleep(1.5)
        house.site.say("status", "online", retain=True)
        house.until(lambda mails: any("roommon hospital-a is back" in mail.body for mail in mails))
        assert house.told("is offline") == 1, "also over a restart"


def test_a_roommon_of_which_nothing_is_heard_is_told(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"alive_within": "2 s"}) as house:
        began = time.monotonic()
        house.site.tell("a.b.c")
        house.until(lambda mails: any("Nothing was heard of roommon hospital-a" in mail.body for mail in mails))
        assert time.monotonic() - began >= 1.5
        house.site.tell("d.e.f")
        house.until(lambda mails: any("roommon hospital-a is heard again" in mail.body for mail in mails))


def test_a_broker_that_stays_away_is_told(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"broker_after": "2 s"}) as house:
        house.broker.stop()
        house.until(lambda mails: any("cannot be reached" in mail.body for mail in mails))
        (mail,) = house.mailbox.mails
        assert f"The broker {house.broker.address.host}:{house.broker.address.port} cannot be reached" in mail.subject
        house.broker.start()
        house.until(lambda mails: any("is there again" in mail.body for mail in mails))


def test_a_wrong_configuration_is_refused_and_the_old_one_goes_on(house: NotifyHouse) -> None:
    house.notifier.config["routes"] = [{"to": "nobody"}]
    house.notifier.reload()
    assert "reload: refused" in house.notifier.log
    assert "there is no person or rota `nobody`" in house.notifier.log
    house.site.tell("a.b.c")
    house.until_told("a.b.c")


def test_who_left_the_configuration_is_given_up_on_record(tmp_path: Path) -> None:
    with a_notify_house(tmp_path) as house:
        house.mailbox.answers = "451 later"
        house.site.tell("a.b.c")
        eventually(house.notifier.tries)
        house.notifier.config["people"][0] = {"id": "li", "reach": {"mail": "li@hospital.example"}}
        house.notifier.config["routes"] = [{"to": "li"}]
        house.notifier.reload()
        eventually(lambda: "wang by mail is no longer configured: 1 waiting messages" in house.notifier.log)
        assert house.notifier.tries()[-1].made.why == Text("no longer configured", "配置中已没有此人或此渠道")


def test_a_broker_of_3_1_1_with_a_password_is_listened_to(tmp_path: Path) -> None:
    users = (("notify", "sesame"), ("roommon", "r"))
    access = "user notify\ntopic read roommon/hospital-a/event\n"
    (tmp_path / "other").mkdir()
    (tmp_path / "mqtt").write_text("sesame\n")
    (tmp_path / "mqtt").chmod(0o600)
    with a_notify_house(tmp_path) as house, mosquitto(tmp_path / "other", Setup(users=users, access=access)) as other:
        broker = house.notifier.config["broker"]
        broker |= {"port": other.address.port, "version": "3.1.1", "username": "notify", "password_file": "mqtt"}
        house.notifier.reload()
        eventually(lambda: f"{other.address.port}: listens over MQTT 3.1.1" in house.notifier.log)
        assert _checked(house) == (0, f"127.0.0.1:{other.address.port}: answers over MQTT 3.1.1")
        (tmp_path / "mqtt").write_text("wrong\n")
        code, said = _checked(house)
        assert code == 1
        assert "check username" in said


def _checked(house: NotifyHouse) -> tuple[int, str]:
    """What `check --connect` ends with, and its last line."""
    house.notifier.write()
    said = house.notifier.asked("check", str(house.notifier.path), "--connect")
    return said.returncode, said.stdout.strip().split("\n")[-1]


def test_the_commands_say_what_they_did(house: NotifyHouse) -> None:
    sent = house.notifier.says("test", "wang")
    assert sent.returncode == 0, sent.stderr
    assert "delivered in" in sent.stdout
    (mail,) = house.mailbox.mails
    assert mail.subject == "[low] TEST: roommon reaches wang by mail"
    house.mailbox.answers = "451 4.3.0 try later"
    failed = house.notifier.says("test", "mail", language="zh-CN")
    assert (failed.returncode, "失败：451 4.3.0 try later" in failed.stdout) == (1, True)
    assert [line["outcome"] for line in house.notifier.record()] == ["delivered", "failed"]
    shown = house.notifier.says("log", "--last", "1")
    assert "failed: 451 4.3.0 try later" in shown.stdout
    assert "[low] TEST: roommon reaches wang" in shown.stdout.replace("\n", " ")
    nobody = house.notifier.says("test", "wamg")
    assert (nobody.returncode, nobody.stderr) == (
        2,
        "roommon: nobody is called 'wamg', and no channel; did you mean `wang`?\n",
    )


def test_two_notifiers_with_one_client_id_are_told_of(house: NotifyHouse, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with a_notifier(tmp_path / "second", by_mail(house.broker.address, house.mailbox.address)):
        eventually(lambda: "does another client have our id roommon-notify?" in house.notifier.log, 30)
