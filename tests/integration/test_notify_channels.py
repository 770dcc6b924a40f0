"""Every channel against a real far side: what arrives, and what is said when it does not."""

import asyncio
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from roommon.model.alarm import Priority
from roommon.model.text import Text
from roommon.notify.delivering import note_for, send
from roommon.notify.event import Event
from roommon.notify.settings import Name, Settings, Target
from tests.peers.certificates import Authority
from tests.peers.connect_proxy import connect_proxy
from tests.peers.mailbox import mailbox
from tests.peers.notify_settings import happened
from tests.peers.notify_settings import settings as read
from tests.peers.process import free_address
from tests.peers.receiver import Answer, Posted, dingtalk, feishu, receiver, takes_everything, wecom
from tests.peers.smsd import Sms, smsd

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

HOT = happened()
"""`[HIGH] Rack A inlet is 31.2 °C`, in the server room."""


def secret(folder: Path, name: str, words: str) -> str:
    (folder / name).write_text(words + "\n")
    (folder / name).chmod(0o600)
    return name


async def told(
    folder: Path, kind: str, config: dict[str, Any], address: str, *events: Event, language: str = "en"
) -> str | None:
    """Tell Wang of `events` by one channel; return None, or why it did not arrive, in his language."""
    made = made_of(folder, kind, config, address, language)
    target = Target(Name("wang"), Name(kind))
    note = note_for(made, made.people[Name("wang")], events or [HOT])
    failure = await send(made, target, note)
    return None if failure is None else failure.words.in_language(made.language_of(Name("wang")))


def made_of(folder: Path, kind: str, config: dict[str, Any], address: str, language: str) -> Settings:
    document = {
        "sites": ["hospital-a"],
        "broker": {"host": "127.0.0.1"},
        "channels": [{kind: config}],
        "people": [{"id": "wang", "language": language, "reach": {kind: address}}],
        "routes": [{"to": "wang"}],
        "delivery": {"timeout": "20 s"},
    }
    return read(folder, yaml.safe_dump(document, allow_unicode=True), "")


MAIL = {"from": "roommon@hospital.example", "tls": "none"}


async def test_mail_over_starttls_with_a_login(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    chain = authority.issue("mail", tmp_path)
    with mailbox(chain=chain, login=("roommon", "sesame")) as box:
        config = MAIL | {
            "host": box.address.host,
            "port": box.address.port,
            "tls": "starttls",
            "ca_file": str(authority.ca_file),
            "username": "roommon",
            "password_file": secret(tmp_path, "smtp", "sesame"),
        }
        assert await told(tmp_path, "mail", config, "wang@hospital.example", language="zh-CN") is None
        (mail,) = box.mails
        assert mail.subject == "[高] A 列机柜进风 31.2 °C"
        assert "检查空调。" in mail.body
        secret(tmp_path, "smtp", "wrong")
        said = await told(tmp_path, "mail", config, "wang@hospital.example")
        assert said is not None
        assert said.startswith("535 ")
        other = config | {"ca_file": str(Authority(tmp_path, "another CA").ca_file)}
        said = await told(tmp_path, "mail", other, "wang@hospital.example")
        assert said == "127.0.0.1: TLS failed: unable to get local issuer certificate"


async def test_mail_that_is_refused_says_so_in_the_servers_words(tmp_path: Path) -> None:
    with mailbox() as box:
        config = MAIL | {"host": box.address.host, "port": box.address.port}
        box.refuses["gone@hospital.example"] = "550 5.1.1 no such user here"
        assert await told(tmp_path, "mail", config, "gone@hospital.example") == "550 5.1.1 no such user here"
        box.answers = "452 4.3.1 disk full"
        assert await told(tmp_path, "mail", config, "wang@hospital.example") == "452 4.3.1 disk full"
    nowhere = free_address()
    config = MAIL | {"host": nowhere.host, "port": nowhere.port}
    assert await told(tmp_path, "mail", config, "a@b.c") == f"127.0.0.1:{nowhere.port}: Connection refused"
    assert await told(tmp_path, "mail", config, "a@b.c", language="zh-CN") == f"127.0.0.1:{nowhere.port}：连接被拒绝"


async def test_a_command_is_given_the_note_and_its_address(tmp_path: Path) -> None:
    script = tmp_path / "siren"
    script.write_text(f'#!/bin/sh\nprintf "%s|" "$@" > {tmp_path}/words\ncat > {tmp_path}/note\n')
    script.chmod(0o755)
    run = [str(script), "on", "{address}", "{text}"]
    assert await told(tmp_path, "command", {"run": run}, "red; rm -rf /") is None
    sms = "HIGH server-room: Rack A inlet is 31.2 C. Check the air conditioners."
    assert (tmp_path / "words").read_text() == f"on|red; rm -rf /|{sms}|"
    note = json.loads((tmp_path / "note").read_text())
    assert (note["short"], note["events"][0]["alarm"]) == (sms, "inlet-hot.rack-a.inlet")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo no power >&2; exit 3", "{} ended with 3: no power"),
        ("sleep 30", "{} did not end within 1 s"),
        ("sleep 30 & exit 0", "{} did not end within 1 s"),
    ],
)
async def test_a_command_that_fails_or_hangs_says_so(tmp_path: Path, script: str, said: str) -> None:
    path = tmp_path / "siren"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    assert await told(tmp_path, "command", {"run": [str(path)], "timeout": "1 s"}, "x") == said.format(path)
    assert await told(tmp_path, "command", {"run": ["/no/such"]}, "x") == "/no/such: No such file or directory"


async def test_a_sound_is_a_wav_file_for_the_player(tmp_path: Path) -> None:
    player = tmp_path / "player"
    player.write_text(f"#!/bin/sh\ncat > {tmp_path}/sound.wav\n")
    player.chmod(0o755)
    config = {"player": [str(player)], "times": 2}
    assert await told(tmp_path, "sound", config, "speaker") is None
    usual = (tmp_path / "sound.wav").read_bytes()
    assert usual[:4] + usual[8:12] == b"RIFFWAVE"
    assert await told(tmp_path, "sound", config, "speaker", happened(priority=Priority.CRITICAL)) is None
    assert len((tmp_path / "sound.wav").read_bytes()) == pytest.approx(3 * len(usual), rel=0.01)
    assert await told(tmp_path, "sound", config, "speaker", happened(state="normal", trigger="returned")) is None
    assert (tmp_path / "sound.wav").read_bytes() != usual, "another tone when it is over"


async def test_an_sms_goes_out_by_the_modem_in_the_alphabet_that_holds_more(tmp_path: Path) -> None:
    with smsd(tmp_path / "smsd") as modem:
        config = {"smsdrc": str(modem.smsdrc), "timeout": "15 s"}
        assert await told(tmp_path, "sms", config, "+8613800000000", language="zh-CN") is None
        assert await told(tmp_path, "sms", config, "+8613800000001") is None
        chinese, english = modem.sent
    assert chinese == Sms(
        "+8613800000000", "高 server-room：A 列机柜进风 31.2 °C。检查空调。", "Unicode_No_Compression"
    )
    text = "HIGH server-room: Rack A inlet is 31.2 C. Check the air conditioners."
    assert english == Sms("+8613800000001", text, "Default_No_Compression")


async def test_an_sms_that_nobody_sends_is_taken_back(tmp_path: Path) -> None:
    with smsd(tmp_path / "smsd") as modem:
        modem.stop()
        config = {"smsdrc": str(modem.smsdrc), "timeout": "2 s"}
        said = await told(tmp_path, "sms", config, "+8613800000000")
        assert said == "gammu-smsd did not send it within 2 s; does it run, and is the modem there?"
        assert modem.outbox == [], "else it would come later, and again"


async def test_an_sms_that_the_modem_cannot_send_is_not_delivered(tmp_path: Path) -> None:
    with smsd(tmp_path / "smsd") as modem:
        modem.stop()  # the test does what smsd does with a text that failed

        async def fail() -> None:
            while not modem.outbox:  # noqa: ASYNC110 - the folder tells nobody
                await asyncio.sleep(0.05)
            for path in modem.outbox:
                path.rename(modem.folder / "error" / path.name)

        failing = asyncio.create_task(fail())
        said = await told(tmp_path, "sms", {"smsdrc": str(modem.smsdrc)}, "+8613800000000")
        await failing
        assert said is not None
        assert said.startswith("the modem could not send it; look at gammu-smsd's log")


async def test_an_smsd_that_is_not_set_up_says_so(tmp_path: Path) -> None:
    said = await told(tmp_path, "sms", {"smsdrc": str(tmp_path / "none")}, "+8613800000000")
    assert said is not None
    assert said.startswith("/usr/bin/gammu-smsd-inject ended with ")
    said = await told(tmp_path, "sms", {"inject": "/usr/bin/no-inject"}, "+8613800000000")
    assert said == "/usr/bin/no-inject: No such file or directory"


async def test_a_webhook_is_signed(tmp_path: Path) -> None:
    with receiver(takes_everything) as desk:
        config = {"url": f"{desk.url}/alarms", "secret_file": secret(tmp_path, "desk", "sesame")}
        config["token_file"] = secret(tmp_path, "token", "bearer-token")
        assert await told(tmp_path, "webhook", config, "guard", language="zh-CN") is None
    (posted,) = desk.posted
    signature = hmac.new(b"sesame", posted.body, hashlib.sha256).hexdigest()
    assert posted.headers["X-Roommon-Signature"] == f"sha256={signature}"
    assert posted.headers["Authorization"] == "Bearer bearer-token"
    assert (posted.path, posted.document["address"]) == ("/alarms", "guard")
    assert posted.document["events"][0]["text"] == "A 列机柜进风 31.2 °C"


async def test_a_webhook_that_does_not_take_it_says_why(tmp_path: Path) -> None:
    def refuses(_: Posted) -> tuple[int, dict[str, Any]]:
        return 503, {"why": "closed"}

    authority = Authority(tmp_path)
    with receiver(refuses) as desk:
        said = await told(tmp_path, "webhook", {"url": f"{desk.url}/secret-path"}, "x")
        assert said == f'{desk.url}: 503 Service Unavailable {{"why": "closed"}}'
    for language, words in (("en", ": Connection refused"), ("zh-CN", "：连接被拒绝")):
        assert await told(tmp_path, "webhook", {"url": desk.url}, "x", language=language) == f"{desk.url}{words}"
    said = await told(tmp_path, "webhook", {"url": "http://no-such-host.invalid/x"}, "x")
    assert said is not None
    assert said.startswith("http://no-such-host.invalid: ")
    with receiver(takes_everything, authority.issue("desk", tmp_path)) as desk:
        said = await told(tmp_path, "webhook", {"url": desk.url}, "x")
        assert said is not None
        assert said.startswith(f"{desk.url}: its certificate is not trusted")
        assert await told(tmp_path, "webhook", {"url": desk.url, "ca_file": str(authority.ca_file)}, "x") is None


async def test_ntfy_is_given_topic_priority_and_link(tmp_path: Path) -> None:
    with receiver(takes_everything) as server:
        config = {"url": server.url, "token_file": secret(tmp_path, "ntfy", "tk_1")}
        critical = happened(priority=Priority.CRITICAL)
        assert await told(tmp_path, "ntfy", config, "wang-alarms", critical) is None
        assert await told(tmp_path, "ntfy", config, "wang-alarms", happened(state="normal", trigger="returned")) is None
    first, last = (posted.document for posted in server.posted)
    assert (first["topic"], first["priority"], first["tags"]) == ("wang-alarms", 5, ["rotating_light"])
    assert first["title"] == "[CRITICAL] Rack A inlet is 31.2 °C"
    assert (last["priority"], last["tags"]) == (2, ["white_check_mark"])
    assert server.posted[0].headers["Authorization"] == "Bearer tk_1"


async def test_dingtalk_takes_our_signature(tmp_path: Path) -> None:
    with receiver(dingtalk("token-1", "SECabc")) as robot:
        config = {
            "url": f"{robot.url}/robot/send",
            "token_file": secret(tmp_path, "token", "token-1"),
            "secret_file": secret(tmp_path, "secret", "SECabc"),
        }
        assert await told(tmp_path, "dingtalk", config, "13800000000", language="zh-CN") is None
        assert await told(tmp_path, "dingtalk", config, "all") is None
        secret(tmp_path, "secret", "SECother")
        assert await told(tmp_path, "dingtalk", config, "group") == "DingTalk: 310000 sign not match"
        secret(tmp_path, "token", "token-2")
        assert await told(tmp_path, "dingtalk", config, "group") == "DingTalk: 300001 token is not exist"
    one, everybody, *_ = (posted.document for posted in robot.posted)
    assert one["at"] == {"atMobiles": ["13800000000"], "isAtAll": False}
    assert everybody["at"] == {"atMobiles": [], "isAtAll": True}
    assert one["text"]["content"].startswith("[高] A 列机柜进风 31.2 °C\n检查空调。")


async def test_wecom_takes_our_key_and_no_more_than_2048_bytes(tmp_path: Path) -> None:
    with receiver(wecom("key-1")) as robot:
        config = {"url": f"{robot.url}/cgi-bin/webhook/send", "key_file": secret(tmp_path, "key", "key-1")}
        long = happened(response=Text.same("查找漏水并擦干；" * 200))
        assert await told(tmp_path, "wecom", config, "all", long, language="zh-CN") is None
        secret(tmp_path, "key", "key-2")
        assert await told(tmp_path, "wecom", config, "group") == "WeCom: 93000 invalid webhook url"
    assert robot.posted[0].document["text"]["mentioned_mobile_list"] == ["@all"]


async def test_feishu_takes_our_signature(tmp_path: Path) -> None:
    with receiver(feishu("token-1", "sesame")) as robot:
        config = {
            "url": f"{robot.url}/hook",
            "token_file": secret(tmp_path, "token", "token-1"),
            "secret_file": secret(tmp_path, "secret", "sesame"),
        }
        assert await told(tmp_path, "feishu", config, "group", language="zh-CN") is None
        secret(tmp_path, "secret", "other")
        said = await told(tmp_path, "feishu", config, "group")
        assert said is not None
        assert said.startswith("Feishu: 19021 sign match fail")


async def test_a_robot_that_is_none_is_not_taken_for_one(tmp_path: Path) -> None:
    with receiver(takes_everything) as portal:
        config = {"url": portal.url, "key_file": secret(tmp_path, "key", "k")}
        assert await told(tmp_path, "wecom", config, "group") == 'WeCom did not answer as it should: {"ok": true}'


def telegram(posted: Posted) -> tuple[int, dict[str, Any]]:
    if posted.path != "/bot123456789:ABC-def/sendMessage":
        return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
    return 200, {"ok": True, "result": {}}


def slack(posted: Posted) -> tuple[int, str]:
    good = posted.path.startswith("/services/T1AAAAAAA/B1AAAAAAA/")
    return (200, "ok") if good else (403, "invalid_token")


@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise's own import
@pytest.mark.parametrize(
    ("kind", "answer", "key", "right", "wrong", "address", "host"),
    [
        ("telegram", telegram, "token", "123456789:ABC-def", "123456789:XYZ-def", "-100123", "api.telegram.org"),
        (
            "slack",
            slack,
            "token",
            "T1AAAAAAA/B1AAAAAAA/abcdefghijklmnopqrstuvwx",
            "T2AAAAAAA/B1AAAAAAA/abcdefghijklmnopqrstuvwx",
            "#ops",
            "hooks.slack.com",
        ),
        (
            "apprise",
            telegram,
            "url",
            "tgram://123456789:ABC-def/{address}",
            "tgram://123456789:XYZ-def/{address}",
            "-100123",
            "api.telegram.org",
        ),
    ],
)
async def test_what_apprise_carries_arrives_at_its_own_host(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    answer: Answer,
    key: str,
    right: str,
    wrong: str,
    address: str,
    host: str,
) -> None:
    """apprise holds the host; a proxy leads there, and the receiver has a certificate for it from the test's CA."""
    authority = Authority(tmp_path)
    with (
        receiver(answer, authority.issue("cloud", tmp_path, host=host)) as service,
        connect_proxy(service.port) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))
        config = {f"{key}_file": secret(tmp_path, "secret", right)}
        assert await told(tmp_path, kind, config, address) is None
        assert proxy.asked == [f"{host}:443"]
        assert b"Rack A inlet is 31.2" in service.posted[0].body
        secret(tmp_path, "secret", wrong)
        said = await told(tmp_path, kind, config, address)
        assert said is not None
        assert said.startswith("apprise: ")
        assert right.rsplit("/", maxsplit=1)[-1] not in said
