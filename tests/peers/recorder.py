"""A proxy between roommon and the room that keeps every byte that leaves roommon: TCP for Modbus, UDP for SNMP."""

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from tests.peers.process import Address

_CHUNK = 65536


@dataclass
class Recorder:
    """What left roommon so far: one stream for each TCP connection, one entry for each datagram."""

    streams: list[bytearray] = field(default_factory=list)
    datagrams: list[bytes] = field(default_factory=list)


class _Tcp:
    """Passes connections through; each side's end is the other's."""

    def __init__(self, recorder: Recorder, target: Address, listener: socket.socket | None) -> None:
        self._recorder = recorder
        self._target = target
        self.listener = listener or socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []

    @property
    def port(self) -> int:
        port: int = self.listener.getsockname()[1]
        return port

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                self._begin(near)

    def close(self) -> None:
        # shutdown wakes whoever waits in accept or recv; close alone does not
        for wire in [self.listener, *self._ends]:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()

    def _begin(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(self._target, timeout=2)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        self._ends += [near, far]
        stream = bytearray()
        self._recorder.streams.append(stream)
        threading.Thread(target=_pump, args=(near, far, stream), daemon=True).start()
        threading.Thread(target=_pump, args=(far, near, None), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(_CHUNK):
            if kept is not None:
                kept += data
            sink.sendall(data)
    for wire in (source, sink):
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)


class _Udp:
    """Passes datagrams through; answers go to whoever asked, each over a socket of its own towards the agent."""

    def __init__(self, recorder: Recorder, target: Address, near: socket.socket | None) -> None:
        self._recorder = recorder
        self._target = target
        self._near = near or _on_loopback()
        self._wake, self._woken = socket.socketpair()
        self._far: dict[Address, socket.socket] = {}

    @property
    def port(self) -> int:
        port: int = self._near.getsockname()[1]
        return port

    def serve(self) -> None:
        """Pass datagrams until `close`; then all sockets are closed."""
        try:
            self._serve()
        finally:
            for wire in (self._near, self._woken, *self._far.values()):
                wire.close()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self._near, selectors.EVENT_READ, None)
            ready.register(self._woken, selectors.EVENT_READ, None)
            while True:
                for key, _ in ready.select():
                    if key.fileobj is self._woken:
                        return
                    self._pass(ready, key.data)

    def close(self) -> None:
        self._wake.close()

    def _pass(self, ready: selectors.BaseSelector, peer: Address | None) -> None:
        with contextlib.suppress(OSError):  # a port that is closed: the next datagram says so
            if peer is not None:
                self._near.sendto(self._far[peer].recv(_CHUNK), peer)
                return
            data, address = self._near.recvfrom(_CHUNK)
            self._recorder.datagrams.append(data)
            asker = Address(*address)
            if asker not in self._far:
                self._far[asker] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                self._far[asker].connect(self._target)
                ready.register(self._far[asker], selectors.EVENT_READ, asker)
            self._far[asker].send(data)


@contextlib.contextmanager
def _serving(proxy: _Tcp | _Udp) -> Iterator[int]:
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy.port
    finally:
        proxy.close()
        thread.join(5)


def _on_loopback() -> socket.socket:
    near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.bind(("127.0.0.1", 0))
    return near


def recorded_tcp(
    recorder: Recorder, target: Address, listener: socket.socket | None = None
) -> AbstractContextManager[int]:
    """The port of a TCP proxy before `target`, on the loopback unless it is given its `listener`."""
    return _serving(_Tcp(recorder, target, listener))


def recorded_udp(recorder: Recorder, target: Address, near: socket.socket | None = None) -> AbstractContextManager[int]:
    """The port of a UDP proxy before `target`, on the loopback unless it is given its socket `near`."""
    return _serving(_Udp(recorder, target, near))
