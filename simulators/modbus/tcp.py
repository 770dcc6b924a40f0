"""A Modbus server on TCP, with or without TLS, that can die, go silent and come back."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulators.faults import OK, Fault, Kind
from simulators.modbus.connection import Framing, Station, TcpLine
from simulators.modbus.device import Device

_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Tls:
    """Files in PEM; clients must show a certificate that `ca_file` signed."""

    certificate: Path
    key: Path
    ca_file: Path

    def context(self) -> ssl.SSLContext:
        """What a listening socket needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        context.load_verify_locations(self.ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
        return context


class TcpServer:
    """One listening address, and the devices behind it by unit id."""

    def __init__(
        self,
        host: str,
        port: int,
        framing: Framing,
        devices: Mapping[int, Device],
        tls: Tls | None = None,
        baud: int = 0,
    ) -> None:
        self.host = host
        self.port = port
        self.framing = framing
        self._station = Station(framing, devices, baud)
        self._tls = tls.context() if tls else None
        self._clients: set[TcpLine] = set()
        self._listener: asyncio.Server | None = None
        self._hole: list[socket.socket] = []
        self._fault = OK
        self._returning: asyncio.Task[None] | None = None

    @property
    def fault(self) -> Fault:
        """What is wrong with the server."""
        return self._fault

    async def open(self) -> None:
        """Listen; port 0 takes a free one and keeps it."""
        loop = asyncio.get_running_loop()
        wire = _listening(self.host, self.port)
        self.port = wire.getsockname()[1]
        self._listener = await loop.create_server(self._connection, sock=wire, ssl=self._tls, backlog=_BACKLOG)

    async def close(self) -> None:
        """Stop listening and reset all clients."""
        if self._returning:
            self._returning.cancel()
        self._stop_listening()
        self._fill(self._hole)
        for client in list(self._clients):
            client.reset()

    async def suffer(self, fault: Fault) -> None:
        """Take the fault `fault`, and with it lose the one of before."""
        await self._recover()
        self._fault = fault
        match fault.kind:
            case Kind.DEAD:
                await self.close()
            case Kind.BLACK_HOLE:
                self._deafen()
                self._stop_listening()
                self._hole = _black_hole(self.host, self.port)
            case Kind.HALF_OPEN:
                self._deafen()
            case Kind.REBOOT:
                await self.close()
                self._returning = asyncio.create_task(self._come_back(fault.seconds), name=f"reboot:{self.port}")
            case Kind.ONE_CLIENT:
                for client in list(self._clients)[1:]:
                    client.reset()
            case Kind.OK:
                pass
            case _:
                self._station.fault = fault

    async def _recover(self) -> None:
        self._fault = self._station.fault = OK
        if self._returning:
            self._returning.cancel()
            self._returning = None
        self._fill(self._hole)
        if self._listener is None:
            await self.open()

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.open()
        self._fault = OK

    def _connection(self) -> TcpLine:
        return TcpLine(self._station, self._clients, self._admit)

    def _admit(self, client: TcpLine) -> bool:
        del client
        return not (self._fault.kind is Kind.ONE_CLIENT and self._clients)

    def _deafen(self) -> None:
        """The connections of now are never heard nor answered again, and never closed."""
        for client in self._clients:
            client.conversation.deaf = True

    def _stop_listening(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None

    @staticmethod
    def _fill(hole: list[socket.socket]) -> None:
        for wire in hole:
            wire.close()
        hole.clear()


def _listening(host: str, port: int) -> socket.socket:
    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    wire.bind((host, port))
    return wire


def _black_hole(host: str, port: int) -> list[socket.socket]:
    """A listener whose queue is full: Linux drops each further SYN without a word."""
    listener = _listening(host, port)
    listener.listen(0)
    fillers = [_connecting(host, port) for _ in range(3)]
    return [listener, *fillers]


def _connecting(host: str, port: int) -> socket.socket:
    wire = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    wire.setblocking(False)
    wire.connect_ex((host, port))
    return wire
