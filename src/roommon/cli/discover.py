"""`roommon discover`: what answers at the addresses that a person names, and the draft of a configuration of it."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from roommon.cli.complaint import Complaint, complain
from roommon.cli.discover_draft import Drafted, drafted
from roommon.cli.probe_place import Place, Serial, Snmp, Wanted, folder_of, place
from roommon.cli.screen import keep_log_off_screen
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.commissioning.address_ranges import MODEST, Host, NoAddresses, hosts
from roommon.commissioning.address_survey import Found, Served, Spoken, Survey
from roommon.commissioning.shelf import Shelf
from roommon.config.site import Bus as Endpoint
from roommon.poll.clock import SystemClock

NO = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person wants to be looked at."""

    addresses: tuple[str, ...]
    agent: Snmp
    snmp_port: int
    modbus_port: int
    timeout_s: float
    config: Path
    large: bool
    """More than a /24 is meant."""


def discover(asked: Asked, *, as_json: bool) -> int:
    """Ask, say who answers as they do, and print a draft configuration; return 1 when nobody answers."""
    named = _hosts(asked.addresses)
    survey = Survey(
        lambda host: _agent(asked, host),
        lambda host: _server(asked, host),
        Shelf(folder_of(asked.config)),
        SystemClock(),
        asked.timeout_s,
    )
    _announce(asked, len(named), survey.longest_s(len(named)))
    keep_log_off_screen()
    found = asyncio.run(_found(survey, named))
    draft = drafted(found)
    if as_json:
        print(json.dumps({"found": [_document(one) for one in found], "yaml": draft.text}, ensure_ascii=False))
    elif found:
        print(draft.text, end="")
    _end(found, draft)
    return 0 if found else NO


def _hosts(words: Sequence[str]) -> tuple[Host, ...]:
    try:
        return hosts(words)
    except NoAddresses as error:
        raise Complaint(word(error.words)) from error


def _announce(asked: Asked, count: int, longest_s: float) -> None:
    many = counted(count, "address", "个地址") if count == 1 else say(f"{count} addresses", f"{count} 个地址")
    words = say(
        f"{many}, SNMP at port {asked.snmp_port} and Modbus TCP at port {asked.modbus_port}: about {longest_s:.0f} s"
        " if nobody answers, and some seconds for each that does",
        f"{many}，SNMP 端口 {asked.snmp_port}，Modbus TCP 端口 {asked.modbus_port}：若均无应答约 {longest_s:.0f} s，"
        "每个有应答的地址另需数秒",
    )
    if count > MODEST and not asked.large:
        raise Complaint(say(f"{words}; --yes does it", f"{words}；确认请加 --yes"))
    print(words, file=sys.stderr)


def _agent(asked: Asked, host: Host) -> Endpoint:
    address = f"[{host}]:{asked.snmp_port}" if host.version == 6 else f"{host}:{asked.snmp_port}"
    return _place(asked, snmp=replace(asked.agent, address=address)).endpoint


def _server(asked: Asked, host: Host) -> Endpoint:
    address = f"[{host}]:{asked.modbus_port}" if host.version == 6 else f"{host}:{asked.modbus_port}"
    return _place(asked, where=address).endpoint


def _place(asked: Asked, *, where: str | None = None, snmp: Snmp | None = None) -> Place:
    return place(Wanted(where, asked.config, Serial(), snmp or Snmp(), None, None, asked.timeout_s, None))


async def _found(survey: Survey, named: Sequence[Host]) -> list[Found]:
    found = []
    async for one in survey.found(named):
        for line in _lines(one):
            print(line, file=sys.stderr)
        found.append(one)
    return sorted(found, key=lambda one: (one.host.version, int(one.host)))


def _lines(one: Found) -> list[str]:
    agent = [] if one.agent is None else [f"{one.host}: SNMP: {_of_agent(one.agent)}"]
    return agent if one.server is None else [*agent, f"{one.host}: Modbus TCP: {_of_server(one.server)}"]


def _of_agent(one: Spoken) -> str:
    best = [met.candidate.name for met in one.ranking[:3]]
    shown = ", ".join(best) or say("no profile knows it", "没有匹配的设备模板")
    return f"{one.said.description!r} ({one.said.object_id}): {shown}"


def _of_server(one: Served) -> str:
    if one.unit is None:
        return say("it takes a connection; units 1, 255 and 0 are silent", "可以连接；站号 1、255、0 均无应答")
    said = " ".join(one.said[key] for key in sorted(one.said)) or say("it does not say who it is", "未提供标识")
    profile = "" if one.profile is None else f": {one.profile.profile.id}"
    return say(f"unit {one.unit}: {said}{profile}", f"站号 {one.unit}：{said}{profile}")


def _end(found: Sequence[Found], draft: Drafted) -> None:
    if not found:
        complain(say("nobody answers", "没有应答"))
    for name, word_ in draft.secrets.items():
        print(
            say(
                f"put the community ({len(word_)} letters) into a file {name} beside it, mode 600",
                f"请将团体名（{len(word_)} 个字符）存入配置旁的文件 {name}，权限 600",
            ),
            file=sys.stderr,
        )


def _document(one: Found) -> dict[str, object]:
    document: dict[str, object] = {"address": str(one.host)}
    if one.agent is not None:
        said = one.agent.said
        document["snmp"] = {
            "sysDescr": said.description,
            "sysObjectID": said.object_id,
            "sysName": said.name,
            "profiles": [{"profile": met.candidate.name, "why": word(met.candidate.why)} for met in one.agent.ranking],
        }
    if one.server is not None:
        named = one.server.profile
        document["modbus"] = {
            "unit": one.server.unit,
            "identification": {str(key): text for key, text in one.server.said.items()},
            "profile": None if named is None else named.profile.id,
        }
    return document
