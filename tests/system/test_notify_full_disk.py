"""The disk of `roommon notify`'s queue is really full: people are told, once, and it is on record afterwards."""

from pathlib import Path

import pytest

from roommon.model.alarm import State
from tests.peers.notify_house import a_notify_house
from tests.system.test_full_disk import a_small_disk, fill

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


def test_a_full_disk_keeps_nobody_from_being_told(tmp_path: Path) -> None:
    with a_small_disk(tmp_path / "disk") as disk, a_notify_house(tmp_path, queue=str(disk / "queue.db")) as house:
        house.site.tell("before.a.b")
        house.until_told("before.a.b")
        house.until_on_record()
        filler = fill(disk)
        alarms = [f"full-{number}.a.b" for number in range(30)]  # one page of the log may still have room
        for alarm in alarms:
            house.site.tell(alarm)
        house.until_told(*alarms, seconds=60)
        house.until(lambda mails: any("The disk of roommon notify takes nothing" in mail.body for mail in mails), 60)
        house.site.tell("full-0.a.b", State.NORMAL)
        house.until(lambda mails: any("normal: full-0.a.b" in mail.body for mail in mails))
        filler.unlink()
        house.until(lambda mails: any("The disk of roommon notify works again" in mail.body for mail in mails), 60)
        house.until_on_record()
        house.notifier.kill()
        house.notifier.start()
        house.site.tell("after.a.b")
        house.until_told("after.a.b")
        assert {alarm: house.told(f"[medium] {alarm} is") for alarm in alarms} == dict.fromkeys(alarms, 1)
        told = {alarm for tried in house.notifier.tries() for alarm in tried.alarms}
        assert set(alarms) <= told
