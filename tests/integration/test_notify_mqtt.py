"""How `roommon notify` listens: what the broker refuses, and which version it speaks."""

import asyncio
from collections.abc import Callable

import pytest

from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.notify import mqtt
from roommon.notify.settings import Broker
from tests.peers.process import Address, free_address
from tests.peers.scripted_broker import WELCOME, WELCOME_3, scripted

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

EVENTS = "roommon/a/event"
TOPICS = ("roommon/a/status", EVENTS, "roommon/a/alive", "roommon/a/alarm/+")
EVENT = b"\x32\x16\x00\x0froommon/a/event\x00\x07\x00hi"
"""A PUBLISH of MQTT 5 at QoS 1 to the second topic, identifier 7."""


def at(address: Address, **more: object) -> Broker:
    return Broker(address.host, address.port, keepalive=Duration(2_000), **more)  # type: ignore[arg-type]


Told = list[tuple[Text | None, str]]


async def heard(broker: Broker, enough: Callable[[Told], bool]) -> Told:
    """What is told of the broker until it is enough."""
    told: Told = []
    listening = asyncio.create_task(
        mqtt.keep_listening(broker, TOPICS, lambda _: None, lambda words, how: told.append((words, how)))
    )
    try:
        async with asyncio.timeout(30):
            while not enough(told):  # noqa: ASYNC110 - it is only looked at
                await asyncio.sleep(0.02)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    return told


async def test_what_is_refused_besides_events_costs_itself_alone(caplog: pytest.LogCaptureFixture) -> None:
    async with scripted(lambda _: WELCOME, suback=lambda topic: 1 if topic.endswith("/event") else 0x87) as (
        address,
        _,
    ):
        assert await heard(at(address), bool) == [(None, "over MQTT 5")]
    assert caplog.text.count("goes on without what was refused") == 3


async def test_events_that_are_refused_are_told_of() -> None:
    async with scripted(lambda _: WELCOME, suback=lambda topic: 0x87 if topic.endswith("/event") else 1) as (
        address,
        _,
    ):
        ((words, _how),) = await heard(at(address), bool)
    assert words is not None
    assert words.en.startswith("it refused roommon/a/event: not authorized")
    assert words.zh_cn.startswith("对方拒绝 roommon/a/event：未获授权")


async def test_a_broker_that_does_not_know_5_is_spoken_to_in_3_1_1() -> None:
    def welcome(version: int) -> bytes:
        return WELCOME_3 if version == 4 else b"\x20\x02\x00\x01"

    async with scripted(welcome) as (address, broker):
        assert await heard(at(address), bool) == [(None, "over MQTT 3.1.1")]
        assert broker.versions == [5, 4]


async def test_a_broker_that_is_not_there_or_says_nothing_is_told_of() -> None:
    nowhere = free_address()
    ((words, _),) = await heard(at(nowhere), bool)
    assert words is not None
    assert "connection refused" in words.en
    async with scripted(lambda _: b"HTTP/1.1 400 Bad Request\r\n\r\n") as (address, _):
        (first, *_rest) = await heard(at(address), bool)
    assert first[0] is not None


async def test_a_message_is_acknowledged_when_whoever_took_it_says_so_and_not_before() -> None:
    arrived: asyncio.Queue[mqtt.Arrived] = asyncio.Queue()
    async with scripted(lambda _: WELCOME, after_suback=EVENT) as (address, broker):
        listening = asyncio.create_task(
            mqtt.keep_listening(at(address), TOPICS, arrived.put_nowait, lambda _, __: None)
        )
        message = await asyncio.wait_for(arrived.get(), 20)
        assert (message.topic, message.payload, message.retained) == ("roommon/a/event", b"hi", False)
        await asyncio.sleep(0.5)
        assert broker.acknowledged == []
        message.acknowledge()
        async with asyncio.timeout(10):
            while not broker.acknowledged:  # noqa: ASYNC110 - the broker is only looked at
                await asyncio.sleep(0.02)
        assert broker.acknowledged == [7]
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
