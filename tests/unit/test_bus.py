"""The shared endpoint: turns, patience, and what one bad unit costs the others."""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from itertools import pairwise

import pytest

from roommon.model.clock import Duration, Instant
from roommon.poll.bus import Bus, LinkLost, Silent, Unit
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.standing import BackOff


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


class FakeLink:
    def __init__(self) -> None:
        self.usable = True


Request = Callable[[FakeLink], Awaitable[str]]


class Far:
    """The far side: what it does is switched by the test."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.connects = 0
        self.closes = 0
        self.refuses: str | None = None
        self.bus: Bus[FakeLink] = Bus(
            "gateway 10.0.0.7:502",
            self.connect,
            self.clock,
            back_off=BackOff(Duration(1_000), Duration(8_000)),
            jitter=lambda: 0.0,
        )

    @contextlib.asynccontextmanager
    async def connect(self) -> AsyncGenerator[FakeLink]:
        self.connects += 1
        if self.refuses:
            raise LinkLost(self.refuses)
        yield FakeLink()
        self.closes += 1

    async def ask(self, unit: Unit, request: Request) -> str:
        return await self.bus.ask(unit, request)

    async def mute(self, link: FakeLink) -> str:
        self.clock.now += 1.0
        link.usable = False
        raise Silent("no answer within 1000 ms")


async def answering(_link: FakeLink) -> str:
    return "fine"


async def losing(link: FakeLink) -> str:
    link.usable = False
    raise LinkLost("closed by the other side")


@pytest.fixture
async def far() -> Far:
    return Far()


async def unreachable(far: Far, unit: Unit, request: Request = answering) -> str:
    with pytest.raises(DeviceUnreachable) as caught:
        await far.ask(unit, request)
    return str(caught.value)


async def test_one_connection_serves_all_units(far: Far) -> None:
    units = [far.bus.join(f"unit {n}") for n in range(5)]
    assert [await far.ask(unit, answering) for unit in units] == ["fine"] * 5
    assert far.connects == 1


async def test_turns_are_first_come_first_served_and_one_at_a_time(far: Far) -> None:
    order: list[int] = []
    busy = 0

    def request(number: int) -> Request:
        async def ask(_link: FakeLink) -> str:
            nonlocal busy
            busy += 1
            assert busy == 1
            await asyncio.sleep(0)
            order.append(number)
            busy -= 1
            return "fine"

        return ask

    units = [far.bus.join(f"unit {n}") for n in range(6)]
    await asyncio.gather(*(far.ask(unit, request(n)) for n, unit in enumerate(units)))
    assert order == [0, 1, 2, 3, 4, 5]


async def test_a_refused_connection_is_tried_again_after_its_back_off_and_not_before(far: Far) -> None:
    unit = far.bus.join("unit 1")
    far.refuses = "connection refused"
    tries = []
    for _ in range(300):
        before = far.connects
        assert "connection refused" in await unreachable(far, unit)
        if far.connects > before:
            tries.append(far.clock.now)
        far.clock.now += 0.125
    assert [later - earlier for earlier, later in pairwise(tries)] == [1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


async def test_an_endpoint_that_was_away_for_long_is_tried_every_ten_seconds(far: Far) -> None:
    far.refuses = "connection refused"
    bus: Bus[FakeLink] = Bus("gateway", far.connect, far.clock, jitter=lambda: 0.0)
    unit, tries = bus.join("unit 1"), []
    for _ in range(800):
        before = far.connects
        with pytest.raises(DeviceUnreachable):
            await bus.ask(unit, answering)
        if far.connects > before:
            tries.append(far.clock.now)
        far.clock.now += 0.125
    assert [later - earlier for earlier, later in pairwise(tries)][:8] == [0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0]


async def test_a_dead_endpoint_fails_all_units_at_once(far: Far) -> None:
    units = [far.bus.join(f"unit {n}") for n in range(8)]
    far.refuses = "connection refused"
    for unit in units:
        await unreachable(far, unit)
    assert far.connects == 1


async def test_everybody_is_asked_again_when_the_endpoint_answers(far: Far) -> None:
    units = [far.bus.join(f"unit {n}") for n in range(8)]
    for unit in units:
        with contextlib.suppress(DeviceUnreachable):
            await far.ask(unit, far.mute)
    far.clock.now += 100
    assert [await far.ask(unit, answering) for unit in units] == ["fine"] * 8


async def test_a_mute_endpoint_costs_four_timeouts_however_many_units_it_has(far: Far) -> None:
    units = [far.bus.join(f"unit {n}") for n in range(32)]
    began = far.clock.now
    for unit in units:
        await unreachable(far, unit, far.mute)
    assert far.clock.now - began == 4.0
    assert "4 units in a row" in str(far.bus.standing.trouble)


async def test_a_silent_unit_costs_its_timeout_once_per_back_off(far: Far) -> None:
    good, bad = far.bus.join("unit 1"), far.bus.join("unit 2")
    spent = 0.0
    for _ in range(300):
        assert await far.ask(good, answering) == "fine"
        before = far.clock.now
        await unreachable(far, bad, far.mute)
        spent += far.clock.now - before
        far.clock.now += 0.2
    assert spent <= 9.0


async def test_all_silent_units_together_take_at_most_a_fifth_of_the_time(far: Far) -> None:
    good = far.bus.join("good")
    bad = [far.bus.join(f"bad {n}") for n in range(20)]
    for unit in bad:
        assert await far.ask(good, answering) == "fine"
        await unreachable(far, unit, far.mute)
    began = far.clock.now
    spent = 0.0
    for beat in range(1_000):
        assert await far.ask(good, answering) == "fine"
        before = far.clock.now
        await unreachable(far, bad[beat % 20], far.mute)
        spent += far.clock.now - before
        far.clock.now += 0.05
    assert spent <= 0.21 * (far.clock.now - began)


async def test_every_silent_unit_is_found_again(far: Far) -> None:
    good = far.bus.join("good")
    bad = [far.bus.join(f"bad {n}") for n in range(8)]
    for unit in bad:
        assert await far.ask(good, answering) == "fine"
        await unreachable(far, unit, far.mute)
    came_back = set()
    for _ in range(600):
        for number, unit in enumerate(bad):
            with contextlib.suppress(DeviceUnreachable):
                came_back.add((number, await far.ask(unit, answering)))
        far.clock.now += 0.1
    assert len(came_back) == 8


async def test_a_connection_closed_while_idle_is_opened_again_within_the_beat(far: Far) -> None:
    unit = far.bus.join("unit 1")
    await far.ask(unit, answering)
    first = True

    async def lost_once(_link: FakeLink) -> str:
        nonlocal first
        if first:
            first = False
            raise LinkLost("closed by the other side")
        return "fine"

    assert await far.ask(unit, lost_once) == "fine"
    assert (far.connects, far.closes) == (2, 1)


async def test_a_unit_that_kills_the_connection_costs_the_others_nothing(far: Far) -> None:
    good, killer = far.bus.join("good"), far.bus.join("killer")
    for _ in range(100):
        assert await far.ask(good, answering) == "fine"
        await unreachable(far, killer, losing)
        far.clock.now += 0.2
    assert far.bus.standing.trouble is None


async def test_an_unusable_link_is_closed_and_another_opened(far: Far) -> None:
    unit = far.bus.join("unit 1")
    await unreachable(far, unit, far.mute)
    far.clock.now += 10
    assert await far.ask(unit, answering) == "fine"
    assert (far.connects, far.closes) == (2, 1)


async def test_the_log_says_each_change_once(far: Far, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    unit = far.bus.join("rack-a (gateway unit 1)")
    far.refuses = "connection refused"
    for _ in range(50):
        await unreachable(far, unit)
        far.clock.now += 1
    far.refuses = None
    far.clock.now += 10
    for _ in range(3):
        await far.ask(unit, answering)
    for _ in range(50):
        await unreachable(far, unit, far.mute)
    far.clock.now += 10
    for _ in range(3):
        await far.ask(unit, answering)
    assert [record.getMessage() for record in caplog.records] == [
        "gateway 10.0.0.7:502: unreachable: connection refused",
        "gateway 10.0.0.7:502: answers again after 1 min",
        "rack-a (gateway unit 1): unreachable: no answer within 1000 ms",
        "rack-a (gateway unit 1): answers again after 10 s",
    ]


async def test_a_cancelled_turn_frees_the_bus(far: Far) -> None:
    unit, other = far.bus.join("unit 1"), far.bus.join("unit 2")

    async def hanging(_link: FakeLink) -> str:
        await asyncio.Event().wait()
        return "never"

    task = asyncio.create_task(far.ask(unit, hanging))
    waiting = asyncio.create_task(far.ask(other, answering))
    await asyncio.sleep(0)
    task.cancel()
    assert await waiting == "fine"


async def test_the_gap_is_kept_between_an_answer_and_the_next_request() -> None:
    class LoopClock(HandClock):
        def monotonic(self) -> float:
            return asyncio.get_running_loop().time()

    clock = LoopClock()

    @contextlib.asynccontextmanager
    async def connect() -> AsyncGenerator[FakeLink]:
        yield FakeLink()

    bus: Bus[FakeLink] = Bus("line", connect, clock, gap=Duration(20))
    unit = bus.join("unit 1")
    asked: list[float] = []

    async def request(_link: FakeLink) -> str:
        asked.append(clock.monotonic())
        return "fine"

    for _ in range(4):
        await bus.ask(unit, request)
    assert all(later - earlier >= 0.0195 for earlier, later in pairwise(asked))


async def test_a_unit_that_wants_rest_after_connecting_gets_it() -> None:
    clock = HandClock()
    slept: list[float] = []

    @contextlib.asynccontextmanager
    async def connect() -> AsyncGenerator[FakeLink]:
        yield FakeLink()

    bus: Bus[FakeLink] = Bus("gateway", connect, clock)
    unit = bus.join("unit 1", settle=Duration(30))

    async def request(_link: FakeLink) -> str:
        slept.append(asyncio.get_running_loop().time())
        return "fine"

    began = asyncio.get_running_loop().time()
    await bus.ask(unit, request)
    await bus.ask(unit, request)
    assert slept[0] - began >= 0.029
    assert slept[1] - slept[0] < 0.029


async def test_closing_closes_the_link_and_asking_opens_it_again(far: Far) -> None:
    unit = far.bus.join("unit 1")
    await far.ask(unit, answering)
    await far.bus.aclose()
    assert far.closes == 1
    assert await far.ask(unit, answering) == "fine"


async def test_a_unit_that_nobody_holds_any_more_does_not_count(far: Far) -> None:
    good, gone = far.bus.join("good"), far.bus.join("gone")
    await unreachable(far, gone, far.mute)
    del gone
    gc.collect()  # the error that was raised holds it in a cycle
    await unreachable(far, good, far.mute)
    assert far.bus.standing.trouble is None


async def test_who_is_heard_is_asked_before_its_back_off_is_over(far: Far) -> None:
    unit, other = far.bus.join("unit 1"), far.bus.join("unit 2")
    for silent in (unit, other, unit):
        with pytest.raises(DeviceUnreachable):
            await far.ask(silent, far.mute)
    far.bus.ask_again()
    assert await far.ask(unit, answering) == "fine"


async def test_an_endpoint_that_is_heard_is_connected_to_before_its_back_off_is_over(far: Far) -> None:
    unit = far.bus.join("unit 1")
    far.refuses = "connection refused"
    for _ in range(5):
        with pytest.raises(DeviceUnreachable):
            await far.ask(unit, answering)
    assert far.connects == 1
    far.refuses = None
    far.bus.ask_again()
    assert await far.ask(unit, answering) == "fine"
