"""`roommon notify` when everything around it goes away: nothing is lost, and nothing is told twice without need."""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.alerts.payload import alarm_message
from roommon.model.alarm import Priority, State
from roommon.model.clock import Instant
from roommon.model.text import Language
from tests.peers.daemon import eventually
from tests.peers.mailbox import served
from tests.peers.notify_house import NotifyHouse, a_notify_house
from tests.peers.teller import changed, teller

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[NotifyHouse]:
    with a_notify_house(tmp_path, trouble={"gap_after": "3 s"}) as running:
        yield running


def test_what_was_told_while_it_was_away_is_told_when_it_is_back(house: NotifyHouse) -> None:
    house.site.tell("before.a.b")
    house.until_told("before.a.b")
    house.until_on_record()
    house.notifier.kill()
    for number in range(30):
        house.site.tell(f"away-{number}.a.b")
    house.notifier.start()
    house.until_told(*(f"away-{number}.a.b" for number in range(30)))
    assert house.told("before.a.b is") == 1, "it was told before"


def test_killed_at_every_moment_it_loses_nothing(house: NotifyHouse) -> None:
    alarms = [f"alarm-{number:02}.a.b" for number in range(40)]
    chance = random.Random(7)  # a run like the last one
    kills = 0
    for number, alarm in enumerate(alarms):
        house.site.tell(alarm)
        if number % 4 == 3:
            time.sleep(chance.random() * 0.4)
            house.notifier.kill()
            house.notifier.launch()
            kills += 1
    house.until_told(*alarms, seconds=60)
    times = Counter({alarm: house.told(f"{alarm} is") for alarm in alarms})
    assert max(times.values()) <= 2, f"twice at most, for what was under way: {times.most_common(3)}"
    assert sum(times.values()) - len(alarms) <= 4 * kills


def test_a_kill_while_the_mail_is_under_way_tells_it_again_and_not_a_third_time(house: NotifyHouse) -> None:
    house.mailbox.taking.clear()
    house.site.tell("slow.a.b")
    assert house.mailbox.reached.wait(20)
    house.notifier.kill()
    house.mailbox.taking.set()
    house.notifier.start()
    house.until(lambda mails: len(mails) == 2)
    house.notifier.kill()
    house.notifier.start()
    house.site.tell("next.a.b")
    house.until_told("next.a.b")
    assert house.told("slow.a.b is") == 2


def test_the_broker_sends_again_what_was_told_and_nobody_hears_it_twice(house: NotifyHouse) -> None:
    event = changed("again.a.b")
    for _ in range(3):
        house.site.publish(5, event)
    house.site.publish(6, changed("other.a.b"))
    house.until_told("again.a.b", "other.a.b")
    assert house.told("again.a.b is") == 1


def test_a_journal_that_begins_anew_uses_numbers_again_and_is_told(house: NotifyHouse) -> None:
    for number in (1, 2, 3):
        house.site.publish(number, changed(f"old-{number}.a.b"))
    house.until_told("old-3.a.b")
    house.site.publish(1, changed("new.a.b"))
    house.until_told("new.a.b")


@pytest.mark.parametrize("how", ["stop", "kill", "freeze"])
def test_a_broker_that_goes_away_is_waited_for(house: NotifyHouse, how: str) -> None:
    house.site.tell("before.a.b")
    house.until_told("before.a.b")
    said = f"{house.broker.address.host}:{house.broker.address.port}: "
    known = house.notifier.log.count(said)
    getattr(house.broker, how)()
    eventually(lambda: house.notifier.log.count(said) > known)
    if how == "freeze":
        house.broker.thaw()
    else:
        house.broker.start()
    with teller(house.broker.address) as site:
        site.number = house.site.number
        site.tell("after.a.b")
        house.until_told("after.a.b", seconds=40)


def test_a_mail_server_that_is_away_is_tried_until_it_is_back(tmp_path: Path) -> None:
    with a_notify_house(tmp_path) as house:
        pass
    box = house.mailbox
    box.mails.clear()
    house.broker.start()
    house.notifier.start()
    try:
        with teller(house.broker.address) as site:
            site.tell("away.a.b")
            (failed,) = eventually(house.notifier.tries)
            assert failed.made.why is not None
            assert "Connection refused" in failed.made.why.en
            assert "连接被拒绝" in failed.made.why.zh_cn
            with served(box):
                site.tell("now.a.b", priority=Priority.CRITICAL)
                house.until_told("away.a.b", "now.a.b", seconds=30)
        assert len(box.mails) == 1, "they came as one"
        assert box.mails[0].subject.startswith("2 messages, 1 CRITICAL: [CRITICAL] now.a.b")
    finally:
        house.notifier.end()
        house.broker.kill()


def test_numbers_that_never_come_are_told_as_a_gap_and_late_ones_are_not(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"gap_after": "2 s"}) as house:
        for number in (1, 4, 2, 3):
            house.site.publish(number, changed(f"late-{number}.a.b"))
        house.until_told(*(f"late-{number}.a.b" for number in (1, 2, 3, 4)))
        house.site.publish(8, changed("jump.a.b"))
        house.until(
            lambda mails: any("3 events of hospital-a did not arrive (number 5..7)" in mail.body for mail in mails)
        )
        assert house.told("did not arrive") == 1


def test_a_gap_is_remembered_over_a_kill(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"gap_after": "4 s"}) as house:
        house.site.publish(1, changed("one.a.b"))
        house.site.publish(3, changed("three.a.b"))
        house.until_told("three.a.b")
        house.notifier.kill()
        house.notifier.start()
        house.until(
            lambda mails: any("1 events of hospital-a did not arrive (number 2)" in mail.body for mail in mails)
        )


def test_what_stands_on_the_broker_and_was_never_heard_of_is_told(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"gap_after": "3 s"}) as house:
        house.notifier.kill()
        (tmp_path / "queue.db").unlink()
        for path in tmp_path.glob("queue.db-*"):
            path.unlink()
        stands = changed("stands.a.b", at=Instant(1_795_000_000_000))
        house.site.say("alarm/stands.a.b", alarm_message(7, stands, Language.ENGLISH), retain=True)
        seen = changed("told.a.b", State.ACKNOWLEDGED, at=Instant(1_795_000_000_000))
        house.site.say("alarm/told.a.b", alarm_message(9, seen, Language.ENGLISH), retain=True)
        house.notifier.start()
        house.until_told("stands.a.b", "told.a.b", seconds=45)
        house.site.publish(7, stands)
        house.site.publish(10, changed("next.a.b"))
        house.until_told("next.a.b")
        assert house.told("stands.a.b is") == 1, "its event is no news"


def test_a_session_that_the_broker_has_lost_hides_no_alarm_that_stands(tmp_path: Path) -> None:
    with a_notify_house(tmp_path, trouble={"gap_after": "3 s"}) as house:
        house.site.publish(1, changed("one.a.b"))
        house.until_told("one.a.b")
        house.notifier.kill()
        house.broker.stop()
        (tmp_path / "broker" / "mosquitto.db").unlink()
        house.broker.start()
        with teller(house.broker.address) as site:
            site.publish(2, changed("lost.a.b"))
            house.notifier.start()
            site.publish(3, changed("three.a.b"))
            house.until_told("lost.a.b", "three.a.b", seconds=45)


def test_while_the_disk_takes_nothing_people_are_told_once_from_memory(house: NotifyHouse, tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "queue.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")  # as if it were full: nobody else can write
    house.site.tell("blocked.a.b")
    house.until_told("blocked.a.b", seconds=40)
    house.until(lambda mails: any("The disk of roommon notify takes nothing" in mail.body for mail in mails), 40)
    house.site.tell("blocked.a.b", State.NORMAL)
    house.until(lambda mails: any("normal: blocked.a.b" in mail.body for mail in mails))
    db.execute("ROLLBACK")
    db.close()
    house.until(lambda mails: any("The disk of roommon notify works again" in mail.body for mail in mails), 40)
    house.until_on_record()
    for words in ("[medium] blocked.a.b is", "normal: blocked.a.b", "takes nothing"):
        assert house.told(words) == 1, words
    alarms = {alarm for tried in house.notifier.tries() for alarm in tried.alarms}
    assert "blocked.a.b" in alarms, "it is on record since the disk is back"
    house.notifier.kill()
    house.notifier.start()
    house.site.tell("after.a.b")
    house.until_told("after.a.b")
    assert house.told("[medium] blocked.a.b is") == 1


def test_a_reload_lets_what_is_under_way_end_and_sends_it_once(house: NotifyHouse) -> None:
    house.mailbox.taking.clear()
    house.site.tell("slow.a.b")
    assert house.mailbox.reached.wait(20)
    threading.Timer(1.0, house.mailbox.taking.set).start()
    house.notifier.reload()
    house.site.tell("next.a.b")
    house.until_told("next.a.b")
    assert house.told("slow.a.b is") == 1


def test_ending_lets_what_is_under_way_end(house: NotifyHouse) -> None:
    house.mailbox.taking.clear()
    house.site.tell("slow.a.b")
    assert house.mailbox.reached.wait(20)
    threading.Timer(1.0, house.mailbox.taking.set).start()
    house.notifier.stop()
    assert [tried.outcome for tried in house.notifier.tries()] == ["delivered"]


def test_nonsense_on_the_topic_is_left_aside(house: NotifyHouse) -> None:
    for payload in (b"", b"no json", b"[]", b'{"schema": 1}', b'{"number": "x"}', "ÿ".encode("latin-1")):
        house.site.say("event", payload)
    document = json.loads(alarm_message(2, changed("odd.a.b"), Language.ENGLISH))
    del document["words"]
    house.site.say("event", json.dumps(document | {"text": "two\nlines \x00 and \ud800 half", "number": 2}))
    house.site.say("event", json.dumps(document | {"number": 1 << 70}))
    house.site.number = 2
    house.site.tell("sense.a.b")
    house.until_told("sense.a.b")
    house.until(lambda mails: any("two lines and half" in mail.body for mail in mails))
    assert house.notifier.log.count("is left aside") == 7
