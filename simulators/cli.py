"""The command line.

`room`, `bench`, `agent` and `unit` serve; `fault`, `set`, `poke`, `scenario` and `state` talk to what serves.
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from simulators import bench, control, options, roomfile
from simulators.quantities import Value
from simulators.running import Running
from simulators.serving import serve


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status: 0, 1 the running room refused, 2 wrong usage or files."""
    args = _parser().parse_args(argv)
    try:
        if args.command in _SERVING:
            _serve(args)
        else:
            print(json.dumps(control.ask(args.control, _command(args)), ensure_ascii=False))
    except control.Refused as refused:
        return _complain(refused, 1)
    except (ValueError, OSError) as error:
        return _complain(error, 2)
    return 0


def _complain(error: Exception, status: int) -> int:
    print(error, file=sys.stderr)
    return status


def _serve(args: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="room-") as folder, _loop() as runner:
        runner.run(_serve_until_ended(args, args.control or Path(folder) / "control"))


async def _serve_until_ended(args: argparse.Namespace, path: Path) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with _running(args) as running, control.listening(running, path):
        if name := getattr(args, "scenario", None):
            running.scenario(name)
        print(json.dumps({**running.description(), "control": str(path)}), flush=True)
        if args.until_stdin_closes:
            await _until_stdin_closes(ended)
        await ended.wait()


def _running(args: argparse.Namespace) -> AbstractAsyncContextManager[Running]:
    return _SERVING[args.command](args)


def _serve_room(args: argparse.Namespace) -> AbstractAsyncContextManager[Running]:
    return serve(roomfile.load(args.file), base_port=args.base_port, speed=args.speed)


def _serve_bench(args: argparse.Namespace) -> AbstractAsyncContextManager[Running]:
    sizes = bench.Sizes(args.modbus, args.registers, args.snmp, args.oids, args.silent)
    return bench.serve(sizes, bench.Layout(args.layout), base_port=args.base_port or 0)


_SERVING: Mapping[str, Callable[[argparse.Namespace], AbstractAsyncContextManager[Running]]] = {
    "room": _serve_room,
    "bench": _serve_bench,
    "agent": options.serve_agent,
    "unit": options.serve_unit,
}


async def _until_stdin_closes(ended: asyncio.Event) -> None:
    """Wait for the end of stdin: whoever started this program is gone. Daemonized starters leave it away."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    reading = asyncio.create_task(reader.read(), name="stdin")
    ending = asyncio.create_task(ended.wait(), name="signal")
    await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
    reading.cancel()
    ended.set()


def _loop() -> contextlib.AbstractContextManager[asyncio.Runner]:
    """A runner on uvloop where it is installed: a third less CPU."""
    try:
        import uvloop  # noqa: PLC0415 - optional
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


def _command(args: argparse.Namespace) -> control.Command:
    match args.command:
        case "fault":
            return {"do": "fault", "device": args.device, "fault": args.fault, "args": args.args}
        case "set":
            return {"do": "set", "quantity": args.quantity, "value": _value(args.value)}
        case "poke":
            return {"do": "poke", "device": args.device, "address": args.address, "value": _raw(args.value)}
        case "scenario":
            return {"do": "scenario", "name": args.name}
        case _:
            return {"do": "state"}


def _value(text: str) -> Value:
    """`true`, `false`, a number, or `free` for None."""
    words: dict[str, Value] = {"true": True, "false": False, "free": None}
    return words[text] if text in words else float(text)


def _raw(text: str) -> int | str | None:
    """A raw register or OID value: a number (also 0x7FFF), a text, or `free` for None."""
    if text == "free":
        return None
    try:
        return int(text, 0)
    except ValueError:
        return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulators", description="A simulated server room.")
    commands = parser.add_subparsers(dest="command", required=True)
    _serving(commands.add_parser("room", help="serve a room file"))
    _benching(commands.add_parser("bench", help="serve many small devices"))
    _alone(commands.add_parser("agent", help="serve the facts of one SNMP device"), options.agent)
    _alone(commands.add_parser("unit", help="serve the registers of Modbus units"), options.unit)
    for name, words in {
        "fault": ("device", "fault"),
        "set": ("quantity", "value"),
        "poke": ("device", "address", "value"),
        "scenario": ("name",),
        "state": (),
    }.items():
        command = commands.add_parser(name, help=f"{name} at what serves")
        command.add_argument("--control", type=Path, required=True, help="the socket named in the ready line")
        for word in words:
            command.add_argument(word)
        if name == "fault":
            command.add_argument("args", nargs="*")
    return parser


def _serving(room: argparse.ArgumentParser) -> None:
    room.add_argument("file", type=Path)
    room.add_argument("--scenario", help="start with this time line")
    room.add_argument("--speed", type=float, default=1.0, help="how much faster than ours the room's time runs")
    _common(room)


def _benching(many: argparse.ArgumentParser) -> None:
    many.add_argument("--modbus", type=int, default=500, help="Modbus TCP devices")
    many.add_argument("--registers", type=int, default=10, help="holding registers of each")
    many.add_argument("--snmp", type=int, default=0, help="SNMP v2c agents, community public")
    many.add_argument("--oids", type=int, default=10, help="values of each")
    many.add_argument("--silent", type=int, default=0, help="how many of the Modbus devices accept and never answer")
    many.add_argument(
        "--layout", choices=list(bench.Layout), default="ports", help="a port, an address, or a unit each"
    )
    _common(many)


def _alone(command: argparse.ArgumentParser, own: Callable[[argparse.ArgumentParser], None]) -> None:
    own(command)
    _watched(command)


def _common(command: argparse.ArgumentParser) -> None:
    command.add_argument("--base-port", type=int, help="the first port; 0: any that are free")
    _watched(command)


def _watched(command: argparse.ArgumentParser) -> None:
    command.add_argument("--control", type=Path, help="the unix socket for commands")
    command.add_argument("--until-stdin-closes", action="store_true", help="end with whoever started this")
