"""An SNMP v1/v2c agent of a few lines, for what a real snmpd cannot be made to answer: tooBig, late, wrong, broken."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.peers.process import Address

TOO_BIG, NO_SUCH_NAME, GEN_ERR = 1, 2, 5
NULL = b"\x05\x00"
NO_SUCH_INSTANCE = b"\x81\x00"


class Request(NamedTuple):
    version: int
    community: bytes
    number: int
    oids: Sequence[str]
    kind: int = 0xA0


Reply = Callable[[Request], bytes | None]


def tlv(tag: int, content: bytes) -> bytes:
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def integer(value: int, tag: int = 2) -> bytes:
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = bytes([first * 40 + second])
    for part in rest:
        groups = [part & 0x7F]
        while part := part >> 7:
            groups.insert(0, part & 0x7F | 0x80)
        content += bytes(groups)
    return tlv(6, content)


def response(request: Request, binds: bytes, error: int = 0, index: int = 0, number: int | None = None) -> bytes:
    """The whole message: `binds` are varbinds, one after the other."""
    of = request.number if number is None else number
    pdu = tlv(0xA2, integer(of) + integer(error) + integer(index) + tlv(0x30, binds))
    return tlv(0x30, integer(request.version) + tlv(4, request.community) + pdu)


def bind(dotted: str, value: bytes) -> bytes:
    return tlv(0x30, oid(dotted) + value)


def echo(request: Request) -> bytes:
    """The varbinds of the request, as an error sends them back."""
    return b"".join(bind(dotted, NULL) for dotted in request.oids)


def parsed(message: bytes) -> Request:
    _, whole, _ = _take(message)
    _, version, rest = _take(whole)
    _, community, rest = _take(rest)
    kind, pdu, _ = _take(rest)
    _, number, rest = _take(pdu)
    _, _, rest = _take(rest)
    _, _, rest = _take(rest)
    _, binds, _ = _take(rest)
    oids = []
    while binds:
        _, one, binds = _take(binds)
        _, name, _ = _take(one)
        oids.append(_dotted(name))
    return Request(int.from_bytes(version, "big"), community, int.from_bytes(number, "big", signed=True), oids, kind)


def _take(data: bytes) -> tuple[int, bytes, bytes]:
    length, start = data[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + length], data[start + length :]


def _dotted(name: bytes) -> str:
    parts, part = [name[0] // 40, name[0] % 40], 0
    for byte in name[1:]:
        part = part << 7 | byte & 0x7F
        if not byte & 0x80:
            parts.append(part)
            part = 0
    return ".".join(map(str, parts))


@dataclass
class Agent(asyncio.DatagramProtocol):
    """Where it listens, how it replies, and what it was asked."""

    reply: Reply
    asked: list[Request] = field(default_factory=list)
    heard: asyncio.Queue[Request] = field(default_factory=asyncio.Queue)
    delay_s: float = 0.0
    address: Address = field(init=False)
    transport: asyncio.DatagramTransport | None = None
    """Set by `agent`, with the address."""

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        request = parsed(data)
        self.asked.append(request)
        self.heard.put_nowait(request)
        answer = self.reply(request)
        if answer is not None and self.transport:
            asyncio.get_running_loop().call_later(self.delay_s, self.transport.sendto, answer, addr)


@contextlib.asynccontextmanager
async def agent(reply: Reply) -> AsyncIterator[Agent]:
    """An agent on a free port of the loopback interface that answers by `reply`."""
    made = Agent(reply)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: made, local_addr=("127.0.0.1", 0))
    made.transport = transport
    made.address = Address(*transport.get_extra_info("sockname"))
    try:
        yield made
    finally:
        transport.close()
