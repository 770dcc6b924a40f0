"""What the reader makes of an agent's ways, over the real bus and with a clock that the test moves."""

import logging

import pytest

from roommon.model.reading import Reason
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.budget import Patience
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.point import Encoding, Oid, Point, Register, Table
from tests.peers.snmp_room import Room, oid, reader_of_points, reasons, room


def reader_of(
    agent: Room, count: int, encoding: Encoding = Encoding.NUMBER, *, retries: int = 0, budget_s: float = 8.0
) -> SnmpReader:
    points = [Point(f"p{index}", Oid(oid(index)), encoding) for index in range(count)]
    return reader_of_points(agent, points, Patience(1.0, retries, budget_s))


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
    with pytest.raises(TypeError, match="point p stands at no object"):
        reader_of_points(room(1), [point], Patience(1.0, 0, 8.0))


async def test_an_old_object_that_another_replaces_may_be_missing_without_a_word(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = room(3)
    del agent.values[oid(0)]
    pair = [
        Point("precise", Oid(oid(0)), Encoding.NUMBER, fallback="coarse"),
        Point("coarse", Oid(oid(1)), Encoding.NUMBER, is_sensor=False),
    ]
    reader = reader_of_points(agent, pair, Patience(1.0, 0, 8.0))
    assert reasons(await reader.read()) == {0: Reason.CONFIGURATION_ERROR}
    assert caplog.messages == []
    del agent.values[oid(1)]
    assert reasons(await reader.read()) == {0: Reason.CONFIGURATION_ERROR, 1: Reason.NOT_CONNECTED}
    assert [oid(0) in line and oid(1) in line for line in caplog.messages] == [True]


async def test_an_object_that_is_a_point_of_its_own_too_is_missed_although_another_replaces_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = room(2)
    del agent.values[oid(0)]
    points = [
        Point("precise", Oid(oid(0)), Encoding.NUMBER, fallback="coarse"),
        Point("coarse", Oid(oid(1)), Encoding.NUMBER, is_sensor=False),
        Point("raw", Oid(oid(0)), Encoding.NUMBER),
    ]
    await reader_of_points(agent, points, Patience(1.0, 0, 8.0)).read()
    assert [oid(0) in line for line in caplog.messages] == [True]


async def test_a_plain_device_has_nothing_to_be_learned() -> None:
    agent = room(2)
    reader = reader_of(agent, 2)
    await reader.read()
    agent.requests()
    await reader.learn()
    assert (agent.requests(), reader.about) == (0, None)


async def test_what_came_is_of_the_last_beat_alone() -> None:
    agent = room(3)
    agent.values[oid(1)] = b"UPS\x001"
    agent.values[oid(2)] = 2.5
    reader = reader_of(agent, 3)
    assert reader.heard.came() == {}
    await reader.read()
    first = reader.heard
    assert {index: (came.at, came.kind.en, came.words) for index, came in first.came().items()} == {
        0: (oid(0), "whole number", "0"),
        1: (oid(1), "OCTET STRING or Opaque", "55 50 53 00 31"),
        2: (oid(2), "Float or Double", "2.5"),
    }
    del agent.values[oid(1)]
    await reader.read()
    assert reader.heard.came().keys() == {0, 2}
    agent.refuses = True
    await reader.read()
    assert reader.heard.came() == {}
    assert first.came().keys() == {0, 1, 2}
