"""Visitors at the socket: each is heard in turn with others, and none can keep others from being heard.

A line has a longest length, the time for it is short, one user has few connections and all together not many.
"""

import asyncio
import logging
import socket
from collections import Counter

from roommon.alerts import commands
from roommon.alerts.socket import peer
from roommon.alerts.socket.clerk import Clerk
from roommon.model.text import Text

PATIENCE_S = 10.0
"""For one line to come, and for one answer to be taken."""
OF_ONE_USER = 4
AT_MOST = 32

_TOO_MANY = Text("Too many connections at once; try again.", "同时连接过多，请稍后再试。")
_TOO_LONG = Text(
    f"A line of more than {commands.LONGEST} bytes is no command.", f"超过 {commands.LONGEST} 字节的行不是命令。"
)

_log = logging.getLogger(__name__)


class Reception:
    """Hears everybody who comes to one socket."""

    def __init__(self, clerk: Clerk) -> None:
        """`clerk` answers their lines."""
        self._clerk = clerk
        self._inside: Counter[int] = Counter()
        self._turned_away: set[int] = set()
        """Users of whom the log has said that they have too many connections."""

    async def receive(self, entrance: socket.socket) -> None:
        """Hear for ever who connects to `entrance`; raise OSError when nobody can be let in."""
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as visits:
            while True:
                connection, _ = await loop.sock_accept(entrance)
                self._admit(connection, visits)

    def _admit(self, connection: socket.socket, visits: asyncio.TaskGroup) -> None:
        uid = peer.uid_of(connection)
        if self._inside[uid] >= OF_ONE_USER or self._inside.total() >= AT_MOST:
            self._turn_away(connection, uid)
            return
        self._inside[uid] += 1
        visit = visits.create_task(self._visit(connection, uid), name="commands:visit")
        visit.add_done_callback(lambda _: self._gone(connection, uid))

    def _turn_away(self, connection: socket.socket, uid: int) -> None:
        if uid not in self._turned_away:
            self._turned_away.add(uid)
            _log.warning("commands: uid %d is turned away: too many connections at once", uid)
        with connection:
            connection.setblocking(False)
            try:
                connection.send(self._clerk.refusal(_TOO_MANY) + b"\n")
            except OSError:
                return

    def _gone(self, connection: socket.socket, uid: int) -> None:
        connection.close()
        self._inside[uid] -= 1
        if not self._inside[uid]:
            del self._inside[uid]
            self._turned_away.discard(uid)

    async def _visit(self, connection: socket.socket, uid: int) -> None:
        """Answer line by line until they go, or take too long."""
        reader, writer = await asyncio.open_unix_connection(sock=connection, limit=commands.LONGEST)
        writer.transport.set_write_buffer_limits(0)  # so that `drain` waits until the kernel has it all
        try:
            by = await peer.name_of(uid)
            while line := await _line(reader):
                await _say(writer, await self._clerk.answer(line, by))
        except asyncio.LimitOverrunError:
            await self._refuse(writer, _TOO_LONG)
        except (OSError, TimeoutError):
            return
        finally:
            writer.transport.abort()

    async def _refuse(self, writer: asyncio.StreamWriter, words: Text) -> None:
        try:
            await _say(writer, self._clerk.refusal(words))
        except (OSError, TimeoutError):
            return


async def _line(reader: asyncio.StreamReader) -> bytes:
    """Return the next line, empty at the end; the last may lack its newline."""
    async with asyncio.timeout(PATIENCE_S):
        try:
            return await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            return error.partial


async def _say(writer: asyncio.StreamWriter, answer: bytes) -> None:
    async with asyncio.timeout(PATIENCE_S):
        writer.write(answer + b"\n")
        await writer.drain()
