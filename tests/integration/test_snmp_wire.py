"""The SNMP driver against answers that no real snmpd gives."""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.poll.bus import Silent
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Raw, Target
from roommon.poll.drivers import snmp
from roommon.poll.drivers.snmp import Config
from roommon.poll.snmp.agent import SYS_UPTIME, Absent
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Oid, Point
from tests.peers.snmp_agent import (
    GEN_ERR,
    NO_SUCH_NAME,
    NULL,
    TOO_BIG,
    Agent,
    Request,
    agent,
    bind,
    echo,
    integer,
    oid,
    response,
    tlv,
)

pytestmark = pytest.mark.integration

OIDS = [f"1.3.6.1.4.1.99999.{index}.0" for index in range(12)]


def value_of(name: str) -> int:
    return 100 if name == SYS_UPTIME else OIDS.index(name) if name in OIDS else 0


def values(request: Request) -> bytes:
    return response(request, b"".join(bind(name, integer(value_of(name))) for name in request.oids))


class HandClock(SystemClock):
    """The system's clock, which the test may set forward."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


def reader_of(room: Agent, retries: int = 0, timeout_ms: int = 300, clock: SystemClock | None = None) -> SnmpReader:
    config = Config(room.address.host, room.address.port, timeout=Duration(timeout_ms), retries=retries)
    clock = clock or SystemClock()
    points = [Point(f"p{index}", Oid(name), Encoding.NUMBER) for index, name in enumerate(OIDS)]
    target = Target(DeviceId("ups-1"), None, points, Limits(), Duration(10_000))
    return snmp.reader(snmp.bus("ups-1", config, clock), config, target, clock)


async def test_too_big_is_halved_and_the_size_remembered() -> None:
    async with agent(lambda r: values(r) if len(r.oids) <= 4 else response(r, b"", TOO_BIG)) as room:
        reader = reader_of(room)
        assert await reader.read() == list(range(12))
        room.asked.clear()
        assert await reader.read() == list(range(12))
        assert [len(request.oids) for request in room.asked] == [4, 4, 4, 1]


@pytest.mark.parametrize("status", [NO_SUCH_NAME, GEN_ERR])
async def test_one_object_that_fails_the_request_costs_itself_alone(status: int) -> None:
    async with agent(lambda r: response(r, echo(r), status, 1) if OIDS[5] in r.oids else values(r)) as room:
        answers = await reader_of(room).read()
    culprit = answers[5]
    assert isinstance(culprit, Fault)
    assert culprit.reason is Reason.DEVICE_FAILURE
    assert [answer for answer in answers if not isinstance(answer, Fault)] == [i for i in range(12) if i != 5]


@pytest.mark.parametrize(
    "broken",
    [
        lambda r: response(r, tlv(0x30, b"")),
        lambda _: b"no SNMP at all",
        lambda r: values(r)[:-3],
        lambda r: response(r, b"".join(bind(name, b"\x49\x01\x00") for name in r.oids)),
        lambda r: response(r, b"".join(tlv(0x30, b"\x06\x00" + integer(4)) for _ in r.oids)),
        lambda r: response(r, b"".join(tlv(0x30, oid(name) + b"\x04\x7fab") for name in r.oids)),
        lambda r: response(r, b"".join(bind(name, tlv(4, b"x" * 4500)) for name in r.oids)),
        lambda r: response(r, bind("1.3.6.1.4.1.99999.77.0", integer(1))),
    ],
    ids=["empty-varbind", "garbage", "truncated", "unknown-tag", "no-oid", "overlong", "too-large", "another-object"],
)
async def test_an_answer_that_is_broken_for_one_object_costs_itself_alone(broken: Callable[[Request], bytes]) -> None:
    async with agent(lambda r: broken(r) if OIDS[5] in r.oids else values(r)) as room:
        answers = await reader_of(room).read()
    culprit = answers[5]
    assert isinstance(culprit, Fault)
    assert [answer for answer in answers if not isinstance(answer, Fault)] == [i for i in range(12) if i != 5]


async def test_an_agent_that_always_answers_nonsense_is_read_as_failing() -> None:
    async with agent(lambda _: b"\x30\x00") as room:
        reader = reader_of(room)
        answers = await reader.read()
        assert {answer.reason for answer in answers if isinstance(answer, Fault)} == {Reason.DEVICE_FAILURE}
        assert len(answers) == 12


async def test_an_answer_to_another_request_is_no_answer() -> None:
    async with agent(lambda r: values(r._replace(number=r.number + 1))) as room:
        with pytest.raises(DeviceUnreachable, match="no answer"):
            await reader_of(room).read()


async def test_a_late_answer_is_never_taken_for_a_later_one() -> None:
    old = {name: integer(-1) for name in [SYS_UPTIME, *OIDS]}
    async with agent(lambda r: response(r, b"".join(bind(name, old[name]) for name in r.oids))) as room:
        room.delay_s = 0.45
        reader = reader_of(room, retries=1)
        read = asyncio.create_task(reader.read())
        await room.heard.get()
        room.delay_s, room.reply = 0.0, lambda _: None
        await room.heard.get()
        with pytest.raises(DeviceUnreachable):
            await read
        room.reply = values
        await asyncio.sleep(0.6)
        assert await reader.read() == list(range(12))


async def test_a_lost_answer_is_asked_for_again_in_the_same_beat() -> None:
    async with agent(values) as room:
        reader = reader_of(room, retries=1)
        assert await reader.read() == list(range(12))
        room.asked.clear()
        room.reply = lambda r: values(r) if len(room.asked) > 1 else None
        assert await reader.read() == list(range(12))
        assert len(room.asked) == 2


async def test_a_null_is_no_value_and_ends_no_walk_in_a_crash() -> None:
    async with agent(lambda r: response(r, b"".join(bind(name, NULL) for name in r.oids))) as room:
        config = Config(room.address.host, room.address.port, timeout=Duration(300))
        async with snmp.connect(config, SystemClock()) as session:
            assert await session.get(OIDS[0], 0.3) is Absent.NO_VALUE
            assert [step async for step in session.walk("1.3.6.1.4.1.99999", 0.3)] == []


async def test_a_walk_in_an_agent_that_goes_in_circles_ends() -> None:
    async with agent(lambda r: response(r, bind(OIDS[1], integer(1)) + bind(OIDS[0], integer(0)))) as room:
        config = Config(room.address.host, room.address.port, timeout=Duration(300))
        async with snmp.connect(config, SystemClock()) as session:
            assert [oid async for oid, _ in session.walk("1.3.6.1.4.1.99999", 5.0)] == [OIDS[1]]


async def test_nothing_but_reading_is_ever_asked() -> None:
    async with agent(values) as room:
        await reader_of(room).read()
        config = Config(room.address.host, room.address.port, timeout=Duration(300))
        async with snmp.connect(config, SystemClock()) as session:
            room.reply = lambda _: None
            with pytest.raises(Silent):
                await anext(session.walk("1.3.6.1.4.1.99999", 0.3))
    assert {request.kind for request in room.asked} == {0xA0, 0xA5}


@pytest.mark.parametrize("seed", range(40))
async def test_damaged_bytes_end_nothing_and_are_forgotten(seed: int) -> None:
    noise = random.Random(seed)

    def damaged(request: Request) -> bytes:
        answer = bytearray(values(request))
        for _ in range(noise.randint(1, 3)):
            answer[noise.randrange(len(answer))] = noise.randrange(256)
        return bytes(answer)

    async with agent(damaged) as room:
        clock = HandClock()
        reader = reader_of(room, timeout_ms=40, clock=clock)
        with contextlib.suppress(DeviceUnreachable):
            assert len(await reader.read()) == len(OIDS)
        room.reply = values
        answers: Sequence[Raw | Fault] = []
        for _ in range(10):
            clock.ahead_s += 60.0
            with contextlib.suppress(DeviceUnreachable):
                answers = await reader.read()
            if answers == list(range(12)):
                break
        assert answers == list(range(12))
