"""The leak of `roommon demo` reaches people: a mail, a DingTalk message and an SMS, each at a real far side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.daemon import eventually
from tests.peers.mailbox import mailbox
from tests.peers.mosquitto import Mosquitto, Setup
from tests.peers.notifier import a_notifier, by_mail
from tests.peers.receiver import dingtalk, receiver
from tests.peers.smsd import Sms, smsd

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

PHONE = "+8613800000000"


def _secret(folder: Path, name: str, words: str) -> str:
    path = folder / name
    path.write_text(f"{words}\n")
    path.chmod(0o600)
    return str(path)


def test_the_demos_leak_is_a_mail_a_dingtalk_message_and_an_sms(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    (tmp_path / "notify").mkdir()
    broker = Mosquitto(tmp_path / "broker", Setup())
    broker.start()
    address = f"{broker.address.host}:{broker.address.port}"
    command = [sys.executable, "-m", "roommon", "demo", "--broker", address, "--speed", "3"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "ROOMMON_LANGUAGE": "en"}
    try:
        with (
            mailbox() as box,
            smsd(tmp_path / "smsd") as modem,
            receiver(dingtalk("token-1", "SECabc")) as robot,
        ):
            config = by_mail(broker.address, box.address, sites=["demo"])
            config["channels"] += [
                {"sms": {"smsdrc": str(modem.smsdrc), "timeout": "15 s"}},
                {
                    "dingtalk": {
                        "url": f"{robot.url}/robot/send",
                        "token_file": _secret(tmp_path, "token", "token-1"),
                        "secret_file": _secret(tmp_path, "secret", "SECabc"),
                    }
                },
            ]
            wang = config["people"][0]
            wang["language"] = "zh-CN"
            wang["reach"] |= {"sms": PHONE, "dingtalk": "13800000000"}
            config["routes"] = [{"to": wang["id"], "priority": "critical"}]
            with (
                a_notifier(tmp_path / "notify", config),
                subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as demo,
            ):
                try:
                    mail = eventually(lambda: [each for each in box.mails if "漏水" in each.subject], 60)[0]
                    eventually(lambda: robot.posted and modem.sent, 20)
                finally:
                    demo.terminate()
            assert mail.subject == "[紧急] 架空地板下漏水"
            assert "按感应线位置查找漏点并关阀。" in mail.body
            assert (
                robot.posted[0]
                .document["text"]["content"]
                .startswith("[紧急] 架空地板下漏水\n按感应线位置查找漏点并关阀。")
            )
            text = "紧急 server-room：架空地板下漏水。按感应线位置查找漏点并关阀。"
            assert modem.sent[0] == Sms(PHONE, text, "Unicode_No_Compression")
    finally:
        broker.kill()
