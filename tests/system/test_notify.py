"""From a register to a person's mail: the room, roommon, the broker, `roommon notify`, the mail server; and back."""

from pathlib import Path

import pytest

from tests.peers.daemon import eventually
from tests.peers.mailbox import mailbox
from tests.peers.notifier import a_notifier, by_mail
from tests.peers.people_house import HOT, a_house

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]


def test_a_register_becomes_a_mail_and_so_does_what_people_do(tmp_path: Path) -> None:
    (tmp_path / "notify").mkdir()
    with a_house(tmp_path) as house, mailbox() as box:
        config = by_mail(house.broker.address, box.address, sites=["demo"], trouble={"offline_after": "1 s"})
        config["people"][0]["language"] = "zh-CN"
        config["link"] = "https://box.example/alarms/{alarm}"
        with a_notifier(tmp_path / "notify", config) as notifier:

            def until(words: str) -> None:
                eventually(lambda: any(words in mail.body for mail in box.mails), 40)

            house.heat("rack-a", 315)
            until("31.5 °C")
            (mail,) = box.mails
            assert mail.subject == "[中] A 列机柜 进风 31.5 °C"
            assert f"https://box.example/alarms/{HOT}" in mail.body
            assert house.commands("alarms", "acknowledge", HOT, "--note", "on my way").returncode == 0
            until("已确认")
            notifier.kill()
            house.heat("rack-a", 220)
            house.until(HOT, "returned")
            assert house.commands("alarms", "reset", HOT).returncode == 0
            house.until(HOT, "reset")
            notifier.start()
            until("已复位")
            assert sum("31.5 °C" in mail.body and "确认" not in mail.body for mail in box.mails) == 1
            house.daemon.kill()
            until("roommon demo 已离线")
            house.daemon.start()
            until("roommon demo 已恢复")
            told = [line for line in notifier.record() if line["outcome"] == "delivered"]
            assert [HOT in line["alarms"] for line in told].count(True) >= 3
