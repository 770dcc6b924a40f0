"""Somebody at the daemon's command socket."""

import json
import socket
import time
from pathlib import Path
from typing import Any


def connected(path: Path, seconds: float = 20.0) -> socket.socket:
    """A connection to the socket at `path`, as soon as somebody listens there."""
    deadline = time.monotonic() + seconds
    while True:
        caller = socket.socket(socket.AF_UNIX)
        caller.settimeout(seconds)
        try:
            caller.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            caller.close()
            assert time.monotonic() < deadline, f"nobody listens at {path}"
            time.sleep(0.02)
        else:
            return caller


def sent(path: Path, **members: Any) -> dict[str, Any]:
    """The answer to one command."""
    with connected(path) as caller:
        return exchanged(caller, json.dumps(members).encode() + b"\n")


def exchanged(caller: socket.socket, line: bytes) -> dict[str, Any]:
    """The answer to `line` on a connection that is open."""
    caller.sendall(line)
    answer = b""
    while not answer.endswith(b"\n"):
        more = caller.recv(4096)
        assert more, f"hung up after {answer!r}"
        answer += more
    found = json.loads(answer)
    assert isinstance(found, dict)
    return found


def hung_up(caller: socket.socket) -> bool:
    """Whether the other side ends the connection."""
    try:
        while caller.recv(4096):
            pass
    except ConnectionResetError:
        return True
    return True
