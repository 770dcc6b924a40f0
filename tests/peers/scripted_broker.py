"""A broker that answers what the test wants, for the answers that a real one will not give on demand."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager
from enum import IntEnum

from tests.peers.process import Address

WELCOME = b"\x20\x03\x00\x00\x00"
"""CONNACK of MQTT 5: no session, success, no properties."""
WELCOME_3 = b"\x20\x02\x00\x00"


class Packet(IntEnum):
    """What a client sends (MQTT 5, 2.1.2)."""

    CONNECT = 1
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    PINGREQ = 12
    DISCONNECT = 14


Puback = Callable[[int, str], int | None]
"""From how many messages came before, and the topic, to the reason code of the PUBACK (MQTT 5); None keeps silent."""


class Broker:
    """What came, and what is answered."""

    def __init__(
        self, connack: Callable[[int], bytes | None], puback: Puback, after_suback: bytes, suback: Callable[[str], int]
    ) -> None:
        self._suback = suback
        self._connack = connack
        self._puback = puback
        self._after_suback = after_suback
        self.published: list[tuple[str, bytes, bool]] = []
        """Topic, payload and whether it was accepted."""
        self.acknowledged: list[int] = []
        """The packet identifiers of what the client has confirmed to us."""
        self.versions: list[int] = []
        """The protocol level of every CONNECT."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._answer(reader, writer):
                await writer.drain()
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        header, body = await _packet(reader)
        match header >> 4:
            case Packet.CONNECT:
                self.versions.append(body[6])
                welcome = self._connack(body[6])
                writer.write(welcome or b"")
                return welcome in (WELCOME, WELCOME_3) or (welcome or b"").startswith(WELCOME[:1] + b"\x06")
            case Packet.PUBLISH:
                writer.write(self._take(body))
            case Packet.PUBACK:
                self.acknowledged.append(int.from_bytes(body[:2], "big"))
            case Packet.SUBSCRIBE:
                codes = bytes(self._suback(topic) for topic in _filters(body, five=self.versions[-1] == 5))
                tail = (b"\x00" if self.versions[-1] == 5 else b"") + codes
                writer.write(bytes((0x90, 2 + len(tail))) + body[:2] + tail + self._after_suback)
            case Packet.PINGREQ:
                writer.write(b"\xd0\x00")
            case Packet.DISCONNECT:
                return False
        return True

    def _take(self, body: bytes) -> bytes:
        end = 2 + int.from_bytes(body[:2], "big")
        topic, identifier = body[2:end].decode(), body[end : end + 2]
        five = self.versions[-1] == 5
        code = self._puback(len(self.published), topic) if five else 0
        self.published.append((topic, body[end + 2 + five :], code is not None and code < 0x80))
        if code is None:
            return b""
        return b"\x40\x03" + identifier + bytes((code,)) if five else b"\x40\x02" + identifier


def _filters(body: bytes, *, five: bool) -> Iterator[str]:
    """The topic filters of a SUBSCRIBE."""
    at = 2 + (1 + body[2] if five else 0)
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        yield body[at + 2 : end].decode()
        at = end + 1


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    header = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return header, await reader.readexactly(length)


@asynccontextmanager
async def scripted(
    connack: Callable[[int], bytes | None],
    puback: Puback = lambda _, __: 0,
    after_suback: bytes = b"",
    tls: ssl.SSLContext | None = None,
    suback: Callable[[str], int] = lambda _: 1,
) -> AsyncGenerator[tuple[Address, Broker]]:
    """A broker that answers a CONNECT of version v with `connack(v)` (None hangs up), a PUBLISH with `puback`.

    `suback` is the reason code for a topic filter.

    What comes `after_suback` leaves in the same packet, and the same TLS record.
    """
    broker = Broker(connack, puback, after_suback, suback)
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield Address(*server.sockets[0].getsockname()), broker
