"""A line at the bench: nothing is asked twice, silence and loss are told apart, and a scan comes to its end."""

import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import ModuleType

import pytest

from roommon.commissioning.line import Enough, Line, Manners, Mute
from roommon.commissioning.scan import GENTLE, Scanned, expected_s, scan
from roommon.commissioning.unit import Unit
from roommon.config.site import Bus as Endpoint
from roommon.model.text import Text
from roommon.poll.bus import LinkLost, Silent
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.frames import Answer, Refusal
from roommon.poll.plan import Block
from roommon.profiles.point import Register, Table
from roommon.profiles.profile import BusId

NO_ANSWER = Silent(Text("no answer", "无应答"))
CLOSED = LinkLost(Text("closed", "已关闭"))


@dataclass
class Device:
    """A unit with holding registers; every other function is unknown to it, or is not answered."""

    registers: dict[int, int] = field(default_factory=dict)
    refuses_silently: bool = False
    silent_after: int = 1_000_000
    lost_after: int = 1_000_000
    asked: list[Block] = field(default_factory=list)
    opened: int = 0
    usable: bool = True

    async def read(self, unit: int, block: Block) -> Answer:
        assert unit == 1
        self.asked.append(block)
        if len(self.asked) > self.lost_after:
            raise CLOSED
        if len(self.asked) > self.silent_after:
            raise NO_ANSWER
        if block.table is not Table.HOLDING:
            return self._refused(1)
        addresses = range(block.address, block.address + block.count)
        if not all(at in self.registers for at in addresses):
            return self._refused(2)
        return struct.pack(f">{block.count}H", *(self.registers[at] for at in addresses))

    def _refused(self, code: int) -> Refusal:
        if self.refuses_silently:
            raise NO_ANSWER
        return Refusal(code)

    async def identify(self, unit: int) -> Answer:
        assert unit == 1
        return self._refused(1)


def line_to(device: Device, at_most: int = 10_000) -> Line:
    """A line at whose end `device` is."""

    @asynccontextmanager
    async def connect(_: object) -> AsyncIterator[Device]:
        device.opened += 1
        yield device

    module = ModuleType("driver")
    module.__dict__["connect"] = connect
    return Line(Endpoint(BusId("line"), "modbus_tcp", module, "here"), SystemClock(), Manners(0.0, at_most))


def block(address: int, count: int, table: Table = Table.HOLDING) -> Block:
    return Block(table, address, count, ())


async def test_a_register_is_read_once() -> None:
    device = Device({0: 1, 1: 2, 2: 3})
    unit = Unit(line_to(device), 1)
    assert await unit.read(block(0, 3)) == b"\0\1\0\2\0\3"
    assert await unit.read(block(1, 2)) == b"\0\2\0\3"
    assert len(device.asked) == 1


async def test_what_was_refused_is_not_asked_again_nor_is_more_of_it() -> None:
    device = Device({0: 1})
    unit = Unit(line_to(device), 1)
    assert await unit.read(block(4, 2)) == Refusal(2)
    assert await unit.read(block(3, 9)) == Refusal(2)
    assert await unit.read(block(0, 1, Table.INPUT)) == Refusal(1)
    assert await unit.read(block(9, 9, Table.INPUT)) == Refusal(1)
    assert len(device.asked) == 2
    await unit.read(block(5, 1))
    assert len(device.asked) == 3


async def test_a_unit_that_ignores_strange_requests_is_still_there() -> None:
    device = Device({0: 7}, refuses_silently=True)
    unit = Unit(line_to(device), 1)
    assert await unit.is_there() is not None
    for address in range(10, 30):
        assert isinstance(await unit.read(block(address, 1)), Mute)
    assert await unit.read(block(0, 1)) == b"\0\7"


async def test_a_unit_that_falls_silent_is_let_be() -> None:
    device = Device({0: 7}, silent_after=1)
    unit = Unit(line_to(device), 1)
    assert await unit.is_there() is not None
    assert isinstance(await unit.read(block(10, 1)), Mute)
    assert isinstance(await unit.read(block(11, 1)), Mute)
    with pytest.raises(DeviceUnreachable, match="not any more"):
        await unit.read(block(12, 1))
    assert len(device.asked) == 5


async def test_nobody_is_nobody() -> None:
    assert await Unit(line_to(Device(silent_after=0)), 1).is_there() is None


async def test_a_connection_that_broke_is_opened_again_once() -> None:
    device = Device({0: 7, 1: 8}, lost_after=1)
    line = line_to(device)
    await line.read(1, block(0, 1))
    with pytest.raises(DeviceUnreachable, match="stop the daemon first"):
        await line.read(1, block(1, 1))
    assert device.opened == 2
    await line.aclose()


async def test_no_more_is_asked_than_is_allowed() -> None:
    line = line_to(Device({0: 7}), at_most=2)
    await line.read(1, block(0, 1))
    await line.identify(1)
    with pytest.raises(Enough, match="after 2 requests"):
        await line.read(1, block(0, 1))


def places(found: Scanned) -> list[int]:
    return sorted(place.address for place in found.words)


async def test_a_scan_finds_what_is_there_around_what_is_not() -> None:
    there = [0, 1, 5, *range(18, 40), *range(1000, 1050), *range(40_000, 40_003)]
    device = Device({at: at & 0xFF for at in there})
    unit = Unit(line_to(device), 1)
    found = await scan(unit)
    assert found.trouble is None
    assert places(found) == sorted(there)
    assert [(first.address, len(values)) for first, values in found.runs()] == [
        *((0, 2), (5, 1), (18, 22), (1000, 50), (40_000, 3))
    ]
    assert found.words[Register(Table.HOLDING, 1001)] == 1001 & 0xFF
    assert len(device.asked) < 500


async def test_a_scan_never_reads_over_the_end_of_a_table() -> None:
    device = Device(dict.fromkeys(range(0x1_0000), 0))
    await scan(Unit(line_to(device), 1))
    assert max(each.address + each.count for each in device.asked) <= 0x1_0000


async def test_a_scan_ends_at_its_limit_with_what_it_found() -> None:
    device = Device({at: at for at in range(200)})
    found = await scan(Unit(line_to(device, at_most=4), 1))
    assert places(found) == list(range(64))
    assert found.trouble is not None
    assert "after 4 requests" in found.trouble.en


async def test_a_scan_stops_when_the_unit_falls_silent() -> None:
    device = Device({at: at for at in range(200)}, silent_after=6)
    unit = Unit(line_to(device), 1)
    await unit.is_there()
    found = await scan(unit)
    assert places(found) == list(range(80))
    assert found.trouble is not None
    assert len(device.asked) < 12


def test_how_long_a_scan_takes_is_known_before() -> None:
    usual, longest = expected_s(1.0)
    assert 0 < usual < longest
    assert longest >= GENTLE.at_most * GENTLE.pause_s
