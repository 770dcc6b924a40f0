"""Many units behind one gateway: what one bad unit or a bad gateway costs, and that all come back by themselves."""

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reading, Reason
from roommon.poll.bus import Bus
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import Target
from roommon.poll.drivers import modbus
from roommon.poll.drivers.modbus import Link, TcpConfig
from roommon.poll.poller import Poller
from roommon.poll.slots import Schedule
from roommon.poll.standing import BackOff
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Point, Register, Table
from tests.peers import modbus_raw as raw

pytestmark = pytest.mark.integration

POINTS = [Point("t", Register(Table.INPUT, 7), Encoding.UINT16), Point("h", Register(Table.INPUT, 9), Encoding.UINT16)]
EVERY = Duration(400)
TIMEOUT = Duration(200)


class Gateway(raw.RawServer):
    """A gateway whose units are switched by the test."""

    def __init__(self) -> None:
        super().__init__(self.answer_as_told)
        self.faults: dict[int, Callable[[bytes], bytes]] = {}
        self.one_client_only = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.one_client_only and self.writers:
            writer.close()
            return
        await super().serve(reader, writer)

    async def answer_as_told(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        answer = raw.tcp_answer(frame)
        edit = self.faults.get(frame[6])
        writer.write(edit(answer) if edit else answer)


class Room:
    """Units 1 to 8 behind one gateway, polled."""

    def __init__(self, port: int) -> None:
        clock = SystemClock()
        config = TcpConfig("127.0.0.1", port, timeout=TIMEOUT)
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        self.bus: Bus[Link] = Bus(
            "gateway", lambda: modbus.connect(config), clock, back_off=BackOff(Duration(100), Duration(800))
        )
        self.schedule = Schedule(self.put, clock)
        for unit in range(1, 9):
            device = DeviceId(f"u{unit}")
            reader = modbus.reader(self.bus, config, Target(device, unit, POINTS, Limits(), EVERY), clock)
            self.schedule.add(Poller(device, reader, Decoder(device, POINTS), EVERY, clock))

    def put(self, readings: list[Reading]) -> None:
        for reading in readings:
            if reading.sensor.endswith(".t"):
                self.readings[reading.sensor.removesuffix(".t")].append(reading)

    async def until(self, device: str, count: int, quality: Quality) -> None:
        """Wait until `device` has had `count` more readings of `quality`."""
        seen = len(self.readings[device])
        async with asyncio.timeout(20):
            while sum(r.quality is quality for r in self.readings[device][seen:]) < count:  # noqa: ASYNC110 - a list
                await asyncio.sleep(0.01)

    def reasons(self, device: str) -> Counter[Reason | None]:
        return Counter(reading.reason for reading in self.readings[device])


@contextlib.asynccontextmanager
async def room(gateway: Gateway) -> AsyncIterator[Room]:
    async with raw.serving(gateway):
        made = Room(gateway.port)
        try:
            yield made
        finally:
            await made.schedule.aclose()
            await made.bus.aclose()


def tid(frame: bytes) -> int:
    return int.from_bytes(frame[:2], "big")


Edit = Callable[[bytes], bytes]

SILENT: dict[str, Edit] = {
    "mute": lambda _frame: b"",
    "truncated": lambda frame: frame[:-1],
    "wrong transaction id": lambda frame: b"\x7f\x7f" + frame[2:],
}
AT_ONCE: dict[int, tuple[Edit, Reason]] = {
    2: (lambda frame: raw.tcp(tid(frame), frame[6], b"\x84\x0b"), Reason.NO_COMMUNICATION),
    3: (lambda frame: frame[:6] + b"\x63" + frame[7:], Reason.DEVICE_FAILURE),
    4: (lambda frame: frame[:7] + b"\x03" + frame[8:], Reason.DEVICE_FAILURE),
    5: (lambda frame: raw.tcp(tid(frame), frame[6], b"\x84\x04"), Reason.DEVICE_FAILURE),
    6: (lambda frame: raw.tcp(tid(frame), frame[6], b"\x84\x06"), Reason.DEVICE_FAILURE),
    7: (lambda frame: raw.tcp(tid(frame), frame[6], b"\x84\x02"), Reason.CONFIGURATION_ERROR),
}


def untouched(polled: Room, units: Iterable[int]) -> bool:
    """Whether all readings of `units` were good and theirs."""
    readings = [reading for unit in units for reading in polled.readings[f"u{unit}"]]
    return bool(readings) and all(reading.reason is None and reading.value == 7.0 for reading in readings)


@pytest.mark.parametrize("fault", SILENT)
async def test_a_silent_unit_costs_the_others_no_reading_and_recovers(fault: str) -> None:
    gateway = Gateway()
    async with room(gateway) as polled:
        await polled.until("u8", 1, Quality.GOOD)
        gateway.faults[3] = SILENT[fault]
        await polled.until("u3", 3, Quality.BAD)
        del gateway.faults[3]
        await polled.until("u3", 1, Quality.GOOD)
        assert untouched(polled, (1, 2, 4, 5, 6, 7, 8))
        assert polled.reasons("u3").keys() == {None, Reason.NO_COMMUNICATION}


async def test_units_that_answer_wrong_have_their_reasons_cost_the_others_no_reading_and_recover() -> None:
    gateway = Gateway()
    async with room(gateway) as polled:
        await polled.until("u8", 1, Quality.GOOD)
        gateway.faults = {unit: edit for unit, (edit, _) in AT_ONCE.items()}
        await asyncio.gather(*(polled.until(f"u{unit}", 2, Quality.BAD) for unit in AT_ONCE))
        gateway.faults = {}
        await asyncio.gather(*(polled.until(f"u{unit}", 1, Quality.GOOD) for unit in AT_ONCE))
        assert untouched(polled, (1, 8))
        assert {unit: polled.reasons(f"u{unit}").keys() - {None} for unit in AT_ONCE} == {
            unit: {reason} for unit, (_, reason) in AT_ONCE.items()
        }


async def test_a_gateway_that_goes_and_comes_back_is_found_again() -> None:
    gateway = Gateway()
    async with room(gateway) as polled:
        await polled.until("u8", 1, Quality.GOOD)
        port = gateway.port
        gateway.faults = {unit: (lambda _frame: b"") for unit in range(1, 9)}
        await asyncio.gather(*(polled.until(f"u{unit}", 1, Quality.BAD) for unit in range(1, 9)))
        gateway.faults = {}
        await asyncio.gather(*(polled.until(f"u{unit}", 1, Quality.GOOD) for unit in range(1, 9)))
    made = Room(port)
    await made.until("u1", 2, Quality.BAD)
    assert made.bus.standing.trouble is not None
    async with raw.serving(Gateway(), port):
        await asyncio.gather(*(made.until(f"u{unit}", 2, Quality.GOOD) for unit in range(1, 9)))
        await made.schedule.aclose()
        await made.bus.aclose()


async def test_a_gateway_for_one_client_only_gets_one_client_only() -> None:
    """Silence makes us give the connection up: the old one is closed before the new one is opened."""
    gateway = Gateway()
    gateway.one_client_only = True
    async with room(gateway) as polled:
        await polled.until("u8", 1, Quality.GOOD)
        gateway.faults[3] = SILENT["mute"]
        await polled.until("u3", 4, Quality.BAD)
        assert polled.reasons("u4").keys() == {None}
        assert len(gateway.writers) <= 1


async def test_a_gateway_that_is_taken_by_another_client_is_asked_until_it_is_free() -> None:
    gateway = Gateway()
    gateway.one_client_only = True
    async with raw.serving(gateway):
        _reader, other = await asyncio.open_connection("127.0.0.1", gateway.port)
        async with asyncio.timeout(10):
            while not gateway.writers:  # noqa: ASYNC110 - a plain set
                await asyncio.sleep(0.005)
        polled = Room(gateway.port)
        await polled.until("u8", 2, Quality.BAD)
        other.close()
        await asyncio.gather(*(polled.until(f"u{unit}", 2, Quality.GOOD) for unit in range(1, 9)))
        await polled.schedule.aclose()
        await polled.bus.aclose()
