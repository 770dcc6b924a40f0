"""What a device says of itself, as texts; and when it is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from roommon.model.clock import Duration
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import About, DeviceUnreachable, Fault, Raw
from roommon.poll.identity import identity
from roommon.poll.modbus.identification import Identification
from roommon.poll.snmp.budget import Patience
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.point import Affine, Encoding, First, Oid, Point, Register, Table
from tests.peers.snmp_room import HandClock, Room, oid, reader_of_points, room

MODEL = Point("model", Register(Table.HOLDING, 0), Encoding.STRING, registers=4)
FIRMWARE = Point("firmware", Register(Table.HOLDING, 4), Encoding.UINT16, affine=Affine(0.01))
SERIAL = Point("serial", Register(Table.HOLDING, 5), Encoding.UINT32, invalid=frozenset({4_294_967_295.0}))
ASKED = {"model": MODEL, "firmware": FIRMWARE, "serial": SERIAL}
SILENT = Fault(Reason.NO_COMMUNICATION, Text.same("not asked"))
REFUSED = Fault(Reason.CONFIGURATION_ERROR, Text.same("exception 2"))


@pytest.mark.parametrize(
    ("raws", "texts"),
    [
        (["SDM630 \0", 258, 1234567890], {"model": "SDM630", "firmware": "2.58", "serial": "1234567890"}),
        (["", 100, 4294967295], {"firmware": "1"}),
        (["\x01\x02", REFUSED, b"\x00\x0c"], {"serial": "00:0c"}),
    ],
)
def test_what_says_something_becomes_a_text(raws: list[Raw | Fault], texts: dict[str, str]) -> None:
    assert identity(ASKED, raws) == texts


def test_one_point_stands_in_for_another_and_has_no_name_of_its_own() -> None:
    asked = {"serial": replace(SERIAL, fallback="older"), "older": replace(SERIAL, key="older", is_sensor=False)}
    assert identity(asked, [REFUSED, 42]) == {"serial": "42"}
    assert identity(asked, [7, 42]) == {"serial": "7"}


class Device:
    """Answers when it is asked who it is."""

    def __init__(self) -> None:
        self.raws: Sequence[Raw | Fault] = ["SDM630", 258, 1]
        self.silent = False
        self.hangs = False
        self.asked = 0

    async def read(self) -> Sequence[Raw | Fault]:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.silent:
            raise DeviceUnreachable("no answer")
        return self.raws


def identification(device: Device, every_ms: int = 1000) -> tuple[Identification, HandClock]:
    clock = HandClock()
    return Identification(ASKED, device, Duration(every_ms), clock), clock


async def test_a_modbus_device_is_asked_when_it_is_met_and_once_an_hour() -> None:
    device = Device()
    asking, clock = identification(device)
    for _ in range(7300):
        await asking.learn()
        clock.now += 1.0
    assert device.asked == 3
    assert asking.about is not None
    assert asking.about.identity == {"model": "SDM630", "firmware": "2.58", "serial": "1"}


async def test_a_modbus_device_that_was_away_is_asked_again_and_what_it_says_is_new() -> None:
    device = Device()
    asking, clock = identification(device)
    await asking.learn()
    first = asking.about
    asking.anew()
    clock.now += 1.0
    device.raws = ["SDM630", 258, 2]
    await asking.learn()
    assert asking.about is not first
    assert asking.about is not None
    assert asking.about.identity["serial"] == "2"


@pytest.mark.parametrize("raws", [None, ["SDM630", SILENT, SILENT]])
async def test_silence_tells_nothing_and_is_not_asked_again_soon(raws: Sequence[Raw | Fault] | None) -> None:
    device = Device()
    device.silent, device.raws = raws is None, raws or []
    asking, clock = identification(device)
    for _ in range(600):
        await asking.learn()
        asking.anew()
        clock.now += 1.0
    assert asking.about is None
    assert 2 <= device.asked <= 5


async def test_an_answer_that_would_cost_the_next_beat_is_given_up() -> None:
    device = Device()
    device.hangs = True
    asking, _ = identification(device, every_ms=50)
    async with asyncio.timeout(5):
        await asking.learn()
    assert asking.about is None


def snmp_reader(agent: Room, *, budget_s: float = 8.0) -> SnmpReader:
    fixed = Point("fixed", Oid(oid(1)), Encoding.NUMBER)
    asked = {
        "model": Point("model", Oid(oid(2)), Encoding.STRING),
        "version": Point("version", Oid(oid(3)), Encoding.NUMBER, affine=Affine(0.1)),
        "location": Point("location", First("1.3.6.1.4.1.99999.40.1"), Encoding.STRING),
    }
    return reader_of_points(agent, [fixed], Patience(1.0, 0, budget_s), identity=asked)


async def test_an_agent_is_asked_who_it_is_after_the_beat_after_a_restart_and_once_an_hour() -> None:
    agent = room(4)
    agent.values[oid(2)] = b" UPS \0"
    reader = snmp_reader(agent)
    seen: list[About] = []
    for _ in range(400):
        assert await reader.read() == [1]
        await reader.learn()
        if reader.about is not None and (not seen or seen[-1] is not reader.about):
            seen.append(reader.about)
        agent.clock.now += 10.0
    assert [about.identity for about in seen] == [{"model": "UPS", "version": "0.3"}] * 2
    agent.booted_at = agent.clock.now
    agent.values[oid(2)] = b"PDU"
    await reader.read()
    agent.clock.now += 10.0
    await reader.read()
    await reader.learn()
    assert reader.about is not None
    assert reader.about.identity["model"] == "PDU"


async def test_who_answers_after_silence_is_asked_who_it_is() -> None:
    agent = room(4)
    agent.values[oid(2)] = b"UPS"
    reader = snmp_reader(agent)
    await reader.read()
    await reader.learn()
    agent.mute = 1
    with pytest.raises(DeviceUnreachable):
        await reader.read()
    agent.values[oid(2)] = b"PDU"
    agent.clock.now += 60.0
    assert await reader.read() == [1]
    await reader.learn()
    assert reader.about is not None
    assert reader.about.identity["model"] == "PDU"


async def test_an_agent_that_is_silent_about_itself_keeps_its_readings_and_said_nothing() -> None:
    agent = room(4)
    agent.mute_above = 2
    agent.deaf_to_walks = True
    reader = snmp_reader(agent, budget_s=0.8)
    asked = []
    for _ in range(120):
        began = agent.clock.now
        assert await reader.read() == [1]
        agent.requests()
        await reader.learn()
        asked.append(agent.requests())
        assert agent.clock.now - began < 1.0
        agent.clock.now = began + 1.0
    assert reader.about is None
    assert 2 <= sum(map(bool, asked)) <= 12
