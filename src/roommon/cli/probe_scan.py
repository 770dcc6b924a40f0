"""`roommon probe GATEWAY --unit N --scan`: what registers an unknown unit has, and a draft of its profile."""

import contextlib
import datetime as dt
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roommon.cli.complaint import Complaint
from roommon.cli.probe_found import Found, NoAnswer, Section
from roommon.cli.probe_place import Place
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.commissioning.guess import Guess, guesses
from roommon.commissioning.itself import objects
from roommon.commissioning.line import Line
from roommon.commissioning.rows import slug
from roommon.commissioning.scan import GENTLE, Scanned, expected_s, scan
from roommon.commissioning.sketch import profile_draft
from roommon.commissioning.unit import Unit
from roommon.model.quantity import shown
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from roommon.profiles.profile import shipped


@dataclass(frozen=True, slots=True)
class Looked:
    """What a scan brought."""

    number: int
    said: dict[int, str]
    scanned: Scanned
    guesses: Sequence[Guess]


async def look(where: Place, number: int) -> Looked:
    """Return what unit `number` has.

    Raises:
        NoAnswer: the unit does not answer.
        DeviceUnreachable: the gateway or line is not there.
    """
    async with contextlib.aclosing(Line(where.endpoint, SystemClock(), GENTLE)) as line:
        unit = Unit(line, number)
        if await unit.is_there() is None:
            raise NoAnswer(Text(f"unit {number} does not answer", f"站号 {number} 无应答"))
        said = objects(await unit.identification())
        scanned = await scan(unit)
    return Looked(number, said, scanned, [one for run in scanned.runs() for one in guesses(*run)])


def announce(timeout_s: float) -> None:
    """Say how long it takes, before it begins."""
    usual, longest = expected_s(timeout_s)
    print(
        say(
            f"reading, one small block at a time: usually about {usual:.0f} s, never more than {longest:.0f} s",
            f"逐块读取：通常约 {usual:.0f} s，最长 {longest:.0f} s",
        ),
        file=sys.stderr,
    )


def found_of(looked: Looked) -> Found:
    """Return what to show of it."""
    headings = (
        *(say("address", "地址"), say("type", "类型"), say("value", "数值")),
        *(say("perhaps", "可能是"), say("why", "理由")),
    )
    rows = [_row(one) for one in looked.guesses]
    scanned = looked.scanned
    many, requests = len(scanned.words), scanned.requests
    title = say(
        f"unit {looked.number}: readable registers and bits: {many}; requests: {requests}",
        f"站号 {looked.number}：可读寄存器与位 {many} 个；请求 {requests} 次",
    )
    sections = [Section(title, headings, rows)]
    if scanned.trouble is not None:
        trouble = word(scanned.trouble)
        sections.append(Section(say(f"stopped: {trouble}", f"已停止：{trouble}"), (), ()))
    document: dict[str, object] = {
        "unit": looked.number,
        "identification": {str(key): text for key, text in looked.said.items()},
        "registers": [_document(one) for one in looked.guesses],
        "requests": scanned.requests,
        "trouble": None if scanned.trouble is None else word(scanned.trouble),
    }
    return Found(sections, document, well=scanned.trouble is None and bool(scanned.words))


def _row(one: Guess) -> tuple[str, ...]:
    kind = f"{one.type} {one.order}" if one.registers > 1 and not isinstance(one.value, str) else one.type
    value = repr(one.value) if isinstance(one.value, str) else f"{one.value:.6g}"
    return str(one.at), kind, value, _meaning(one), word(one.why)


def _meaning(one: Guess) -> str:
    if one.quantity is None or isinstance(one.value, str):
        return ""
    said = f"{one.quantity} {shown(one.value * one.scale, one.quantity)}"
    return said if one.is_sure else say(f"{said}?", f"{said}？")


def _document(one: Guess) -> dict[str, object]:
    return {
        "read": str(one.at),
        "type": one.type,
        "order": one.order,
        "value": one.value,
        "quantity": one.quantity,
        "scale": one.scale,
        "sure": one.is_sure,
        "why": word(one.why),
    }


def draft_path(name: str, folder: Path) -> Path:
    """Return where the draft of a profile goes: into `profiles/` of `folder`.

    Raises:
        Complaint: its name cannot be, or there is such a profile.
    """
    path = folder / "profiles" / f"{name}.yaml"
    if slug(name) != name:
        raise Complaint(say(f"`{name}` cannot be a profile's name", f"`{name}` 不能用作模板名称"))
    if name in shipped() or path.exists():
        raise Complaint(say(f"there is a profile {name} already", f"已有设备模板 {name}"))
    return path


def draft_written(looked: Looked, where: Place, path: Path) -> Found:
    """Write the draft of a profile to `path`; return what was done."""
    today = dt.datetime.now(dt.UTC).date()
    source = f"scan of unit {looked.number} at {where.endpoint.endpoint}, {today}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(profile_draft(path.stem, source, looked.said, looked.guesses), "utf-8")
    words = say(
        f"a draft to be checked: {path}; read with it: --profile {path.stem}",
        f"待核对的草稿：{path}；可用 --profile {path.stem} 读取",
    )
    return Found((Section(words, (), ()),), {"draft": str(path)})
