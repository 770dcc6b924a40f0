"""Who is at the other end of a socket: what the kernel says, not what they say."""

import asyncio
import contextlib
import pwd
import socket
import struct
import threading

_CREDENTIALS = struct.Struct("iII")
"""`struct ucred` of unix(7): process, user, group."""
_LOOK_UP_S = 3.0


def uid_of(connection: socket.socket) -> int:
    """Return the user who connected (SO_PEERCRED); with sudo that is root, whatever SUDO_USER says."""
    given = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _process, user, _group = _CREDENTIALS.unpack(given)
    return int(user)


async def name_of(uid: int) -> str:
    """Return the user's name; `uid 1007` when there is none, or a directory service does not answer.

    The look-up has a thread of its own, for which nobody waits at the end: a directory may hang for minutes.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[str] = loop.create_future()

    def settle(name: str) -> None:
        if not found.done():
            found.set_result(name)

    def look() -> None:
        name = _looked_up(uid)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(settle, name)

    with contextlib.suppress(TimeoutError, RuntimeError):  # RuntimeError: no thread to be had
        threading.Thread(target=look, name=f"name of uid {uid}", daemon=True).start()
        async with asyncio.timeout(_LOOK_UP_S):
            return await found
    return _unnamed(uid)


def _looked_up(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return _unnamed(uid)


def _unnamed(uid: int) -> str:
    return f"uid {uid}"
