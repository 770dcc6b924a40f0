"""Modbus over TCP, TLS and serial lines: reading, and nothing else.

The only file that knows pymodbus, which connects, encodes requests, sends them and gathers what comes. What it would
let pass (short replies, wrong functions, transaction id 0) or say in the log (undecodable frames, with a traceback) is
kept from it by framers of ours: they judge the bytes by `frames` and give the answer to who waits for it. Its
retries and its reconnect are off; `bus.Bus` has its own. Function codes 1, 2, 3, 4 and 43/14 exist here, and no others.

Modbus over TLS carries Modbus TCP frames (MODBUS/TCP Security Protocol Specification V2.1). pymodbus's TLS client sends
bare PDUs, so its TCP client runs over a TLS socket here.
"""

import asyncio
import contextlib
import errno
import functools
import logging
import os
import socket
import ssl
import termios
from collections.abc import AsyncGenerator, Callable, Sequence
from ipaddress import ip_address
from typing import NamedTuple

from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.mei_message import ReadDeviceInformationRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from roommon.model import system_words
from roommon.model.clock import Clock, Duration
from roommon.model.text import Text
from roommon.poll.bus import Bus, LinkLost, Silent
from roommon.poll.driver import DeviceUnreachable, Target
from roommon.poll.modbus import frames
from roommon.poll.modbus.debts import Debts, Send
from roommon.poll.modbus.endpoint import (
    Config,
    SerialConfig,
    TcpConfig,
    Tls,
    data_bytes,
    is_rtu,
    line_s,
    request_s,
    worthwhile_hole,
)
from roommon.poll.modbus.frames import READ_IDENTIFICATION, Answer, Broken, Expected, Heard, Refusal
from roommon.poll.modbus.identification import Identification
from roommon.poll.modbus.reader import ModbusReader
from roommon.poll.plan import Block, plan
from roommon.profiles.point import Point, Register, Table

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # what it would say, the bus says once and with a name

__all__ = ["READS", "Config", "Link", "SerialConfig", "TcpConfig", "Tls", "bus", "connect", "reader", "request_s"]

READS = Register
"""What a point of this protocol stands at; the configuration is checked by it."""

_REQUESTS: dict[Table, type[ModbusPDU]] = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE: ReadDiscreteInputsRequest,
    Table.HOLDING: ReadHoldingRegistersRequest,
    Table.INPUT: ReadInputRegistersRequest,
}
_UNREACHABLE = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ETIMEDOUT})
_GATEWAY_SILENT = frozenset({10, 11})
_LAST_TID = 65_000
_CLOSED = Text("the connection was closed by the other side", "连接被对方关闭")


def bus(name: str, config: Config, clock: Clock) -> "Bus[Link]":
    """Return the bus of the endpoint `config`; `name` is its id."""
    rest = config.rest if isinstance(config, SerialConfig) else config.gap
    return Bus(f"{name} {config}", lambda: connect(config), clock, gap=rest)


def reader(bus: "Bus[Link]", config: Config, target: Target, clock: Clock) -> ModbusReader:
    """Return the reader of the unit `target` (0..255) on `bus`, which was made from `config`."""
    number = target.unit or 0
    unit = bus.join(f"{target.device} ({bus.standing.name} unit {number})", target.limits.pause_after_connect)

    debts = Debts(target.limits, clock) if is_rtu(config) else None

    async def send(block: Block, left: Callable[[], None]) -> Answer:
        return await bus.ask(unit, lambda link: link.read(number, block, left))

    async def send_aside(block: Block, left: Callable[[], None]) -> Answer:
        answer = await bus.ask(unit, lambda link: _heard(link, number, block, left))
        if isinstance(answer, Silent):
            raise DeviceUnreachable(answer.words)
        return answer

    def reader_of(points: Sequence[Point], send: Send) -> ModbusReader:
        blocks = _planned(tuple(points), target.limits, worthwhile_hole(config))
        if debts is not None:
            return ModbusReader(target.device, points, blocks, functools.partial(debts.ask, send), clock)
        return ModbusReader(target.device, points, blocks, lambda block: send(block, _unnoted), clock)

    made = reader_of(target.points, send)
    if target.identity:
        aside = reader_of([*target.identity.values()], send_aside)
        made.identify(Identification(target.identity, aside, target.every, clock))
    return made


_planned = functools.lru_cache(maxsize=1024)(plan)
"""One plan for all devices of a kind."""


def _unnoted() -> None:
    """Note no request that leaves: its answer will bear its transaction id."""


async def _heard(link: "Link", unit: int, block: Block, left: Callable[[], None]) -> Answer | Silent:
    """Return silence as an answer like others: it is not held against the unit."""
    try:
        return await link.read(unit, block, left)
    except Silent as silent:
        return silent


class _Awaited(NamedTuple):
    """A request that is on the way."""

    expected: Expected
    tid: int
    """The transaction id; RTU has none."""
    answer: "asyncio.Future[Answer | Broken]"


_NO_DECODER = DecodePDU(is_server=False)
"""Never asked; one for all, since each has 4 kB of tables."""


class _TcpFramer(FramerSocket):
    """Encodes as pymodbus does, and decodes by `frames.mbap`; pymodbus itself is handed no answer."""

    def __init__(self) -> None:
        super().__init__(_NO_DECODER)
        self.awaited: _Awaited | None = None
        self.heard = Heard()
        self.heard_at = 0.0

    def handleFrame(self, data: bytes, _devid: int, _tid: int) -> tuple[int, None]:  # noqa: N802 - pymodbus's name
        if self.awaited is None:
            return len(data), None
        used, answer = frames.mbap(data, self.awaited.tid, self.awaited.expected, self.heard)
        if answer is not None:
            _give(answer, self.awaited)
        return used, None


class _RtuFramer(FramerRTU):
    """Encodes as pymodbus does, and decodes by `frames.rtu`; pymodbus itself is handed no answer."""

    def __init__(self) -> None:
        super().__init__(_NO_DECODER)
        self.awaited: _Awaited | None = None
        self.heard = Heard()
        self.heard_at = 0.0

    def handleFrame(self, data: bytes, _devid: int, _tid: int) -> tuple[int, None]:  # noqa: N802 - pymodbus's name
        self.heard_at = asyncio.get_running_loop().time()
        if self.awaited is None:
            return len(data), None
        answer = frames.rtu(data, self.awaited.expected, self.heard)
        if answer is None:
            return 0, None
        _give(answer, self.awaited)
        return len(data), None


def _give(answer: Answer | Broken, awaited: _Awaited) -> None:
    if not awaited.answer.done():
        awaited.answer.set_result(answer)


_Client = AsyncModbusTcpClient | AsyncModbusSerialClient


class Link:
    """One open connection or serial line; one request at a time (the bus sees to it)."""

    def __init__(self, config: Config, client: _Client, framer: _TcpFramer | _RtuFramer) -> None:
        """`client` is connected, and decodes with `framer`."""
        self._config = config
        self._client = client
        self._framer = framer
        self._loop = asyncio.get_running_loop()
        self._tid = 0
        self._owes = False

    @property
    def usable(self) -> bool:
        """False once the far side is gone, and on TCP when an answer is still owed: that socket is given up."""
        return self._client.connected and not (self._owes and isinstance(self._config, TcpConfig))

    async def read(self, unit: int, block: Block, left: Callable[[], None] = _unnoted) -> Answer:
        """Return the data bytes of `block`, or what the unit said instead; call `left` as the request leaves.

        Raises:
            Silent: no answer in time, or the gateway says that the unit gives none.
            LinkLost: the connection broke.
        """
        payload, function = _encoded(block.table, block.address, block.count)
        timeout_s = self._config.timeout / 1000
        if isinstance(self._config, SerialConfig):
            timeout_s += line_s(self._config, block)
        return await self._ask(payload, Expected(unit, function, data_bytes(block)), timeout_s, left)

    async def identify(self, unit: int) -> Answer:
        """Return the answer to "read device identification" (function 43/14, basic objects), from its MEI type on."""
        payload = _payload(ReadDeviceInformationRequest(read_code=1, object_id=0))
        return await self._ask(payload, Expected(unit, READ_IDENTIFICATION, -1), self._config.timeout / 1000)

    async def _ask(
        self, payload: bytes, expected: Expected, timeout_s: float, left: Callable[[], None] = _unnoted
    ) -> Answer:
        """Send `payload` and wait for its answer. Not by pymodbus's `execute`, which costs as much as all the rest."""
        if self._owes:
            await self._drain()
        if not self._client.connected:
            raise LinkLost(_CLOSED)
        self._owes = True
        answer: asyncio.Future[Answer | Broken] = self._loop.create_future()
        patience = self._loop.call_later(timeout_s, self._give_up, answer)
        self._tid = self._tid % _LAST_TID + 1
        self._framer.heard.remark = None
        self._framer.awaited = _Awaited(expected, self._tid, answer)
        left()
        try:
            self._client.ctx.send(self._framer.encode(payload, expected.unit, self._tid))
            return self._judged(await answer)
        finally:
            patience.cancel()
            self._framer.awaited = None

    def _give_up(self, answer: "asyncio.Future[Answer | Broken]") -> None:
        if not answer.done():
            answer.set_exception(Silent(self._framer.heard.remark or _no_answer(self._config.timeout)))

    def _judged(self, answer: Answer | Broken) -> Answer:
        if isinstance(answer, Broken):
            raise Silent(answer.detail)
        self._owes = False
        if isinstance(answer, Refusal) and answer.code in _GATEWAY_SILENT:
            raise Silent(answer.detail)
        return answer

    async def _drain(self) -> None:
        """Wait until the line has been quiet for a while, so that no rest of an old answer comes into the next one."""
        loop = asyncio.get_running_loop()
        rest_s = max(self._config.rest / 1000 if isinstance(self._config, SerialConfig) else 0.0, 0.02)
        give_up_at = loop.time() + self._config.timeout / 1000
        while loop.time() < min(self._framer.heard_at + rest_s, give_up_at):  # noqa: ASYNC110 - silence is no event
            await asyncio.sleep(rest_s)

    def lost(self) -> None:
        """End the wait for an answer: the far side has gone."""
        awaited = self._framer.awaited
        if awaited is not None and not awaited.answer.done():
            awaited.answer.set_exception(LinkLost(_CLOSED))


@functools.lru_cache(maxsize=1024)
def _encoded(table: Table, address: int, count: int) -> tuple[bytes, int]:
    """Return the request for a stretch of `table`, and its function code."""
    request = _REQUESTS[table](address=address, count=count)
    return _payload(request), request.function_code


def _payload(request: ModbusPDU) -> bytes:
    return request.function_code.to_bytes(1, "big") + request.encode()


@contextlib.asynccontextmanager
async def connect(config: Config) -> AsyncGenerator[Link]:
    """Hold one connection to the endpoint `config`.

    Raises:
        LinkLost: there is none within its timeout; the message says why.
    """
    try:
        async with asyncio.timeout(config.timeout / 1000):
            link, client = await (_serial(config) if isinstance(config, SerialConfig) else _tcp(config))
    except TimeoutError as error:
        raise LinkLost(
            Text(f"no connection within {config.timeout} ms", f"{config.timeout} ms 内未能建立连接")
        ) from error
    except (OSError, ValueError) as error:
        raise LinkLost(_why(error)) from error
    except termios.error as error:
        raise LinkLost(_why(OSError(*error.args))) from error
    try:
        yield link
    finally:
        client.close()


def _no_answer(timeout: Duration) -> Text:
    return Text(f"no answer within {timeout} ms", f"{timeout} ms 内无应答")


def _why(error: OSError | ValueError) -> Text:
    """Return the system's words for what went wrong: asyncio has its own, which do not say."""
    if isinstance(error, socket.gaierror):
        return Text(f"nobody knows this name: {error.strerror}", f"名称无法解析：{error.strerror}")
    if isinstance(error, ConnectionError) or (isinstance(error, OSError) and error.errno in _UNREACHABLE):
        return (
            system_words.said(OSError(error.errno, os.strerror(error.errno))) if error.errno else Text.same(str(error))
        )
    chinese = system_words.said(error).zh_cn if isinstance(error, OSError) and error.errno else str(error)
    return Text(str(error), chinese)


async def _tcp(config: TcpConfig) -> tuple[Link, _Client]:
    """Return a connection to the first of the host's addresses that takes it."""
    tls = _tls_context(config.tls) if config.tls is not None else None
    trouble: OSError = OSError(f"{config.host} has no address")
    for address in await _addresses(*config.at):
        try:
            return await _tcp_to(address, config, tls)
        except OSError as error:
            trouble = error
    raise trouble


async def _addresses(host: str, port: int) -> list[str]:
    """Return the addresses of `host`, asked anew each time: a device may have moved."""
    with contextlib.suppress(ValueError):
        return [str(ip_address(host))]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def _tcp_to(address: str, config: TcpConfig, tls: ssl.SSLContext | None) -> tuple[Link, _Client]:
    port = config.at[1]
    line = _Line()
    client = AsyncModbusTcpClient(
        address, port=port, timeout=config.timeout / 1000, retries=0, reconnect_delay=0, trace_connect=line.changed
    )
    client.ctx.call_create = functools.partial(
        asyncio.get_running_loop().create_connection,
        client.ctx.handle_new_connection,
        address,
        port,
        ssl=tls,
        server_hostname=config.tls and (config.tls.server_name or config.host),
    )
    return await _opened(client, _RtuFramer() if config.framer == "rtu" else _TcpFramer(), config, line)


async def _serial(config: SerialConfig) -> tuple[Link, _Client]:
    line = _Line()
    client = AsyncModbusSerialClient(
        str(config.port),
        framer=FramerType.RTU,
        baudrate=config.baud,
        parity=config.parity,
        stopbits=config.stop_bits,
        timeout=config.timeout / 1000,
        retries=0,
        reconnect_delay=0,
        trace_connect=line.changed,
    )
    return await _opened(client, _RtuFramer(), config, line)


class _Line:
    """Hears from pymodbus when the connection stands and when it is gone."""

    def __init__(self) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.link: Link | None = None

    def changed(self, connected: bool) -> None:
        """Be pymodbus's `trace_connect`."""
        if connected:
            self.opened.set_result(None)
        elif self.link is not None:
            self.link.lost()


async def _opened(
    client: _Client, framer: _TcpFramer | _RtuFramer, config: Config, line: _Line
) -> tuple[Link, _Client]:
    """Connect `client`. Not by its own `connect`, which keeps the reason to itself when it fails."""
    with contextlib.ExitStack() as undo:
        undo.callback(client.close)
        client.ctx.framer = framer
        await client.ctx.call_create()
        await line.opened
        undo.pop_all()
    line.link = Link(config, client, framer)
    return line.link, client


def _tls_context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file)
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context
