"""One link of Modbus RTU, on a pseudo terminal and over TCP, against a far side that answers wrong on purpose."""

import asyncio
import contextlib
import os
import struct
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.poll.bus import Bus, LinkLost, Silent
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Target
from roommon.poll.drivers import modbus
from roommon.poll.drivers.modbus import SerialConfig, TcpConfig
from roommon.poll.modbus.frames import Refusal
from roommon.poll.plan import Block
from roommon.poll.standing import BackOff
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Point, Register, Table
from tests.peers import modbus_raw as raw

pytestmark = pytest.mark.integration

BLOCK = Block(Table.INPUT, 10, 3, ())
RIGHT = struct.pack(">HHH", 10, 11, 12)
TIMEOUT = Duration(300)


class Line:
    """The far end of a serial line: `answer` returns (seconds to wait, bytes) pairs for each request."""

    def __init__(self, far: int, path: Path, answer: Callable[[bytes], list[tuple[float, bytes]]]) -> None:
        self.path = path
        self.answer = answer
        self.requests: list[bytes] = []
        self._far = far
        self._frame = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(far, self._read)

    def _read(self) -> None:
        try:
            self._frame += os.read(self._far, 8 - len(self._frame))
        except OSError:  # EIO: nobody has the near end open
            self._loop.remove_reader(self._far)
        if len(self._frame) == 8:
            self.requests.append(self._frame)
            for wait_s, data in self.answer(self._frame):
                self._loop.call_later(wait_s, self._write, data)
            self._frame = b""

    def _write(self, data: bytes) -> None:
        if self._far >= 0:
            os.write(self._far, data)

    def pull(self) -> None:
        if self._far >= 0:
            self._loop.remove_reader(self._far)
            os.close(self._far)
            self._far = -1


@contextlib.contextmanager
def line(answer: Callable[[bytes], list[tuple[float, bytes]]]) -> Iterator[Line]:
    far, near = os.openpty()
    tty.setraw(near)
    peer = Line(far, Path(os.ttyname(near)), answer)
    try:
        yield peer
    finally:
        peer.pull()
        os.close(near)


def at_once(data: bytes) -> list[tuple[float, bytes]]:
    return [(0.0, data)]


def serial(peer: Line) -> SerialConfig:
    return SerialConfig(peer.path, 19_200, timeout=TIMEOUT)


async def test_a_serial_line_is_read() -> None:
    with line(lambda frame: at_once(raw.rtu_answer(frame))) as peer:
        async with modbus.connect(serial(peer)) as link:
            assert await link.read(1, BLOCK) == RIGHT
    assert peer.requests == [raw.rtu(1, b"\x04\0\x0a\0\x03")]


async def test_an_exception_on_a_line_is_a_refusal() -> None:
    with line(lambda frame: at_once(raw.rtu(frame[0], b"\x84\x02"))) as peer:
        async with modbus.connect(serial(peer)) as link:
            assert await link.read(1, BLOCK) == Refusal(2)


async def test_an_identification_of_unknown_length_is_read() -> None:
    pdu = b"\x2b\x0e\x01\x01\0\0\x01\0\x04ACME"
    answer = raw.rtu(1, pdu)

    async def identify(frame: bytes, writer: asyncio.StreamWriter) -> None:
        del frame
        writer.write(answer)

    class Server(raw.RawServer):
        async def frame(self, reader: asyncio.StreamReader) -> bytes:
            return await reader.readexactly(7)

    async with (
        raw.serving(Server(identify)) as server,
        modbus.connect(TcpConfig("127.0.0.1", server.port, framer="rtu", timeout=TIMEOUT)) as link,
    ):
        assert await link.identify(1) == pdu[1:]
    assert server.requests == [raw.rtu(1, b"\x2b\x0e\x01\0")]


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda frame: frame[:-1] + bytes([frame[-1] ^ 1]), "checksum is wrong"),
        (lambda frame: frame[:-3], "hold no right answer"),
        (lambda frame: raw.rtu(9, frame[1:-2]), "unit 9 answered function 4"),
        (lambda frame: raw.rtu(1, b"\x03" + frame[2:-2]), "unit 1 answered function 3"),
        (lambda _frame: raw.rtu(1, b"\x04\x02\0\x01"), "with 2 data bytes"),
        (lambda _frame: b"\0\0", "2 bytes came"),
        (lambda _frame: b"", "no answer within 300 ms"),
    ],
    ids=["crc", "truncated", "unit", "function", "count", "noise", "mute"],
)
async def test_what_is_no_answer_is_silence_and_the_line_goes_on(edit: Callable[[bytes], bytes], why: str) -> None:
    spoilt = True

    def answer(frame: bytes) -> list[tuple[float, bytes]]:
        return at_once(edit(raw.rtu_answer(frame)) if spoilt else raw.rtu_answer(frame))

    with line(answer) as peer:
        async with modbus.connect(serial(peer)) as link:
            with pytest.raises(Silent, match=why):
                await link.read(1, BLOCK)
            assert link.usable
            spoilt = False
            assert await link.read(1, BLOCK) == RIGHT


async def test_noise_and_another_units_late_answer_before_the_answer_are_skipped() -> None:
    late = raw.rtu(2, b"\x04\x06" + b"\xee" * 6)
    with line(lambda frame: at_once(b"\0\xff" + late + raw.rtu_answer(frame))) as peer:
        async with modbus.connect(serial(peer)) as link:
            assert await link.read(1, BLOCK) == RIGHT


async def test_an_answer_may_come_byte_by_byte_on_a_line() -> None:
    def answer(frame: bytes) -> list[tuple[float, bytes]]:
        return [(0.01 + 0.005 * n, bytes([byte])) for n, byte in enumerate(raw.rtu_answer(frame))]

    with line(answer) as peer:
        async with modbus.connect(SerialConfig(peer.path, 19_200, timeout=Duration(3_000))) as link:
            assert await link.read(1, BLOCK) == RIGHT


async def test_a_line_is_drained_before_the_next_request() -> None:
    """The rest of an answer that is still coming when its time is over is not the beginning of the next."""

    def answer(frame: bytes) -> list[tuple[float, bytes]]:
        if len(peer.requests) > 1:
            return at_once(raw.rtu_answer(frame))
        return [(0.25 + 0.01 * n, bytes([byte])) for n, byte in enumerate(raw.rtu_answer(frame))]

    with line(answer) as peer:
        async with modbus.connect(serial(peer)) as link:
            with pytest.raises(Silent):
                await link.read(1, BLOCK)
            assert await link.read(2, BLOCK) == RIGHT


async def test_a_serial_port_that_is_not_there_says_so() -> None:
    with pytest.raises(LinkLost, match="/dev/nowhere"):
        async with modbus.connect(SerialConfig(Path("/dev/nowhere"))):
            pass


async def test_a_serial_adapter_that_is_pulled_out_is_a_lost_link() -> None:
    with line(lambda _frame: []) as peer:
        async with modbus.connect(SerialConfig(peer.path, timeout=Duration(20_000))) as link:
            reading = asyncio.create_task(link.read(1, BLOCK))
            async with asyncio.timeout(10):
                while not peer.requests:  # noqa: ASYNC110 - a plain list
                    await asyncio.sleep(0.005)
            peer.pull()
            began = time.monotonic()
            with pytest.raises(LinkLost):
                await reading
            assert time.monotonic() - began < 10
            assert not link.usable


@pytest.mark.parametrize("addresses", [(0, 1, 200, 201), (0, 200)])
async def test_answers_later_than_the_timeout_are_never_taken_for_those_of_another_request(
    addresses: tuple[int, ...],
) -> None:
    """Two blocks of one shape on a unit that answers in order: no point gets the other block's registers."""
    points = [Point(f"p{address}", Register(Table.INPUT, address), Encoding.UINT16) for address in addresses]
    clock = SystemClock()
    late = False
    free_at = 0.0

    def answer(frame: bytes) -> list[tuple[float, bytes]]:
        nonlocal free_at
        free_at = max(time.monotonic(), free_at) + (0.17 if late else 0.0)
        return [(free_at - time.monotonic(), raw.rtu_answer(frame))]

    with line(answer) as peer:
        config = SerialConfig(peer.path, 19_200, timeout=Duration(60))
        bus = Bus("line", lambda: modbus.connect(config), clock, back_off=BackOff(Duration(1), Duration(1)))
        reader = modbus.reader(bus, config, Target(DeviceId("probe"), 1, points, Limits(), Duration(1000)), clock)
        whole = 0
        for step in range(45):
            late = step % 9 in {2, 3, 5}
            with contextlib.suppress(DeviceUnreachable):
                raws = await reader.read()
                whole += tuple(raws) == addresses
                assert all(isinstance(raw, Fault) or raw == at for raw, at in zip(raws, addresses, strict=True))
            await asyncio.sleep(0.01)
        await bus.aclose()
    assert whole >= 10
