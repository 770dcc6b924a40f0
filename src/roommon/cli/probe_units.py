"""`roommon probe GATEWAY --units 1..32`: which units answer, what they are, what they say, and the YAML for them."""

import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from roommon.cli.complaint import Complaint
from roommon.cli.probe_found import Found, Section
from roommon.cli.probe_identify import points_of, ranking_found, suspicions_found
from roommon.cli.probe_modbus import said_found
from roommon.cli.probe_place import Place
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.commissioning.drafting import bus_entry, unit_entry
from roommon.commissioning.drops import lacking
from roommon.commissioning.line import Enough, Line, Manners
from roommon.commissioning.ranking import rivals
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.standing import bus_at, device_at, free_id
from roommon.commissioning.unit import FIRSTS
from roommon.commissioning.units import Answering, answering, present
from roommon.commissioning.writing import Draft
from roommon.config.site import Site
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.endpoint import SerialConfig, TcpConfig

_HIGHEST = 247


@dataclass(slots=True)
class Asked:
    """What came of asking several units."""

    found: list[Answering]
    silent: list[int]
    trouble: Text | None = None
    """Why it ended early."""


def units(words: str) -> list[int]:
    """Return the unit ids that `1..32`, `1-8` or `1,4,7` names.

    Raises:
        Complaint: it names none.
    """
    found: list[int] = []
    for part in words.replace("..", "-").split(","):
        first, _, last = part.strip().partition("-")
        if not (first.isdigit() and (last or first).isdigit()):
            raise _no_units(words)
        found += range(int(first), int(last or first) + 1)
    if not found or not all(0 <= one <= _HIGHEST for one in found):
        raise _no_units(words)
    return list(dict.fromkeys(found))


def _no_units(words: str) -> Complaint:
    return Complaint(
        say(
            f"`{words}` names no units; write 1..32, or 1,4,7, up to {_HIGHEST}",
            f"`{words}` 不是站号；请写 1..32 或 1,4,7，最大 {_HIGHEST}",
        )
    )


async def ask_units(where: Place, numbers: Sequence[int], shelf: Shelf, profile: str | None) -> Asked:
    """Return what the units `numbers` are; it stops when the gateway or line is lost.

    Raises:
        DeviceUnreachable: the gateway or line was never there.
    """
    line = Line(where.endpoint, SystemClock(), Manners())
    asked = Asked([], [])
    async with contextlib.aclosing(line):
        try:
            async for unit, how in present(line, numbers):
                if how is None:
                    asked.silent.append(unit.number)
                    continue
                print(say(f"unit {unit.number}: {how.en}", f"站号 {unit.number}：{how.zh_cn}"), file=sys.stderr)
                asked.found.append(await answering(unit, shelf, profile))
        except (DeviceUnreachable, Enough) as error:
            if not asked.found and not asked.silent:
                raise
            asked.trouble = error.words
    return asked


def announce(numbers: Sequence[int], timeout_s: float) -> None:
    """Say how long it may take, before it begins."""
    longest = len(numbers) * len(FIRSTS) * timeout_s
    units_ = counted(len(numbers), "unit", "个站号")
    print(
        say(
            f"asking {units_}, one at a time: up to {longest:.0f} s if none answers, and 5 to 20 s for each that does",
            f"逐一询问 {units_}：若均无应答，最长 {longest:.0f} s；每个有应答的站号另需 5 至 20 s",
        ),
        file=sys.stderr,
    )


def found_of(where: Place, asked: Asked) -> list[Found]:
    """Return what to show of all units, and of each that answers."""
    shown = [_summary(asked)]
    for one in asked.found:
        shown += [_headed(one), *_unit(where, one)]
    documents = [_merged(_unit(where, one), one) for one in asked.found]
    flat = [Found(each.sections, {}, each.well) for each in shown]
    summary: dict[str, object] = {"silent": asked.silent, "trouble": asked.trouble and word(asked.trouble)}
    return [*flat, Found((), {"units": documents, **summary})]


def _summary(asked: Asked) -> Found:
    answered, silent = len(asked.found), len(asked.silent)
    lines = [say(f"units that answer: {answered}; silent: {silent}", f"有应答的站号：{answered}；无应答：{silent}")]
    if asked.trouble is not None:
        lines.append(say(f"stopped: {word(asked.trouble)}", f"已停止：{word(asked.trouble)}"))
    return Found(tuple(Section(one, (), ()) for one in lines), {}, well=bool(asked.found) and asked.trouble is None)


def _headed(one: Answering) -> Found:
    return Found((Section(say(f"\nunit {one.unit.number}", f"\n站号 {one.unit.number}"), (), ()),), {})


def _unit(where: Place, one: Answering) -> list[Found]:
    ranking = ranking_found(one.ranking)
    known = [said_found(one.said)] if one.said else []
    if not one.ranking:
        return [*known, ranking, _scan_hint(one.unit.number)]
    best = one.ranking[0]
    return [*known, ranking, *_rivals(one), points_of(where, best), suspicions_found(best)]


def _scan_hint(number: int) -> Found:
    words = say(
        f"look what it has with --unit {number} --scan --draft NAME",
        f"可用 --unit {number} --scan --draft NAME 查看其寄存器",
    )
    return Found((Section(words, (), ()),), {})


def _rivals(one: Answering) -> list[Found]:
    others = rivals(one.ranking)
    if not others:
        return []
    names = [one.ranking[0].name, *(other.name for other in others)]
    words = say(
        f"{' and '.join(names)} fit alike: change what it measures (warm the probe, load the line) and look again,"
        " or read its label",
        f"{'、'.join(names)} 同样符合：请改变被测量（加热探头、改变负载）后再看，或查看铭牌",
    )
    return [Found((Section(words, (), ()),), {"alike": names})]


def _merged(shown: Sequence[Found], one: Answering) -> dict[str, object]:
    document: dict[str, object] = {"unit": one.unit.number}
    for each in shown:
        document |= each.document
    return document


def draft_of(where: Place, asked: Asked, site: Site | None) -> tuple[Draft, list[str]]:
    """Return what to write of the units that are known and not configured, and a line of each other one."""
    endpoint = where.endpoint.endpoint
    assert isinstance(endpoint, TcpConfig | SerialConfig)  # noqa: S101  # units hang on these
    bus = None if site is None else bus_at(site, endpoint)
    buses = [] if site is None else [one.id for one in site.buses]
    usual = "line-1" if isinstance(endpoint, SerialConfig) else "gateway-1"
    name = bus.id if bus is not None else free_id(usual, buses)
    taken = [] if site is None else [polled.device.id for polled in site.devices]
    devices: list[dict[str, object]] = []
    lines: list[str] = []
    for one in (one for one in asked.found if one.ranking):
        number, best = one.unit.number, one.ranking[0]
        if site is not None and (polled := device_at(site, endpoint, number)) is not None:
            lines.append(_configured(number, polled.device.id))
            continue
        if rivals(one.ranking):
            lines.append(_undecided(number, best.name))
            continue
        id_ = free_id(f"{best.name}-{number}", [*taken, *(str(entry["id"]) for entry in devices)])
        devices.append(unit_entry(id_, name, number, best.profile, lacking(best.every)))
    return Draft(devices, [bus_entry(name, endpoint)] if devices and bus is None else []), lines


def _undecided(number: int, profile: str) -> str:
    again = f"--units {number} --profile {profile} --write FILE"
    return say(
        f"unit {number}: not written, for several profiles fit; name the right one: {again}",
        f"站号 {number}：多个模板均符合，未写入；请指定正确的模板：{again}",
    )


def _configured(number: int, device: str) -> str:
    return say(f"unit {number}: configured already, as {device}", f"站号 {number}：已配置为 {device}")
