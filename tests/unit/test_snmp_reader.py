"""What the reader makes of an agent's ways, over the real bus and with a clock that the test moves."""

import contextlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from roommon.model.clock import Instant
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.bus import Bus, Silent
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.snmp.agent import SYS_UPTIME, Absent, Agent, Refusal, Value
from roommon.poll.snmp.asking import Patience
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.point import Encoding, Oid, Point, Register, Table


@dataclass
class HandClock:
    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(int(monotonic * 1000))


@dataclass
class Room:
    """An agent in memory: what it holds, how it behaves, and what it was asked."""

    clock: HandClock = field(default_factory=HandClock)
    values: dict[str, Value] = field(default_factory=dict)
    fatal: set[str] = field(default_factory=set)
    """Objects that make a whole request fail (noSuchName in version 1, genErr)."""
    most: int = 1000
    """More objects in one request are tooBig."""
    mute_above: int = 1000
    """Longer requests are dropped without a word."""
    mute: int = 0
    """So many requests from now on are not answered."""
    refuses: bool = False
    answer_s: float = 0.01
    booted_at: float = 0.0
    asked: list[Sequence[str]] = field(default_factory=list)
    usable: bool = True

    async def get_many(self, oids: Sequence[str], timeout_s: float) -> Mapping[str, Value] | Refusal:
        self._hear(oids, timeout_s)
        if self.refuses:
            return Refusal(Text.same("refuses user roommon"))
        if len(oids) > self.most or self.fatal.intersection(oids):
            return {}
        return {oid: self.values[oid] for oid in oids if oid in self.values}

    async def get(self, oid: str, timeout_s: float) -> Value | Absent | Refusal:
        self._hear([oid], timeout_s)
        if self.refuses:
            return Refusal(Text.same("refuses user roommon"))
        return Absent.NO_SUCH_NAME if oid in self.fatal else self.values.get(oid, Absent.NO_SUCH)

    def _hear(self, oids: Sequence[str], timeout_s: float) -> None:
        self.asked.append(list(oids))
        if self.mute or len(oids) > self.mute_above:
            self.mute = max(self.mute - 1, 0)
            self.clock.now += timeout_s
            raise Silent("no answer")
        self.clock.now += self.answer_s
        if SYS_UPTIME in self.values and SYS_UPTIME not in self.fatal:
            self.values[SYS_UPTIME] = int((self.clock.now - self.booted_at) * 100)

    def requests(self) -> int:
        """How many it got since the last call."""
        count = len(self.asked)
        self.asked.clear()
        return count


def oid(index: int) -> str:
    return f"1.3.6.1.4.1.99999.{index}.0"


def room(count: int) -> Room:
    return Room(values={SYS_UPTIME: 0, **{oid(index): index for index in range(count)}})


def reader_of_points(agent: Room, points: Sequence[Point], patience: Patience) -> SnmpReader:
    @contextlib.asynccontextmanager
    async def connect() -> AsyncIterator[Agent]:
        yield agent

    bus: Bus[Agent] = Bus("ups-1 10.0.0.3:161", connect, agent.clock)
    return SnmpReader(points, bus, bus.join("ups-1 10.0.0.3:161"), agent.clock, patience)


def reader_of(
    agent: Room, count: int, encoding: Encoding = Encoding.NUMBER, *, retries: int = 0, budget_s: float = 8.0
) -> SnmpReader:
    points = [Point(f"p{index}", Oid(oid(index)), encoding) for index in range(count)]
    return reader_of_points(agent, points, Patience(1.0, retries, budget_s))


def reasons(answers: Sequence[Raw | Fault]) -> dict[int, Reason]:
    return {index: answer.reason for index, answer in enumerate(answers) if isinstance(answer, Fault)}


async def test_a_device_is_read_with_one_request() -> None:
    agent = room(10)
    assert await reader_of(agent, 10).read() == list(range(10))
    assert agent.requests() == 1


async def test_a_missing_object_costs_the_others_nothing_and_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    agent = room(10)
    del agent.values[oid(3)]
    reader = reader_of(agent, 10)
    for _ in range(3):
        answers = await reader.read()
        assert reasons(answers) == {3: Reason.CONFIGURATION_ERROR}
    assert agent.requests() == 3
    assert [oid(3) in line for line in caplog.messages] == [True]


async def test_an_object_that_goes_away_was_unplugged_and_may_come_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agent = room(4)
    reader = reader_of(agent, 4)
    await reader.read()
    del agent.values[oid(2)]
    assert reasons(await reader.read()) == {2: Reason.NOT_CONNECTED}
    agent.values[oid(2)] = 7
    assert (await reader.read())[2] == 7
    assert "has a value again" in caplog.text


async def test_objects_that_fail_a_request_are_found_in_the_same_beat_and_set_aside() -> None:
    agent = room(30)
    agent.fatal = {oid(4), oid(21)}
    reader = reader_of(agent, 30)
    for _ in range(2):
        answers = await reader.read()
        assert reasons(answers) == {4: Reason.CONFIGURATION_ERROR, 21: Reason.CONFIGURATION_ERROR}
        assert [answer for answer in answers if not isinstance(answer, Fault)] == [
            i for i in range(30) if i not in (4, 21)
        ]
    assert agent.requests() < 30
    await reader.read()
    assert agent.requests() == 1


async def test_what_was_set_aside_is_asked_alone_now_and_then_and_ever_more_rarely() -> None:
    agent = room(6)
    agent.fatal = {oid(4)}
    reader = reader_of(agent, 6)
    await reader.read()
    agent.requests()
    for _ in range(360):
        agent.clock.now += 10
        await reader.read()
    alone = [request for request in agent.asked if request == [oid(4)]]
    assert 8 <= len(alone) <= 30
    assert len(agent.asked) == 360 + len(alone)


async def test_what_was_set_aside_comes_back_at_once_when_the_agent_has_recovered() -> None:
    agent = room(20)
    agent.fatal = {SYS_UPTIME, *agent.values}
    reader = reader_of(agent, 20)
    assert len(reasons(await reader.read())) == 20
    agent.fatal.clear()
    agent.clock.now += 5
    assert await reader.read() == list(range(20))
    agent.requests()
    await reader.read()
    assert agent.requests() == 1


async def test_after_a_restart_of_the_agent_what_was_set_aside_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agent = room(6)
    agent.fatal = {oid(4)}
    reader = reader_of(agent, 6)
    await reader.read()
    agent.fatal.clear()
    agent.booted_at = agent.clock.now
    assert reasons(await reader.read()) == {4: Reason.CONFIGURATION_ERROR}
    assert "started anew" in caplog.text
    assert await reader.read() == list(range(6))


async def test_what_is_too_big_is_halved_once_and_remembered() -> None:
    agent = room(30)
    agent.most = 9
    reader = reader_of(agent, 30)
    assert await reader.read() == list(range(30))
    agent.requests()
    assert await reader.read() == list(range(30))
    assert agent.requests() == 4
    assert max(map(len, agent.asked), default=0) <= 9


async def test_an_agent_that_drops_long_requests_without_a_word_is_asked_shorter_ones() -> None:
    agent = room(20)
    agent.mute_above = 8
    reader = reader_of(agent, 20, retries=1)
    answers = await reader.read()
    assert answers == list(range(20))
    agent.requests()
    assert await reader.read() == list(range(20))
    assert agent.requests() == 4


async def test_silence_is_asked_again_within_the_beat() -> None:
    agent = room(5)
    reader = reader_of(agent, 5, retries=2)
    await reader.read()
    agent.mute = 2
    assert await reader.read() == list(range(5))


async def test_a_device_that_answers_nothing_is_unreachable_and_says_who_and_where() -> None:
    agent = room(5)
    agent.mute = 100
    with pytest.raises(DeviceUnreachable, match=r"ups-1 10\.0\.0\.3:161: no answer"):
        await reader_of(agent, 5, retries=1).read()
    assert agent.requests() == 2


async def test_a_beat_never_takes_longer_than_its_budget() -> None:
    agent = room(5)
    agent.mute = 100
    began = agent.clock.now
    with pytest.raises(DeviceUnreachable):
        await reader_of(agent, 5, retries=3, budget_s=0.8).read()
    assert agent.clock.now - began <= 0.81


async def test_a_slow_agent_keeps_the_values_that_came_in_time() -> None:
    agent = room(100)
    agent.most, agent.answer_s = 10, 0.3
    reader = reader_of(agent, 100, budget_s=2.0)
    for _ in range(4):
        answers = await reader.read()
    in_time = [answer for answer in answers if not isinstance(answer, Fault)]
    assert len(in_time) >= 30
    assert set(reasons(answers).values()) == {Reason.NO_COMMUNICATION}


async def test_a_refusal_is_a_configuration_error_of_every_point_and_is_not_repeated_at_once() -> None:
    agent = room(3)
    agent.refuses = True
    reader = reader_of(agent, 3)
    for _ in range(5):
        assert reasons(await reader.read()) == dict.fromkeys(range(3), Reason.CONFIGURATION_ERROR)
    assert agent.requests() == 1
    agent.refuses = False
    agent.clock.now += 31
    assert await reader.read() == [0, 1, 2]


async def test_a_counter_goes_on_over_its_wrap_and_starts_again_with_its_agent() -> None:
    agent = room(1)
    reader = reader_of(agent, 1, Encoding.COUNTER32)
    seen: list[Raw | Fault] = []
    for number in (4_294_967_290, 4, 10):
        agent.values[oid(0)] = number
        seen += await reader.read()
        agent.clock.now += 10
    agent.booted_at = agent.clock.now - 1
    agent.values[oid(0)] = 11
    seen += await reader.read()
    assert seen == [4_294_967_290, 4_294_967_300, 4_294_967_306, 11]


async def test_a_number_that_means_no_value_is_not_counted_as_a_wrap() -> None:
    agent = room(1)
    counted = Point("p0", Oid(oid(0)), Encoding.COUNTER32, invalid=frozenset({4_294_967_295.0}))
    reader = reader_of_points(agent, [counted], Patience(1.0, 0, 8.0))
    seen: list[Raw | Fault] = []
    for number in (4_294_967_295, 5):
        agent.values[oid(0)] = number
        seen += await reader.read()
    assert seen == [4_294_967_295, 5]


async def test_points_that_share_an_object_ask_for_it_once() -> None:
    agent = room(1)
    points = [Point("number", Oid(oid(0)), Encoding.NUMBER), Point("text", Oid(oid(0)), Encoding.STRING)]
    assert await reader_of_points(agent, points, Patience(1.0, 0, 8.0)).read() == [0, "0"]
    assert agent.asked == [[SYS_UPTIME, oid(0)]]


def test_a_register_is_no_object() -> None:
    point = Point("p", Register(Table.INPUT, 1), Encoding.INT16)
    with pytest.raises(TypeError, match="point p stands at a Modbus register"):
        reader_of_points(room(1), [point], Patience(1.0, 0, 8.0))
