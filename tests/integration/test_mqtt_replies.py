"""What a command came to, as real clients of both versions hear it; and a broker that lets nobody hear it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from roommon.alerts.sinks import mqtt
from roommon.model.alarm import AlarmId
from roommon.model.secret import Secret
from tests.peers import asking
from tests.peers.events import delivering
from tests.peers.mosquitto import Mosquitto, Setup, mosquitto, publish, subscribed

pytestmark = pytest.mark.integration

SITE = "roommon/hospital-a"
SEEN = {"alarm": "a.b.c", "by": "王"}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


@pytest.mark.parametrize("version", [5, "3.1.1"])
async def test_a_reply_goes_where_the_sender_said_with_what_the_sender_gave(
    broker: Mosquitto, tmp_path: Path, version: object
) -> None:
    """roommon itself may speak 3.1.1: then the sender's wish does not reach it, and only an id brings a reply."""
    told = mqtt.Config(broker.address.host, broker.address.port, version="3.1.1" if version == "3.1.1" else 5)
    async with delivering(told, tmp_path) as site:
        await site.until_well()
        if version == 5:
            reply = await asyncio.to_thread(asking.over_5, broker.address, SITE, "acknowledge", SEEN)
            assert (reply.topic, reply.correlation, reply.text) == ("nurse/7", "acknowledge-1", "已完成。")
            refused = await asyncio.to_thread(asking.over_5, broker.address, SITE, "shelve", SEEN)
            assert (refused.correlation, refused.done) == ("shelve-1", False)
            assert "for_s" in refused.text
        reply = await asyncio.to_thread(
            asking.over_311, broker.address, SITE, "acknowledge", SEEN | {"id": "ward-3:17"}
        )
        assert (reply.topic, reply.done) == (f"{SITE}/reply/ward-3:17", True)
    assert len(site.commands) == (2 if version == 5 else 1)
    assert {command.source for command in site.commands} == {"mqtt"}


async def test_an_access_list_that_forbids_replies_stops_neither_commands_nor_events(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    users = (("roommon", "secret"), ("eye", "secret"))
    allowed = "".join(f"topic write {SITE}/{name}\n" for name in ("status", "event", "alarm/+"))
    access = (
        f"user roommon\n{allowed}topic read {SITE}/command/+\ntopic read {SITE}/alarm/+\nuser eye\ntopic readwrite #\n"
    )
    eye = ("-u", "eye", "-P", "secret")
    with mosquitto(tmp_path, Setup(users=users, access=access)) as broker:
        secret = Secret("mqtt-password", "secret")
        told = mqtt.Config(broker.address.host, broker.address.port, username="roommon", password=secret, version=5)
        async with delivering(told, tmp_path) as site:
            await site.until_well()
            for number in range(3):
                said = json.dumps(SEEN | {"id": str(number)})
                await asyncio.to_thread(publish, broker.address, f"{SITE}/command/acknowledge", said, *eye)
            await site.until(lambda: len(site.commands) == 3)
            with subscribed(broker.address, f"{SITE}/event", *eye) as subscriber:
                await site.happen("a.b.c")
                await asyncio.to_thread(subscriber.until, bool)
            await site.until(lambda: "replies: " in caplog.text)
            await site.until_sent()
            assert site.health == [None]
    assert {getattr(command, "alarm", None) for command in site.commands} == {AlarmId("a.b.c")}
    assert caplog.text.count("replies: ") == 1
