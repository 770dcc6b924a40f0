"""The words of the command line for single devices, and what they describe."""

import argparse
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from simulators import single
from simulators.modbus.connection import Framing
from simulators.modbus.imagefile import NORMAL
from simulators.modbus.settings import LineSettings, parsed
from simulators.roomfile import ModbusEntry, SnmpEntry
from simulators.running import Running
from simulators.snmp.keys import Auth, Privacy


def agent(command: argparse.ArgumentParser) -> None:
    """Add what `agent` takes."""
    command.add_argument("file", type=Path, metavar="FACTS", help="a fact file, or a recording (.snmprec)")
    command.add_argument("--host", default="127.0.0.1", help="an address of 127.0.0.0/8")
    command.add_argument("--port", type=int, default=1161, help="UDP; 0: any that is free")
    command.add_argument("--community", help="versions 1 and 2c; public if there is no --user")
    command.add_argument("--user", default="", help="version 3")
    command.add_argument("--auth", type=Auth, choices=list(Auth))
    command.add_argument("--auth-passphrase", default="")
    command.add_argument("--privacy", type=Privacy, choices=list(Privacy))
    command.add_argument("--privacy-passphrase", default="")


def unit(command: argparse.ArgumentParser) -> None:
    """Add what `unit` takes."""
    command.add_argument("file", type=Path, metavar="IMAGE", help="a register image")
    command.add_argument("--case", default=NORMAL, help="one of the cases that the image has")
    command.add_argument("--unit", type=int, help="the unit id; the image's own if nothing is said")
    command.add_argument(
        "--also", action="append", default=[], type=_also, metavar="IMAGE=UNIT", help="another device on the same line"
    )
    where = command.add_mutually_exclusive_group(required=True)
    where.add_argument("--tcp", type=int, metavar="PORT", help="0: any that is free")
    where.add_argument("--serial", type=Path, metavar="LINK", help="where the line (a pty) shall be found")
    command.add_argument("--settings", type=_settings, metavar="4800N1", help="of --serial: at others it hears nothing")
    command.add_argument("--rtu", action="store_true", help="RTU over TCP")
    command.add_argument("--host", default="127.0.0.1", help="an address of 127.0.0.0/8")


def serve_agent(args: argparse.Namespace) -> AbstractAsyncContextManager[Running]:
    """What `agent` serves; raise ValueError."""
    community = args.community if args.community is not None else "" if args.user else "public"
    who = (community, args.user, args.auth, args.auth_passphrase, args.privacy, args.privacy_passphrase)
    return single.agent(args.file, SnmpEntry(args.port, args.host, *who))


def serve_unit(args: argparse.Namespace) -> AbstractAsyncContextManager[Running]:
    """What `unit` serves; raise ValueError."""
    if args.rtu and args.serial:
        raise ValueError("--rtu belongs to --tcp; a serial line is always RTU")
    if args.settings and not args.serial:
        raise ValueError("--settings belongs to --serial")
    framing = Framing.SERIAL if args.serial else Framing.RTU if args.rtu else Framing.TCP
    others = [single.unit_of(path, number) for path, number in args.also]
    every = [single.unit_of(args.file, args.unit, args.case), *others]
    return single.units(every, ModbusEntry(framing, args.tcp or 0, args.host, link=args.serial, settings=args.settings))


def _settings(text: str) -> LineSettings:
    try:
        return parsed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _also(text: str) -> tuple[Path, int]:
    path, _, number = text.rpartition("=")
    if not path or not number.isascii() or not number.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: write IMAGE=UNIT, such as simulators/images/xy-md02.yaml=2")
    return Path(path), int(number)
