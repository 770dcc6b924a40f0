"""The UDP socket at which traps arrive.

Not asyncio's datagram transport, which wakes up for each datagram: here all that wait are taken at once, and then the
socket is left alone for a moment. So the first trap is heard at once, and a storm costs 50 wake-ups a second.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from roommon.poll.traps.config import Config

_PAUSE_S = 0.02
_AT_ONCE = 256
_LONGEST = 65_535
_BUFFER = 1 << 20
_MAPPED = "::ffff:"


class Port:
    """An open socket."""

    def __init__(self, config: Config, hear: Callable[[bytes, str], bytes]) -> None:
        """`hear` takes a datagram and its sender's address, and returns what to send back.

        Raises:
            OSError: it cannot be listened there.
        """
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._pause: asyncio.TimerHandle | None = None
        try:
            self._socket.setblocking(False)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            if family is socket.AF_INET6:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            self._socket.bind((config.host, config.port))
        except OSError:
            self._socket.close()
            raise
        self._listen()

    def close(self) -> None:
        """Hear no more."""
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _listen(self) -> None:
        self._pause = None
        self._loop.add_reader(self._socket, self._take)

    def _take(self) -> None:
        """Take what waits, then leave the socket alone for a moment."""
        with suppress(OSError):  # BlockingIOError: no more waits; an error of an answer's way concerns nobody here
            for _ in range(_AT_ONCE):
                self._take_one()
        self._loop.remove_reader(self._socket)
        self._pause = self._loop.call_later(_PAUSE_S, self._listen)

    def _take_one(self) -> None:
        data, sender = self._socket.recvfrom(_LONGEST)
        answer = self._hear(data, sender[0].removeprefix(_MAPPED))
        if answer:
            self._socket.sendto(answer, sender)
