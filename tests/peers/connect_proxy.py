"""A proxy for HTTPS of the test's own: whatever host is asked for, it leads to one receiver; TLS is the receiver's."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_SIZE: Final = 65_536


@dataclass
class Proxy:
    """Where it listens, and which hosts were asked for."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def connect_proxy(port: int) -> Iterator[Proxy]:
    """A running one, which leads to `port` of this box."""
    entrance = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(f"http://127.0.0.1:{entrance.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                client, _ = entrance.accept()
            except OSError:
                return
            threading.Thread(target=lead, args=(client,), daemon=True).start()

    def lead(client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            head = client.recv(_SIZE).decode("latin-1")
            proxy.asked.append(head.split()[1])
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            there = threading.Thread(target=pour, args=(client, server), daemon=True)
            there.start()
            pour(server, client)
            there.join(5)

    def pour(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while some := source.recv(_SIZE):
                target.sendall(some)
            target.shutdown(socket.SHUT_WR)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield proxy
    finally:
        entrance.close()
