"""What a subscriber of a real broker sees of the journal."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from roommon.alerts.sinks import mqtt
from roommon.model.alarm import AlarmId, Priority, State
from roommon.model.alive import Alive
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge
from roommon.model.reading import Reason, bad, good
from roommon.model.secret import Secret
from tests.peers import asyncapi
from tests.peers.certificates import Authority
from tests.peers.events import INLET, delivered, delivering, journal, wait_until
from tests.peers.mosquitto import Mosquitto, Seen, Setup, Subscriber, mosquitto, publish, retained, subscribed

pytestmark = pytest.mark.integration

SITE = "roommon/hospital-a"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


def config(broker: Mosquitto) -> mqtt.Config:
    return mqtt.Config(broker.address.host, broker.address.port)


def numbers(seen: list[Seen]) -> list[object]:
    """Those of the events."""
    return [message.document["number"] for message in seen if message.topic == f"{SITE}/event"]


def standing(broker: Mosquitto, *options: str) -> dict[str, object]:
    """The number of every retained alarm state, by alarm; every one valid."""
    topics = retained(broker.address, f"{SITE}/#", *options)
    for topic, payload in topics.items():
        asyncapi.validate(topic, payload)
    alarms = {topic: payload for topic, payload in topics.items() if "/alarm/" in topic}
    return {topic.rpartition("/")[2]: json.loads(payload)["number"] for topic, payload in alarms.items()}


async def until_standing(broker: Mosquitto, expected: dict[str, object], *options: str) -> None:
    await asyncio.to_thread(wait_until, lambda: standing(broker, *options) == expected)


async def until_told(subscriber: Subscriber, events: int) -> list[Seen]:
    """Everything seen, once it holds so many events."""
    return await asyncio.to_thread(subscriber.until, lambda seen: len(numbers(seen)) >= events)


async def test_an_alarm_comes_stands_and_goes(broker: Mosquitto, tmp_path: Path) -> None:
    with subscribed(broker.address, f"{SITE}/#") as subscriber:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            for number, state in enumerate((State.UNACKNOWLEDGED, State.ACKNOWLEDGED, State.NORMAL), 1):
                await site.happen("hot.rack-a.inlet", state)
                await until_told(subscriber, number)
                assert await asyncio.to_thread(standing, broker) == (
                    {} if state is State.NORMAL else {"hot.rack-a.inlet": number}
                )
        seen = await asyncio.to_thread(subscriber.until, lambda seen: seen[-1].payload == "offline")
    for message in seen:
        asyncapi.validate(message.topic, message.payload)
    told = [(message.topic.removeprefix(f"{SITE}/"), message.payload and message.payload[:1]) for message in seen]
    alarm = "alarm/hot.rack-a.inlet"
    assert told == [
        ("status", "o"),
        *[(alarm, "{"), ("event", "{")] * 2,
        (alarm, ""),
        ("event", "{"),
        ("status", "o"),
    ]
    assert numbers(seen) == [1, 2, 3]


async def test_what_another_run_left_standing_is_removed(broker: Mosquitto, tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        async with delivered(config(broker), opened) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await site.happen("d.e.f")
            await until_standing(broker, {"a.b.c": 1, "d.e.f": 2})
        await site.happen("a.b.c", State.NORMAL)
        await opened.events_sent("mqtt", 3)
        (payload,) = retained(broker.address, f"{SITE}/alarm/d.e.f").values()
        publish(broker.address, f"{SITE}/alarm/of.another.journal", payload, "-r")
        async with delivered(config(broker), opened) as again:
            await again.until_well()
            await until_standing(broker, {"d.e.f": 2})


async def test_a_broker_that_lets_nobody_read_still_forgets_what_ended(tmp_path: Path) -> None:
    users = (("roommon", "secret"), ("eye", "secret"))
    access = f"user roommon\ntopic write {SITE}/#\nuser eye\ntopic readwrite #\n"
    with mosquitto(tmp_path, Setup(users=users, access=access)) as broker:
        told = mqtt.Config(
            broker.address.host, broker.address.port, username="roommon", password=Secret("mqtt-password", "secret")
        )
        eye = ("-u", "eye", "-P", "secret")
        async with journal(tmp_path) as opened:
            async with delivered(told, opened) as site:
                await site.until_well()
                await site.happen("a.b.c")
                await site.happen("d.e.f")
                await until_standing(broker, {"a.b.c": 1, "d.e.f": 2}, *eye)
            await site.happen("a.b.c", State.NORMAL)
            async with delivered(told, opened) as again:
                await again.until_well()
                assert await asyncio.to_thread(standing, broker, *eye) == {"d.e.f": 2}


async def test_an_acknowledgement_becomes_a_command(
    broker: Mosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    topic = f"{SITE}/command/acknowledge"
    async with delivering(config(broker), tmp_path) as site:
        await site.until_well()

        async def send(payload: str, *options: str, to: str = topic) -> None:
            await asyncio.to_thread(publish, broker.address, to, payload, *options)

        for wrong in ("", "acknowledge", "[]", '{"alarm": "a.b.c"}', '{"alarm": 7, "by": "Wang"}', "[" * 5000):
            await send(wrong)
        await send('{"alarm": "a.b.c", "by": "Wang"}', to=f"{SITE}/command/repair")
        await send('{"alarm": "a.b.c", "by": "王"}')
        await site.until(lambda: bool(site.commands))
    (command,) = site.commands
    assert command == Acknowledge(at=command.at, alarm=AlarmId("a.b.c"), by="王", source="mqtt")
    refused = [record.message for record in caplog.records if "refused" in record.message]
    assert len(refused) == 7, refused


async def test_a_retained_command_is_not_obeyed_again(
    broker: Mosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    publish(broker.address, f"{SITE}/command/acknowledge", '{"alarm": "a.b.c", "by": "Wang"}', "-r")
    async with delivering(config(broker), tmp_path) as site:
        await site.until(lambda: any("retained" in record.message for record in caplog.records))
    assert site.commands == []


async def test_every_broker_has_its_own_place_in_the_journal(broker: Mosquitto, tmp_path: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    with mosquitto(folder) as second:
        async with (
            journal(tmp_path) as opened,
            delivered(config(broker), opened, "mqtt") as well,
            delivered(config(second), opened, "mqtt-2") as ill,
        ):
            await well.until_well()
            await ill.until_well()
            second.kill()
            await ill.until_ill("connection refused")
            await well.happen("a.b.c")
            await until_standing(broker, {"a.b.c": 1})
            assert well.health == [None]
            second.start()
            await until_standing(second, {"a.b.c": 1})


def _hears(broker: Mosquitto, subscriber: Subscriber) -> bool:
    """Whether it listens again to a broker that was stopped."""
    subscriber.listens = False
    publish(broker.address, subscriber.marker, "here")
    return subscriber.gather(lambda _seen: subscriber.listens)


async def test_the_daily_message_that_a_broker_missed_follows_once(broker: Mosquitto, tmp_path: Path) -> None:
    alive = Alive(Instant(1_790_000_000_000), 12, 80, 78, 2, {Priority.LOW: 1}, ())
    with subscribed(broker.address, f"{SITE}/alive") as subscriber:
        async with journal(tmp_path) as opened:
            await opened.register("mqtt", readings=False, events=True)
            await opened.voice.begin("mqtt")
            broker.stop()
            async with delivered(config(broker), opened) as site:
                await site.until_ill("connection refused")
                await opened.voice.say(alive)
            broker.start()
            await asyncio.to_thread(wait_until, lambda: _hears(broker, subscriber))
            async with delivered(config(broker), opened) as site:
                await asyncio.to_thread(subscriber.until, bool)
            async with delivered(config(broker), opened) as site:
                await site.until_well()
                await opened.voice.say(replace(alive, devices=13))
                seen = await asyncio.to_thread(subscriber.until, lambda seen: len(seen) >= 2)
    for message in seen:
        asyncapi.validate(message.topic, message.payload)
    assert [message.document["devices"] for message in seen] == [12, 13]
    assert retained(broker.address, f"{SITE}/alive") == {}


async def test_readings_are_told_when_asked_for(broker: Mosquitto, tmp_path: Path) -> None:
    with subscribed(broker.address, f"{SITE}/reading/#") as subscriber:
        told = mqtt.Config(broker.address.host, broker.address.port, readings=True)
        async with delivering(told, tmp_path) as site:
            now = site.clock.instant(site.clock.monotonic())
            old = Instant(now - 3_600_000)
            await site.journal.append([good(INLET.id, old, 1.0), good(INLET.id, now, 21.5)], [], {})
            await asyncio.to_thread(subscriber.until, bool)
            await site.journal.append([bad(INLET.id, Instant(now + 1000), Reason.NO_COMMUNICATION)], [], {})
            seen = await asyncio.to_thread(subscriber.until, lambda seen: len(seen) == 2)
    for message in seen:
        asyncapi.validate(message.topic, message.payload)
    assert [message.document["value"] for message in seen] == [21.5, None]


async def test_readings_are_not_told_otherwise(broker: Mosquitto, tmp_path: Path) -> None:
    with subscribed(broker.address, f"{SITE}/#") as subscriber:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            now = site.clock.instant(site.clock.monotonic())
            await site.journal.append([good(INLET.id, now, 21.5)], [], {})
            await site.journal.flush()
            await site.happen("a.b.c")
            seen = await until_told(subscriber, 1)
            assert not [message for message in seen if "/reading/" in message.topic]


async def test_tls_with_a_password_and_a_certificate_of_ours(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    ours = authority.issue("roommon", tmp_path)
    setup = Setup(users=(("roommon", "secret"),), authority=authority, asks_certificate=True)
    with mosquitto(tmp_path, setup) as broker:
        tls = mqtt.Tls(ca_file=authority.ca_file, certificate=ours.certificate, key=ours.key)
        told = mqtt.Config(
            broker.address.host, broker.address.port, username="roommon", password=Secret("p", "secret"), tls=tls
        )
        eye = ["-u", "roommon", "-P", "secret", "--cafile", str(authority.ca_file)]
        eye += ["--cert", str(ours.certificate), "--key", str(ours.key)]
        with subscribed(broker.address, f"{SITE}/event", *eye) as subscriber:
            async with delivering(told, tmp_path) as site:
                await site.until_well()
                for _ in range(30):
                    await site.happen("a.b.c")
                assert numbers(await until_told(subscriber, 30)) == list(range(1, 31))
                assert "TLSv1" in (await mqtt.probe(told)).en
