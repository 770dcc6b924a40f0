"""One client's stream of requests, answered in order; and every way in which an answer can be wrong."""

import asyncio
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, cast

from simulators.faults import OK, Fault, Kind
from simulators.modbus import framing, pdu, wrong
from simulators.modbus.device import Device, parse_address
from simulators.modbus.framing import Request

WRITES = frozenset({5, 6, 15, 16, 21, 22, 23})
GATEWAY_TARGET_SILENT = 11


THE_LINE = -1
"""Among the units whose answers wait for each other: the line that they share."""
CHARACTER_BITS, FRAME_BYTES = 11, 3
SILENCES = 7
"""Characters of silence: 3.5 after the request and 3.5 after the answer."""


class Framing(StrEnum):
    """How requests and answers are wrapped."""

    TCP = "tcp"
    TLS = "tls"
    RTU = "rtu"
    SERIAL = "serial"

    @property
    def has_crc(self) -> bool:
        """Whether frames are RTU."""
        return self in {Framing.RTU, Framing.SERIAL}


class Line(Protocol):
    """Where answers go: a TCP transport, or a pty."""

    def write(self, data: bytes) -> None:
        """Send `data` to the client."""

    def reset(self) -> None:
        """Drop the client, with a reset where the line has one."""


@dataclass(slots=True)
class Station:
    """The devices behind one server by unit id, and what is wrong with all of them."""

    framing: Framing
    devices: Mapping[int, Device]
    baud: int = 0
    """The speed of the line behind: answers take the time that they take there; 0: none."""
    fault: Fault = OK
    take: Callable[[bytearray], list[Request]] = field(init=False)
    frame: Callable[[int, bytes, int], bytes] = field(init=False)

    def __post_init__(self) -> None:
        rtu = self.framing.has_crc
        self.take = framing.take_rtu if rtu else framing.take_mbap
        self.frame = framing.rtu_frame if rtu else framing.mbap_frame


class Conversation:
    """The requests that come over one line, and their answers."""

    def __init__(self, station: Station, line: Line) -> None:
        self._station = station
        self._line = line
        self._buffer = bytearray()
        self._free_at: dict[int, float] = {}
        self.deaf = False

    def feed(self, data: bytes) -> None:
        """Take bytes from the client and answer the requests that are whole."""
        if self.deaf:
            return
        self._buffer += data
        try:
            requests = self._station.take(self._buffer)
        except framing.NotModbus:
            self._line.reset()
            return
        for request in requests:
            self._serve(request)

    def _serve(self, request: Request) -> None:
        station = self._station
        device = station.devices.get(request.unit)
        if device is None:
            self._strange(request)
            return
        device.requests += 1
        device.writes += request.pdu[0] in WRITES
        fault = station.fault if device.fault is OK else device.fault
        if fault is OK:
            answer = pdu.answer(request.pdu, device.image())
            frame = station.frame(request.unit, answer, request.transaction)
            if station.baud:
                self._later(THE_LINE, line_s(request, answer, station.baud), frame)
            else:
                self._line.write(frame)
        else:
            self._serve_wrongly(request, device, fault)

    def _strange(self, request: Request) -> None:
        """No such unit: a line stays silent, a TCP gateway says so."""
        if not self._station.framing.has_crc:
            answer = pdu.exception(request.pdu[0], GATEWAY_TARGET_SILENT)
            self._line.write(self._station.frame(request.unit, answer, request.transaction))

    def _serve_wrongly(self, request: Request, device: Device, fault: Fault) -> None:
        if fault.kind is Kind.MUTE:
            return
        frame = wrong.spoiled(self._station.frame, request, pdu.answer(request.pdu, device.image()), fault)
        if fault.kind is Kind.LATE:
            self._later(request.unit, fault.seconds, frame)
        elif fault.kind is Kind.BYTE_BY_BYTE:
            for byte in frame:
                self._later(request.unit, fault.seconds, bytes((byte,)))
        else:
            self._line.write(frame)
        if fault.kind is Kind.RESET:
            self._line.reset()

    def _later(self, unit: int, seconds: float, data: bytes) -> None:
        """Send `data` in `seconds`, and not before what the unit still has to send."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._free_at[unit] = max(self._free_at.get(unit, now), now) + seconds
        loop.call_at(self._free_at[unit], self._send_late, data)

    def _send_late(self, data: bytes) -> None:
        if not self.deaf:
            self._line.write(data)


def line_s(request: Request, answer: bytes, baud: int) -> float:
    """How long a request and its answer keep a line of `baud` busy."""
    characters = len(request.pdu) + len(answer) + 2 * FRAME_BYTES + SILENCES
    return characters * CHARACTER_BITS / baud


class TcpLine(asyncio.Protocol):
    """A client over TCP or TLS."""

    def __init__(self, station: Station, clients: "set[TcpLine]", admit: "Callable[[TcpLine], bool]") -> None:
        self.conversation = Conversation(station, self)
        self._clients = clients
        self._admit = admit
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with a client, or turn it away."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its base class
        if self._admit(self):
            self._clients.add(self)
        else:
            self.reset()

    def data_received(self, data: bytes) -> None:
        """Hear the client."""
        self.conversation.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        del exc
        self.conversation.deaf = True
        self._clients.discard(self)

    def write(self, data: bytes) -> None:
        """Send `data` to the client."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def reset(self) -> None:
        """Send RST; what was written before is sent first, as far as the kernel takes it."""
        if self._transport is None or self._transport.is_closing():
            return
        wire = self._transport.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()


def checked(fault: Fault, way: Framing) -> Fault:
    """Return `fault` if it can happen on `way`; raise ValueError."""
    impossible = {Kind.WRONG_TRANSACTION} if way.has_crc else {Kind.CRC}
    if way is Framing.SERIAL:
        impossible |= {Kind.RESET, Kind.HALF_OPEN, Kind.ONE_CLIENT, Kind.BLACK_HOLE}
    if fault.kind in impossible:
        raise ValueError(f"{fault.kind} cannot happen on {way}")
    if fault.kind is Kind.EXCEPTION and fault.at:
        parse_address(fault.at)
    return fault
