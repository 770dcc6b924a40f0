"""A stand-in for InfluxDB that misbehaves as told: answers with any status, late, cut off, or not at all."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.peers.process import Address


@dataclass(frozen=True)
class Answer:
    """What comes back: a status with words and headers; `cut` closes in the middle of it, `mute` never answers."""

    status: int = HTTPStatus.NO_CONTENT
    words: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    mute: bool = False
    delay_s: float = 0.0


OK = Answer()


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    lines: list[str]
    at: float
    """When it came, by the loop's clock."""


class Faulty:
    """The stand-in: `answer` decides; `requests` is what came, `stored` the lines that were answered with success."""

    def __init__(self) -> None:
        self.answer: Callable[[Request], Answer] = lambda _request: OK
        self.requests: list[Request] = []
        self.stored: list[str] = []
        self.address = Address("", 0)

    @property
    def url(self) -> str:
        return f"http://{self.address.host}:{self.address.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError), contextlib.closing(writer):
            while True:
                request = await _read(reader)
                self.requests.append(request)
                answer = self.answer(request)
                await asyncio.sleep(answer.delay_s)
                if answer.mute:
                    await asyncio.Event().wait()
                if answer.status == HTTPStatus.NO_CONTENT:
                    self.stored += request.lines
                writer.write(_bytes(answer))
                await writer.drain()
                if answer.cut:
                    writer.transport.abort()
                    return


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *rest = head.splitlines()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    if headers.get("content-encoding") == "gzip":
        content = gzip.decompress(content)
    lines = [line for line in content.decode().split("\n") if not line.startswith("#")]
    return Request(first.split()[1], headers, lines, asyncio.get_running_loop().time())


def _bytes(answer: Answer) -> bytes:
    words = answer.words.encode()
    length = {} if answer.status == HTTPStatus.NO_CONTENT else {"Content-Length": str(len(words) + answer.cut)}
    headers = "".join(f"{name}: {value}\r\n" for name, value in (length | answer.headers).items())
    return f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}\r\n{headers}\r\n".encode() + words


@contextlib.asynccontextmanager
async def a_faulty_influxdb() -> AsyncIterator[Faulty]:
    faulty = Faulty()
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(faulty.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=1 << 22)
    faulty.address = Address(*server.sockets[0].getsockname())
    try:
        yield faulty
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
