"""The control socket: one JSON object per line in, one out. Both ends of it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from simulators.quantities import Value
from simulators.running import Running

Command = dict[str, object]
LONGEST_LINE = 1 << 20


class Refused(Exception):
    """The room's program would not do it; the message is its own."""


@asynccontextmanager
async def listening(running: Running, path: Path) -> AsyncIterator[None]:
    """Take commands for `running` at the unix socket `path`, which is gone afterwards."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(await answer(running, line)).encode() + b"\n")
            await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(converse, path, limit=LONGEST_LINE)
    try:
        yield
    finally:
        server.close()
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - the program ends here


async def answer(running: Running, line: bytes) -> Command:
    """Do what `line` says, and say how it went."""
    try:
        return {"ok": True} | await _do(running, json.loads(line))
    except (KeyError, TypeError, ValueError) as error:
        said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        return {"ok": False, "error": said}


def ask(path: Path, command: Command, timeout_s: float = 10.0) -> Command:
    """Send `command` to the program behind `path` and return its answer; raise Refused or OSError."""
    with socket.socket(socket.AF_UNIX) as wire, wire.makefile("rwb") as lines:
        wire.settimeout(timeout_s)
        wire.connect(str(path))
        lines.write(json.dumps(command).encode() + b"\n")
        lines.flush()
        line = lines.readline()
    if not line:
        raise ConnectionResetError(f"the program behind {path} ended")
    said: Command = json.loads(line)
    if not said.pop("ok"):
        raise Refused(said["error"])
    return said


async def _do(running: Running, command: Command) -> Command:
    match command["do"]:
        case "fault":
            args = cast("list[object]", command.get("args", []))
            await running.fault(str(command["device"]), str(command["fault"]), *map(str, args))
            return {}
        case "set":
            running.set(str(command["quantity"]), cast("Value", command["value"]))
            return {}
        case "poke":
            value = cast("int | str | None", command["value"])
            return {"at": running.poke(str(command["device"]), str(command["address"]), value)}
        case "scenario":
            begun = running.scenario(str(command["name"]))
            return {"about": begun.about, "lasts_s": begun.lasts_s}
        case "state":
            return running.state()
        case other:
            raise ValueError(f"{other!r} is none of fault, set, poke, scenario, state")
