"""Modbus servers that answer as a test says, right or wrong, byte for byte."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from roommon.poll.modbus.frames import crc16

Answer = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
"""Does what the server does about one request: given the whole frame, it may write, wait, close."""


class RawServer:
    """What came, for the test to look at."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.port = 0
        self.requests: list[bytes] = []
        self.writers: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                frame = await self.frame(reader)
                self.requests.append(frame)
                await self.answer(frame, writer)
        self.writers.discard(writer)
        writer.close()

    async def frame(self, reader: asyncio.StreamReader) -> bytes:
        head = await reader.readexactly(6)
        return head + await reader.readexactly(int.from_bytes(head[4:6], "big"))


@contextlib.asynccontextmanager
async def serving(server: RawServer, port: int = 0) -> AsyncIterator[RawServer]:
    """Run `server` on a free port."""
    listener = await asyncio.start_server(server.serve, "127.0.0.1", port)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        for writer in server.writers:
            writer.transport.abort()
        await asyncio.sleep(0)


def pdu_of(frame: bytes) -> bytes:
    """The PDU of a request in a TCP frame."""
    return frame[7:]


def registers(pdu: bytes) -> bytes:
    """The right answer to a read of registers: each register holds its own address."""
    address, count = int.from_bytes(pdu[1:3], "big"), int.from_bytes(pdu[3:5], "big")
    data = b"".join((address + n).to_bytes(2, "big") for n in range(count))
    return bytes([pdu[0], len(data)]) + data


def tcp(tid: int, unit: int, pdu: bytes) -> bytes:
    return tid.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes([unit]) + pdu


def tcp_answer(frame: bytes) -> bytes:
    """The right answer to a TCP frame."""
    return tcp(int.from_bytes(frame[:2], "big"), frame[6], registers(pdu_of(frame)))


def rtu(unit: int, pdu: bytes) -> bytes:
    body = bytes([unit]) + pdu
    return body + crc16(body).to_bytes(2, "little")


def rtu_answer(frame: bytes) -> bytes:
    """The right answer to an RTU frame."""
    return rtu(frame[0], registers(frame[1:-2]))
