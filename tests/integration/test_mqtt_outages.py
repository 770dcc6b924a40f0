"""Brokers that stop, freeze and forget, and a daemon that is killed: nothing is lost, and the order holds."""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from roommon.alerts.sinks import mqtt
from roommon.model.alarm import State
from roommon.model.clock import Duration
from tests.peers import asyncapi
from tests.peers.events import Site, delivered, delivering, journal, wait_until
from tests.peers.mosquitto import Mosquitto, Seen, Setup, Subscriber, mosquitto, retained, subscribed

pytestmark = pytest.mark.integration

SITE = "roommon/hospital-a"
LASTING = ("-c", "-i", "eye", "-x", "3600")
"""A subscriber for whom the broker keeps what comes while it is away."""


def config(broker: Mosquitto, keepalive_ms: int = 15_000) -> mqtt.Config:
    return mqtt.Config(broker.address.host, broker.address.port, keepalive=Duration(keepalive_ms))


def numbers(seen: Iterable[Seen]) -> list[int]:
    """Those of the events, every one valid."""
    told = []
    for message in seen:
        asyncapi.validate(message.topic, message.payload)
        if message.topic == f"{SITE}/event":
            told.append(json.loads(message.payload)["number"])
    return told


def without_repeats(told: list[int]) -> list[int]:
    """What a subscriber keeps; fails where the order is broken: a number that is neither the next nor a repeat."""
    kept: list[int] = []
    for number in told:
        assert number <= len(kept) + 1, f"{number} came after {kept[-1:]}"
        if number == len(kept) + 1:
            kept.append(number)
    return kept


async def until_told(subscriber: Subscriber, last: int, seconds: float = 30.0) -> list[int]:
    await asyncio.to_thread(subscriber.until, lambda seen: last in numbers(seen[-60:]), seconds)
    return numbers(subscriber.seen)


def standing(broker: Mosquitto) -> dict[str, int]:
    """The number of every retained alarm state, by alarm."""
    topics = retained(broker.address, f"{SITE}/alarm/#")
    return {topic.rpartition("/")[2]: json.loads(payload)["number"] for topic, payload in topics.items()}


async def until_like_the_journal(broker: Mosquitto, site: Site) -> None:
    expected = {numbered.event.alarm: numbered.number for numbered in await site.journal.standing()}
    await asyncio.to_thread(wait_until, lambda: standing(broker) == expected)


async def test_what_happened_while_the_broker_was_away_comes_afterwards_in_order(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/event", *LASTING) as subscriber:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await site.happen("d.e.f")
            await site.until_sent()
            broker.stop()
            await site.until(lambda: site.health[-1] is not None)
            await site.happen("a.b.c", State.NORMAL)
            await site.happen("g.h.i")
            for _ in range(300):
                await site.happen("j.k.l")
                await site.happen("j.k.l", State.NORMAL)
            broker.start()
            assert without_repeats(await until_told(subscriber, 604)) == list(range(1, 605))
            await site.until_well()
            await until_like_the_journal(broker, site)
            assert standing(broker) == {"d.e.f": 2, "g.h.i": 4}


async def test_a_broker_that_forgot_everything_is_told_what_stands(tmp_path: Path) -> None:
    with mosquitto(tmp_path, Setup(keeps=False)) as broker:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            for number in range(50):
                await site.happen(f"hot.rack-{number}.inlet")
            for number in range(0, 50, 2):
                await site.happen(f"hot.rack-{number}.inlet", State.NORMAL)
            await site.until_sent()
            broker.kill()
            await site.until(lambda: site.health[-1] is not None)
            broker.start()
            await until_like_the_journal(broker, site)
            assert len(standing(broker)) == 25


async def test_order_holds_while_the_broker_comes_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roommon.alerts.delivery.STEADY_S", 0.0)
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/event", *LASTING) as subscriber:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            happening = asyncio.create_task(_happen(site, 200))
            for _ in range(5):
                await asyncio.sleep(0.1)
                await asyncio.to_thread(broker.stop)
                await site.until(lambda: site.health[-1] is not None)
                await asyncio.to_thread(broker.start)
                await site.until_well()
            await happening
            assert without_repeats(await until_told(subscriber, 200)) == list(range(1, 201))
            await until_like_the_journal(broker, site)


async def _happen(site: Site, events: int) -> None:
    for number in range(events):
        state = State.NORMAL if number // 5 % 2 else State.UNACKNOWLEDGED
        await site.happen(f"hot.rack-{number % 5}.inlet", state)
        await asyncio.sleep(0.01)


async def test_a_frozen_broker_is_noticed_and_gets_everything_when_it_thaws(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/event") as subscriber:
        async with delivering(config(broker, keepalive_ms=1000), tmp_path) as site:
            await site.until_well()
            await site.happen("a.b.c")
            await until_told(subscriber, 1)
            broker.freeze()
            await site.until_ill("no answer")
            for number in range(2, 31):
                await site.happen("a.b.c", State.NORMAL if number % 2 == 0 else State.UNACKNOWLEDGED)
            broker.thaw()
            assert without_repeats(await until_told(subscriber, 30)) == list(range(1, 31))


async def test_an_end_under_a_frozen_broker_takes_no_longer_than_two_seconds(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker:
        async with journal(tmp_path) as opened:
            async with delivered(config(broker), opened) as site:
                await site.until_well()
                await site.happen("a.b.c")
                await site.until_sent()
                broker.freeze()
                began = time.monotonic()
            assert time.monotonic() - began < 2
        broker.thaw()
        await asyncio.to_thread(wait_until, lambda: "offline" in retained(broker.address, f"{SITE}/status").values())


async def test_the_last_will_says_it_when_we_are_killed(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/status") as subscriber:
        with _worker(tmp_path, broker, 1_000_000) as worker:
            await asyncio.to_thread(subscriber.until, lambda seen: bool(seen) and seen[-1].payload == "online")
            worker.kill()
        await asyncio.to_thread(subscriber.until, lambda seen: seen[-1].payload == "offline")


@pytest.mark.timeout(120)
async def test_a_daemon_killed_again_and_again_leaves_no_gap(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/event") as subscriber:
        committed = 0
        for _ in range(4):
            with _worker(tmp_path, broker, 1_000_000) as worker:
                committed = await asyncio.to_thread(_read_until, worker, committed + 60)
                worker.kill()
        with _worker(tmp_path, broker, committed + 40) as worker:
            await asyncio.to_thread(_read_until, worker, committed + 40)
            assert await asyncio.to_thread(worker.wait, 20) == 0
        told = await until_told(subscriber, committed + 40)
        assert without_repeats(told) == list(range(1, max(told) + 1))
        async with journal(tmp_path) as opened:
            expected = {numbered.event.alarm: numbered.number for numbered in await opened.standing()}
            assert standing(broker) == expected


def _worker(folder: Path, broker: Mosquitto, until: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.peers.mqtt_worker", str(folder)]
    command += [broker.address.host, str(broker.address.port), str(until)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])


def _read_until(worker: "subprocess.Popen[bytes]", number: int) -> int:
    """Read what it has committed until that is `number` or more."""
    assert worker.stdout is not None
    for line in worker.stdout:
        if int(line) >= number:
            return int(line)
    raise AssertionError(f"the worker ended before event {number}")


async def test_an_event_is_with_the_subscriber_at_once(tmp_path: Path) -> None:
    with mosquitto(tmp_path) as broker, subscribed(broker.address, f"{SITE}/event") as subscriber:
        async with delivering(config(broker), tmp_path) as site:
            await site.until_well()
            took = [await _latency(site, subscriber, number) for number in range(1, 201)]
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    print(f"append to subscriber: p50 {p50 * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms")
    assert p50 < 0.1


async def _latency(site: Site, subscriber: Subscriber, number: int) -> float:
    began = time.perf_counter()
    await site.happen("a.b.c")
    async with asyncio.timeout(10):
        while not subscriber.gather(lambda seen: len(seen) >= number):  # noqa: ASYNC110  # a look from outside
            await asyncio.sleep(0.0005)
    return time.perf_counter() - began
