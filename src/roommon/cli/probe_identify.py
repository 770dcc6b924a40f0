"""`roommon probe HOST`: what an SNMP device is, all that it has, and the YAML for it."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from roommon.cli.probe_found import Found, Section
from roommon.cli.probe_place import Place
from roommon.cli.probe_points import points_found
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.commissioning import agent
from roommon.commissioning.agent import Met, WalkingAgent
from roommon.commissioning.known import Introduction
from roommon.commissioning.ranking import Candidate, Standing, standing
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.suspect import Suspicion, suspicions
from roommon.poll.bus import Bus
from roommon.poll.clock import SystemClock
from roommon.poll.driver import FoundRow


@dataclass(frozen=True, slots=True)
class Identified:
    """One agent, and the profiles that it may be of, the likeliest first."""

    said: Introduction
    found: Sequence[Met]


async def identify(where: Place, shelf: Shelf, profile: str | None, timeout_s: float) -> Identified:
    """Return what the agent is; with `profile`, what that makes of it.

    Raises:
        DeviceUnreachable: it does not answer.
    """
    clock = SystemClock()
    bus: Bus[WalkingAgent] = where.endpoint.module.bus(where.endpoint.id, where.endpoint.endpoint, clock)
    async with contextlib.aclosing(bus):
        asked = agent.Place(where.endpoint, bus, clock, timeout_s)
        if profile is None:
            return Identified(*await agent.identified(asked, shelf))
        said = await agent.Questions(asked).introduction()
        return Identified(said, [await agent.met(asked, shelf, shelf.open(profile), None)])


def found_of(where: Place, identified: Identified) -> list[Found]:
    """Return what to show of it."""
    shown = [_introduction(identified.said), ranking_found([one.candidate for one in identified.found])]
    if not identified.found:
        return shown
    best = identified.found[0]
    points = points_of(where, best.candidate)
    return [*shown, _identity(best), _rows(best), points, _lacks(best), _idle(best), suspicions_found(best.candidate)]


def _introduction(said: Introduction) -> Found:
    rows = [
        ("sysDescr", said.description),
        ("sysObjectID", said.object_id),
        ("sysName", said.name),
        ("sysLocation", said.location),
    ]
    title = say("what the agent says of itself", "代理自述")
    document = {name: text for name, text in rows if text}
    return Found((Section(title, ("", ""), [row for row in rows if row[1]]),), {"system": document})


def ranking_found(candidates: Sequence[Candidate]) -> Found:
    """Return the profiles that a device may be of, with the reasons."""
    documents = [
        {"profile": one.name, "why": word(one.why), "asked": one.fit.asked, "answered": one.fit.answered}
        for one in candidates
    ]
    if not candidates:
        words = say(
            "no profile knows it; `roommon profiles` lists them, --profile NAME tries one",
            "没有匹配的设备模板；`roommon profiles` 列出全部模板，--profile NAME 可指定其一",
        )
        return Found((Section(words, (), ()),), {"profiles": documents}, well=False)
    headings = say("profile", "设备模板"), say("device", "设备"), say("why", "理由")
    rows = [(one.name, word(one.profile.profile.name), word(one.why)) for one in candidates]
    title = say("profiles, the likeliest first", "设备模板（可能性大的在前）")
    sections = [Section(title, headings, rows)]
    if standing(candidates[0]) is Standing.AGENT:
        words = say(
            "no maker's profile knows it: this is what any agent tells; --profile NAME tries another",
            "没有匹配的厂商模板：以下为任何代理都提供的内容；--profile NAME 可指定其他模板",
        )
        sections.append(Section(words, (), ()))
    return Found(sections, {"profiles": documents})


def points_of(where: Place, best: Candidate) -> Found:
    """Return every point of the device beside its raw value; what it lacks is said by its name alone."""
    raws = [one.raw for one in best.every]
    readings = [one.reading for one in best.every if one.reading is not None]
    has = [one.point for one in best.every if one.sensor is not None and one not in best.fit.missing]
    found = points_found(Place(where.endpoint, best.polled), has, raws, readings)
    return Found(found.sections, found.document)


def _identity(best: Met) -> Found:
    rows = [*best.identity.items()]
    sections = (Section(say("who it says it is", "设备自述"), ("", ""), rows),) if rows else ()
    return Found(sections, {"identity": best.identity})


def _index(row: FoundRow) -> str:
    return say(f"{row.index}, part {row.part}", f"{row.index}，部分 {row.part}") if row.part else row.index


def _rows(best: Met) -> Found:
    headings = (
        *(say("table", "表"), say("id for the configuration", "配置用标识")),
        *(say("label", "名称"), say("serial number", "序列号"), say("index", "索引")),
    )
    rows = [(one.found.table, one.id, one.found.label, one.found.serial, _index(one.found)) for one in best.rows.every]
    documents = [
        {**one.entry, "label": one.found.label, "serial": one.found.serial, "index": one.found.index}
        for one in best.rows.every
    ]
    return Found((Section(say("its rows", "各行"), headings, rows),) if rows else (), {"rows": documents})


def _lacks(best: Met) -> Found:
    if not best.lacks:
        return Found((), {"lacks": []})
    listed = ", ".join(best.lacks)
    words = say(f"what it has not, and is not asked for: {listed}", f"设备没有、不予读取的点位：{listed}")
    return Found((Section(words, (), ()),), {"lacks": [*best.lacks]})


def _idle(best: Met) -> Found:
    if not best.idle:
        return Found((), {"idle": []})
    names = [row.id for row in best.idle]
    listed = ", ".join(names)
    words = say(
        f"rows that have no value, which are not written: {listed}",
        f"没有数值、不写入配置的行：{listed}",
    )
    return Found((Section(words, (), ()),), {"idle": names})


def suspicions_found(best: Candidate) -> Found:
    """Return what looks wrong in its readings."""
    found = suspicions(best.every)
    documents = [{"point": one.point, "words": word(one.words)} for one in found]
    rows = [_suspicion(one) for one in found]
    title = say("what looks wrong", "可疑的读数")
    headings = say("point", "点位"), say("why", "原因")
    return Found((Section(title, headings, rows),) if rows else (), {"suspicions": documents})


def _suspicion(one: Suspicion) -> tuple[str, str]:
    return one.point, word(one.words)
