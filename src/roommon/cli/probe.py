"""`roommon probe`: one register, object or profile of one device, and all that it may mean. It only reads."""

import asyncio
import contextlib
from dataclasses import dataclass, replace

from roommon.cli import probe_scan, probe_units, serial_scan
from roommon.cli.complaint import Complaint, complain
from roommon.cli.probe_found import Found, NoAnswer, Section, print_found
from roommon.cli.probe_identify import found_of, identify
from roommon.cli.probe_modbus import RegisterLink, identification, registers
from roommon.cli.probe_place import Place, Wanted, folder_of, place, settled
from roommon.cli.probe_points import points_found
from roommon.cli.probe_snmp import objects
from roommon.cli.probe_written import STDOUT, agent_written, target, written
from roommon.cli.screen import keep_log_off_screen
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.commissioning.agent import WalkingAgent
from roommon.commissioning.shelf import Shelf
from roommon.config.addresses import address
from roommon.config.units import NotAValue
from roommon.daemon.build import target_of
from roommon.model.clock import Clock
from roommon.poll.bus import Bus
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import DeviceUnreachable, Reader
from roommon.poll.plan import width
from roommon.poll.snmp import endpoint as snmp_endpoint
from roommon.profiles.point import BIT_TABLES, Oid, Point, Register

NO = 1
_MOST_REGISTERS = 125
_MOST_BITS = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read."""

    read: str | None
    """`input 1`, or an OID; None for the device's points, or who it is."""
    count: int | None
    write: str | None = None
    """The file into which the device is written; `-` is standard output."""
    units: str | None = None
    """Which units are asked who they are."""
    scan: bool = False
    draft: str | None = None
    """The name of the profile that is drafted after a scan."""
    scan_line: bool = False
    """Whether the speed and parity of a serial line are looked for."""

    @property
    def is_of_units(self) -> bool:
        """Whether units of a gateway or line are asked."""
        return self.units is not None or self.scan


def probe(wanted: Wanted, asked: Asked, *, as_json: bool) -> int:
    """Print what the device says; return 1 when it does not answer, or a part of it has no value."""
    _check(asked)
    wanted = wanted if asked.is_of_units else settled(wanted, asked.read)
    keep_log_off_screen()
    try:
        if asked.scan_line:
            return serial_scan.scan_line(wanted, probe_units.units(asked.units or "1"), as_json=as_json)
        if asked.scan:
            return _scan(wanted, asked.draft, as_json=as_json)
        if asked.units is not None:
            return _units(wanted, asked.units, asked.write, as_json=as_json)
        if asked.read is None and wanted.snmp.address is not None:
            return _agent(wanted, asked.write, as_json=as_json)
        return _device(wanted, asked, as_json=as_json)
    except (DeviceUnreachable, NoAnswer) as error:
        complain(word(error.words))
        return NO


def _check(asked: Asked) -> None:
    """Raise Complaint at options that do not go together."""
    if asked.is_of_units and asked.read is not None:
        raise Complaint(
            say("--units and --scan read by themselves: leave --read out", "--units 与 --scan 不能与 --read 同用")
        )
    if asked.scan and asked.units is not None:
        raise Complaint(say("--scan is for one unit: --unit N", "--scan 只用于一个站号：--unit N"))
    if asked.scan_line and (asked.scan or asked.read is not None or asked.write is not None):
        raise Complaint(
            say("--scan-line goes with --serial and --units alone", "--scan-line 只能与 --serial 和 --units 同用")
        )
    if asked.draft is not None and not asked.scan:
        raise Complaint(say("--draft needs --scan", "--draft 需要 --scan"))


def _units(wanted: Wanted, words: str, file: str | None, *, as_json: bool) -> int:
    """Print which units answer and what they are; write them where they are wanted."""
    numbers = probe_units.units(words)
    where = place(replace(wanted, profile=None))
    aim, shelf = target(file, wanted.config), Shelf(folder_of(wanted.config))
    probe_units.announce(numbers, wanted.timeout_s)
    asked = asyncio.run(probe_units.ask_units(where, numbers, shelf, wanted.profile))
    found = probe_units.found_of(where, asked)
    draft, lines = probe_units.draft_of(where, asked, aim.site)
    kept = [Found([Section(line, (), ()) for line in lines], {"configured": lines}), written(aim, draft, {})]
    print_found(where.polled.device.id, kept if file == STDOUT and not as_json else [*found, *kept], as_json=as_json)
    return 0 if all(one.well for one in found) else NO


def _scan(wanted: Wanted, draft: str | None, *, as_json: bool) -> int:
    """Print what registers an unknown unit has; draft a profile."""
    where = place(replace(wanted, profile=None))
    path = None if draft is None else probe_scan.draft_path(draft, folder_of(wanted.config))
    probe_scan.announce(wanted.timeout_s)
    looked = asyncio.run(probe_scan.look(where, where.polled.unit or 0))
    found = [probe_scan.found_of(looked)]
    if path is not None:
        found.append(probe_scan.draft_written(looked, where, path))
    print_found(where.polled.device.id, found, as_json=as_json)
    return 0 if all(one.well for one in found) else NO


def _agent(wanted: Wanted, file: str | None, *, as_json: bool) -> int:
    """Print what an SNMP device is and all that it has; write it where it is wanted."""
    where = place(replace(wanted, profile=None))
    aim = target(file, wanted.config)
    shelf = Shelf(folder_of(wanted.config))
    identified = asyncio.run(identify(where, shelf, wanted.profile, wanted.timeout_s))
    found, endpoint = found_of(where, identified), where.endpoint.endpoint
    assert isinstance(endpoint, snmp_endpoint.Config)  # noqa: S101  # an agent's is
    kept = [agent_written(aim, endpoint, identified.said, best) for best in identified.found[:1]]
    is_bare = file == STDOUT and not as_json
    print_found(where.polled.device.id, kept if is_bare else [*found, *kept], as_json=as_json)
    return 0 if all(one.well for one in found) else NO


def _device(wanted: Wanted, asked: Asked, *, as_json: bool) -> int:
    """Print what was asked of one device, or what its profile makes of it."""
    where = place(wanted)
    at = _at(asked, where)
    found = asyncio.run(_found(where, at, asked.count, wanted.timeout_s))
    print_found(where.polled.device.id, found, as_json=as_json)
    return 0 if all(one.well for one in found) else NO


def _at(asked: Asked, where: Place) -> Register | Oid | None:
    if asked.read is None:
        return None
    try:
        at = address(asked.read, 0)
    except NotAValue as error:
        raise Complaint(word(error.words)) from error
    if not isinstance(at, Oid | Register) or isinstance(at, Oid) is not where.speaks_snmp:
        has = say("objects (OIDs)", "对象（OID）") if where.speaks_snmp else say("registers", "寄存器")
        raise Complaint(say(f"{where.endpoint.kind} has {has}", f"{where.endpoint.kind} 只有{has}"))
    if isinstance(at, Register):
        _check_count(at, asked.count or 1)
    return at


def _check_count(at: Register, count: int) -> None:
    most = _MOST_BITS if at.table in BIT_TABLES else _MOST_REGISTERS
    if count > most or at.address + count > 0x1_0000:
        raise Complaint(
            say(
                f"{count} from {at.address} on are too many: {most} at once, and addresses end at 65535",
                f"从 {at.address} 起读 {count} 个过多：一次最多 {most} 个，地址不超过 65535",
            )
        )


async def _found(where: Place, at: Register | Oid | None, count: int | None, timeout_s: float) -> list[Found]:
    """Ask the device, over one connection."""
    clock, endpoint = SystemClock(), where.endpoint
    if where.speaks_snmp:
        agents: Bus[WalkingAgent] = endpoint.module.bus(endpoint.id, endpoint.endpoint, clock)
        async with contextlib.aclosing(agents):
            raw = await _of_agent(where, agents, at, count, timeout_s)
            return [*raw, *await _of_points(where, agents, at, count, clock)]
    units: Bus[RegisterLink] = endpoint.module.bus(endpoint.id, endpoint.endpoint, clock)
    async with contextlib.aclosing(units):
        return [*await _of_unit(where, units, at, count), *await _of_points(where, units, at, count, clock)]


async def _of_agent(
    where: Place, bus: Bus[WalkingAgent], at: Register | Oid | None, count: int | None, timeout_s: float
) -> list[Found]:
    if isinstance(at, Oid):
        return [await objects(where, bus, at, count, timeout_s)]
    return []


async def _of_unit(where: Place, bus: Bus[RegisterLink], at: Register | Oid | None, count: int | None) -> list[Found]:
    if isinstance(at, Register):
        return [await registers(where, bus, at, count or 1)]
    return [] if where.polled.points else [await identification(where, bus)]


async def _of_points(
    where: Place, bus: object, at: Register | Oid | None, count: int | None, clock: Clock
) -> list[Found]:
    """Return the view of the profile, or of the configuration: of all points, or of those at what was asked."""
    concerned = [point for point in where.polled.points if at is None or _meets(point, at, count or 1)]
    if not concerned:
        return []
    target = target_of(where.polled)
    reader: Reader = where.endpoint.module.reader(bus, where.endpoint.endpoint, target, clock)
    raws = await reader.read()
    readings = Decoder(where.polled.device.id, where.polled.points).readings(raws, clock.instant(clock.monotonic()))
    return [points_found(where, concerned, raws, readings)]


def _meets(point: Point, at: Register | Oid, count: int) -> bool:
    """Whether `point` stands among the `count` registers from `at` on, or at or below the object `at`."""
    match point.at, at:
        case Register(table, first), Register(wanted, address):
            return table is wanted and first < address + count and address < first + width(point)
        case Oid(dotted), Oid(root):
            return f"{dotted}.".startswith(f"{root}.")
        case _:
            return False
