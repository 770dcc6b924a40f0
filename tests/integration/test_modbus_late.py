"""A unit on a line whose answers are later than the timeout: no register gets the value of another."""

import asyncio
import time
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.poll.bus import Bus
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Target
from roommon.poll.drivers import modbus
from roommon.poll.modbus.reader import ModbusReader
from roommon.poll.standing import BackOff
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Point, Register, Table
from tests.peers.simulated import Room, simulated
from tests.peers.transports import Endpoints, Transport

pytestmark = pytest.mark.integration

REGISTERS = (0x0001, 0x0002)
LIMITS = Limits(one_request_per_point=True)


async def test_single_registers_of_a_unit_that_is_late_now_and_then_are_never_mixed_up(tmp_path: Path) -> None:
    """Temperature and humidity of one probe, each in a request of its own: both answers have the same shape."""
    endpoints = Endpoints(tmp_path, Transport.SERIAL, ["probe"])
    with simulated("room", str(endpoints.room_file()), "--base-port", "0", log=tmp_path / "room.log") as room:
        clock = SystemClock()
        config = modbus.SerialConfig(tmp_path / "probe.tty", 115_200, timeout=Duration(150))
        bus = Bus("line", lambda: modbus.connect(config), clock, back_off=BackOff(Duration(1), Duration(1)))
        points = [Point(f"p{at}", Register(Table.INPUT, at), Encoding.INT16) for at in REGISTERS]
        reader = modbus.reader(bus, config, Target(DeviceId("probe"), 1, points, LIMITS, Duration(1000)), clock)
        truth = [raw for raw in await reader.read() if isinstance(raw, int)]
        assert len(set(truth)) == len(REGISTERS)
        silences = await _watch(reader, truth, room)
        await bus.aclose()
    assert silences >= 3


async def _watch(reader: ModbusReader, truth: list[int], room: Room) -> int:
    """Read for some seconds, with the unit late in turns; return how often it was silent."""
    silences = 0
    began = time.monotonic()
    for step in range(1000):
        if time.monotonic() > began + 4:
            break
        if step % 4 == 0:
            room.fault("probe", *(("late", "0.25") if step % 8 else ("ok",)))
        try:
            raws = await reader.read()
        except DeviceUnreachable:
            silences += 1
            continue
        finally:
            await asyncio.sleep(0.05)
        for raw, true in zip(raws, truth, strict=True):
            assert isinstance(raw, Fault) or abs(float(raw) - true) < 20, (raws, truth)
    return silences
