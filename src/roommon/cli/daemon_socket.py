"""The daemon's command socket, as the command line speaks to it: one command, one answer."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import say

_PATIENCE_S = 15.0
"""The daemon journals a command before it answers; a disk may take its time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a command came to."""

    done: bool
    text: str
    document: Mapping[str, Any]
    """All of it, as it came."""


def ask(path: Path, members: Mapping[str, object]) -> Reply:
    """Return the daemon's answer to the command `members`.

    Raises:
        Complaint: there is no daemon, it is not for us, or it does not answer.
    """
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.settimeout(_PATIENCE_S)
        try:
            daemon.connect(str(path))
            daemon.sendall(json.dumps(members, ensure_ascii=False).encode() + b"\n")
            return _reply(_line(daemon))
        except PermissionError as error:
            raise Complaint(_not_allowed(path)) from error
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise Complaint(_nobody(path)) from error
        except (OSError, ValueError) as error:
            raise Complaint(_no_answer(path)) from error


def _line(daemon: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\n") and (more := daemon.recv(4096)):
        answer += more
    return answer


def _reply(line: bytes) -> Reply:
    document = json.loads(line)
    match document:
        case {"done": bool() as done, "text": str() as text}:
            return Reply(done, text, document)
    raise ValueError


def _not_allowed(path: Path) -> str:
    return say(
        f"{path}: you may not command here; those in the group roommon may: "
        "sudo usermod -aG roommon USER, then log in anew",
        f"{path}：您无权在此下命令；roommon 组的成员可以：sudo usermod -aG roommon 用户名，然后重新登录",
    )


def _nobody(path: Path) -> str:
    return say(
        f"{path}: nobody takes commands here; does roommon run? (systemctl status roommon)",
        f"{path}：此处无人接收命令；roommon 是否在运行？（systemctl status roommon）",
    )


def _no_answer(path: Path) -> str:
    return say(
        f"{path}: roommon did not answer; `roommon alarms` shows whether it was done (systemctl status roommon)",
        f"{path}：roommon 没有应答；是否已执行请看 `roommon alarms`（systemctl status roommon）",
    )
