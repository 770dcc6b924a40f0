"""What is said when a broker cannot be reached, refuses us, or speaks another version."""

import asyncio
import json
import os
import re
import resource
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest

from roommon.alerts.sink import SinkUnavailable
from roommon.alerts.sinks import mqtt
from roommon.model.alarm import State
from roommon.model.clock import Duration
from roommon.model.secret import Secret
from tests.peers.certificates import Authority
from tests.peers.events import delivered, delivering, event, journal
from tests.peers.mosquitto import Mosquitto, Setup, mosquitto, subscribed
from tests.peers.process import Address, free_address, running, wait_until_open
from tests.peers.scripted_broker import WELCOME, WELCOME_3, Broker, scripted

pytestmark = pytest.mark.integration

SITE = "roommon/hospital-a"


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path) as running:
        yield running


def at(address: Address, **settings: Any) -> mqtt.Config:
    return mqtt.Config(address.host, address.port, **settings)


async def words(config: mqtt.Config) -> str:
    with pytest.raises(SinkUnavailable) as refused:
        await mqtt.probe(config)
    return str(refused.value)


async def test_a_closed_port(tmp_path: Path) -> None:
    assert "is the broker running" in await words(at(free_address()))
    async with delivering(at(free_address()), tmp_path) as site:
        await site.until_ill("is the broker running")
        await site.happen("a.b.c")
        assert [event.number for event in await site.journal.unsent_events("mqtt", 9)] == [1]


async def test_a_host_that_nobody_knows() -> None:
    assert "its name is not known" in await words(mqtt.Config("broker.invalid"))


async def test_a_wrong_password(tmp_path: Path) -> None:
    with mosquitto(tmp_path, Setup(users=(("roommon", "right"),))) as broker:
        for version in ("auto", 5, "3.1.1"):
            config = at(broker.address, username="roommon", password=Secret("p", "wrong"), version=version)
            assert "username" in await words(config)
            assert "wrong" not in await words(config)
        right = at(broker.address, username="roommon", password=Secret("p", "right"))
        assert (await mqtt.probe(right)).en == "answers over MQTT 5"


async def test_certificates_that_do_not_fit(tmp_path: Path) -> None:
    authority, other = Authority(tmp_path), Authority(tmp_path, "another CA")
    with mosquitto(tmp_path, Setup(authority=authority)) as broker:
        assert "not trusted" in await words(at(broker.address, tls=mqtt.Tls(ca_file=other.ca_file)))
        assert "not trusted" in await words(at(broker.address, tls=mqtt.Tls()))
        named = mqtt.Config("localhost", broker.address.port, tls=mqtt.Tls(ca_file=authority.ca_file))
        assert "another name" in await words(named)
        missing = mqtt.Tls(ca_file=tmp_path / "missing.pem")
        assert "missing.pem cannot be used (No such file or directory)" in await words(at(broker.address, tls=missing))
        assert "is this its TLS port?" in await words(at(broker.address))
        assert "TLS" in (await mqtt.probe(at(broker.address, tls=mqtt.Tls(insecure=True)))).en


async def test_a_broker_that_asks_for_our_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mosquitto(tmp_path, Setup(authority=authority, asks_certificate=True)) as broker:
        assert "tls.certificate" in await words(at(broker.address, tls=mqtt.Tls(ca_file=authority.ca_file)))


async def test_an_expired_certificate(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with mosquitto(tmp_path, Setup(authority=authority, days=-1)) as broker:
        assert "not valid now" in await words(at(broker.address, tls=mqtt.Tls(ca_file=authority.ca_file)))


async def test_tls_to_a_plain_port(plain: Mosquitto) -> None:
    assert re.search("TLS|no answer|reset", await words(at(plain.address, tls=mqtt.Tls())))


async def test_a_broker_that_is_full() -> None:
    async with scripted(lambda _: None) as (address, _):  # as mosquitto does beyond max_connections
        assert "is it full" in await words(at(address))
    async with scripted(lambda _: b"\x20\x03\x00\x89\x00") as (address, _):
        assert await words(at(address)) == "server busy; it is full, or has too much to do"


async def test_another_client_with_our_name(plain: Mosquitto, tmp_path: Path) -> None:
    async with delivering(at(plain.address, client_id="twin"), tmp_path) as site:
        await site.until_well()
        with subscribed(plain.address, "x", "-i", "twin"):
            await site.until_ill("another client have our id twin")
        await site.until_well()


async def test_another_client_with_our_name_is_told_where_the_broker_has_no_word_for_it(
    plain: Mosquitto, tmp_path: Path
) -> None:
    async with delivering(at(plain.address, client_id="twin", version="3.1.1"), tmp_path) as site:
        await site.until_well()
        with subscribed(plain.address, "x", "-i", "twin"):
            await site.until_ill("another client have our id twin")
        await site.until_well()


async def test_a_broker_that_is_stopped_or_killed_is_not_taken_for_another_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roommon.alerts.delivery.STEADY_S", 0.0)
    with mosquitto(tmp_path) as broker:
        async with delivering(at(broker.address, version="3.1.1"), tmp_path) as site:
            for end in (broker.kill, broker.stop, broker.kill):
                await site.until_well()
                await asyncio.to_thread(end)
                await site.until(lambda: "is the broker running" in (site.health[-1] or ""))
                await asyncio.to_thread(broker.start)
            await site.until_well()
    assert sum("it closed the connection" in (words or "") for words in site.health) == 3
    assert not any("another client" in (words or "") for words in site.health)


async def test_something_that_is_no_broker() -> None:
    async with scripted(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n") as (address, _):
        assert "MQTT" in await words(at(address)) or "closed the connection" in await words(at(address))


@pytest.mark.parametrize("refusal", [b"\x20\x02\x00\x01", b"\x20\x03\x00\x84\x00", None])
async def test_a_broker_that_knows_only_3_1_1(refusal: bytes | None, tmp_path: Path) -> None:
    async with scripted(lambda version: refusal if version == 5 else WELCOME_3) as (address, broker):
        assert (await mqtt.probe(at(address))).en == "answers over MQTT 3.1.1"
        assert broker.versions == [5, 4]
        assert await words(at(address, version=5))
        async with delivering(at(address), tmp_path) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await site.until(lambda: f"{SITE}/event" in [topic for topic, _, _ in broker.published])


async def test_the_demo_broker_knows_only_3_1_1(tmp_path: Path) -> None:
    address = free_address()
    conf = tmp_path / "amqtt.yaml"
    conf.write_text(
        f"listeners: {{default: {{type: tcp, bind: '{address.host}:{address.port}'}}}}\n"
        "plugins: {amqtt.plugins.authentication.AnonymousAuthPlugin: {allow_anonymous: true}}\n"
    )
    amqtt = Path(sys.executable).with_name("amqtt")
    with running([amqtt, "-c", conf], tmp_path / "amqtt.log") as broker:
        await asyncio.to_thread(wait_until_open, address)
        assert (await mqtt.probe(at(address))).en == "answers over MQTT 3.1.1"
        # Of a CONNECT of MQTT 5 with a last will it waits for more, and hangs up when the keepalive has passed.
        async with delivering(at(address, version="3.1.1"), tmp_path) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await site.happen("a.b.c", State.NORMAL)
            await site.until_sent()
        broker.kill()  # it takes ten seconds to end by itself


async def test_a_refused_event_comes_again_with_all_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roommon.alerts.courier.REFUSED_PAUSE_S", 0.2)
    refused = iter([True])

    def puback(_: int, topic: str) -> int:
        full = topic.endswith("/event") and len(numbers(broker)) == 4 and next(refused, False)
        return 0x97 if full else 0

    async with scripted(lambda _: WELCOME, puback) as (address, broker), delivering(at(address), tmp_path) as site:
        await site.until_well()
        for _ in range(5):
            await site.happen("a.b.c")
        for _ in range(5):
            await site.happen("d.e.f")
        await site.until(lambda: numbers(broker)[-1:] == [10])
        await site.until_well()
        assert any("it is full" in (said or "") for said in site.health)
        assert await site.journal.unsent_events("mqtt", 9) == []
    told = numbers(broker)
    assert 5 in told[5:], "the refused one came again"
    assert _accepted_in_order(told, refused_at=4) == list(range(1, 11))


def numbers(broker: Broker) -> list[int]:
    return [json.loads(payload)["number"] for topic, payload, _ in broker.published if topic.endswith("/event")]


def _accepted_in_order(told: list[int], refused_at: int) -> list[int]:
    """What a subscriber keeps that takes nothing but the next number, and that never saw the refused message."""
    kept: list[int] = []
    for place, number in enumerate(told):
        if place != refused_at and number == len(kept) + 1:
            kept.append(number)
    return kept


async def test_no_more_is_under_way_than_the_broker_takes(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.append([], [event(f"hot.rack-{number}.inlet") for number in range(9)], {})
        connack = b"\x20\x06\x00\x00\x03\x21\x00\x03"  # Receive Maximum 3
        async with scripted(lambda _: connack, lambda _, __: None) as (address, broker):
            async with delivered(at(address), opened) as site:
                await site.until(lambda: len(broker.published) == 3)
                await asyncio.sleep(0.3)
            assert len(broker.published) == 3


async def test_a_good_end_is_said_and_not_left_to_the_last_will(tmp_path: Path) -> None:
    async with scripted(lambda _: WELCOME) as (address, broker):
        async with delivering(at(address), tmp_path) as site:
            await site.until_well()
        assert broker.published[-1][:2] == (f"{SITE}/status", b"offline")


async def test_what_shares_a_tls_record_is_taken_at_once(tmp_path: Path) -> None:
    pair = Authority(tmp_path).issue("broker", tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(pair.certificate, pair.key)
    topic, payload = f"{SITE}/command/acknowledge".encode(), b'{"alarm": "a.b.c", "by": "Wang"}'
    body = len(topic).to_bytes(2, "big") + topic + b"\x00" + payload
    command = bytes((0x30, len(body))) + body
    told = mqtt.Tls(insecure=True)
    async with (
        scripted(lambda _: WELCOME, after_suback=command * 30, tls=tls) as (address, _),
        delivering(at(address, tls=told), tmp_path) as site,
    ):
        await site.until(lambda: len(site.commands) == 60, seconds=5)


@pytest.mark.parametrize("version", ["auto", 5, "3.1.1"])
@pytest.mark.parametrize("tls", [None, mqtt.Tls(insecure=True)])
async def test_a_mute_port_is_named_within_seconds(
    monkeypatch: pytest.MonkeyPatch, tls: mqtt.Tls | None, version: Literal[5, "3.1.1", "auto"]
) -> None:
    monkeypatch.setattr(mqtt, "CONNECT_S", 0.4)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        before = time.monotonic()
        assert "no answer" in await words(at(Address(*mute.getsockname()), version=version, tls=tls))
        assert time.monotonic() - before < 3


async def test_a_mute_broker_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = Address(*mute.getsockname())
        async with delivering(at(address), tmp_path):  # fails when its end takes longer than 2 s
            accepted, _ = await asyncio.to_thread(mute.accept)
        accepted.close()


async def test_a_site_with_more_than_a_thousand_sockets_is_told_too(plain: Mosquitto, tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    devices = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        async with delivering(at(plain.address, keepalive=Duration(1000)), tmp_path) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await site.until(lambda: site.health == [None])
    finally:
        for device in devices:
            os.close(device)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
