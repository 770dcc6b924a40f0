"""`roommon notify check`: every fault with its place; then who is told of what, by which ways."""

import asyncio
import json
import sys
from pathlib import Path

from roommon.alerts import reasons
from roommon.cli.check import NO, WRONG, fault_document
from roommon.cli.screen import keep_log_off_screen, print_table
from roommon.cli.spoken import counted, language, say
from roommon.cli.words import PRIORITIES, word
from roommon.config.notify import Checked, examine
from roommon.model.text import Text
from roommon.notify import mqtt, program
from roommon.notify.rota import on_duty
from roommon.notify.settings import Route, Settings


def check(config: Path, *, connect: bool, as_json: bool) -> int:
    """Return 0 when there are no faults, 2 when there are, 1 when the broker does not answer."""
    checked = examine(config, tolerate_missing_secrets=not connect)
    answer = _ask(checked.settings) if connect and checked.settings is not None else None
    if as_json:
        print(json.dumps(_document(checked, answer), ensure_ascii=False))
    else:
        _print(checked, answer)
    if checked.settings is None:
        return WRONG
    return NO if answer is not None and not answer[0] else 0


def _ask(settings: Settings) -> tuple[bool, Text]:
    """Return whether the broker answers and lets us listen, and what it says."""
    keep_log_off_screen()
    top = settings.top
    topics = [f"{top.broker.prefix}/{site}/event" for site in top.sites]
    try:
        how = asyncio.run(mqtt.probe(top.broker, topics))
    except mqtt.Unreachable as error:
        return False, error.words
    return True, reasons.answers(how)


def _document(checked: Checked, answer: tuple[bool, Text] | None) -> dict[str, object]:
    settings = checked.settings
    return {
        "faults": [fault_document(fault) for fault in checked.faults],
        "warnings": [fault_document(fault) for fault in checked.warnings],
        "people": None if settings is None else len(settings.people),
        "channels": None if settings is None else sorted(settings.channels),
        "broker": None if answer is None else {"well": answer[0], "said": word(answer[1])},
    }


def _print(checked: Checked, answer: tuple[bool, Text] | None) -> None:
    for fault in sorted([*checked.faults, *checked.warnings], key=lambda fault: fault.place):
        print(fault.told(language()), file=sys.stderr)
    warnings = counted(len(checked.warnings), "warning", "处警告")
    settings = checked.settings
    if settings is None:
        faults = counted(len(checked.faults), "fault", "处错误")
        print(say(f"{faults}, {warnings}.", f"{faults}，{warnings}。"), file=sys.stderr)
        return
    people, channels = len(settings.people), counted(len(settings.channels), "channel", "个渠道")
    who = say("1 person" if people == 1 else f"{people} people", f"{people} 人")
    print(say(f"{who}, {channels}; {warnings}.", f"{who}，{channels}；{warnings}。"))
    headings = (
        say("from priority", "优先级不低于"),
        say("of", "范围"),
        say("to", "通知"),
        say("by", "渠道"),
        say("quiet", "免打扰"),
    )
    print_table(headings, [_row(settings, route) for route in settings.top.routes])
    if answer is not None:
        print(f"{settings.top.broker}{say(': ', '：')}{word(answer[1])}")


def _row(settings: Settings, route: Route) -> tuple[str, str, str, str, str]:
    of = [*sorted(route.sites), *sorted(route.rooms), *sorted(route.protections), *route.alarms]
    if route.tier:
        of.append(say(f"tier {route.tier}", f"升级 {route.tier}"))
    quiet = "" if route.quiet is None else route.quiet.written
    to = ", ".join(_who(settings, name) for name in route.to)
    return word(PRIORITIES[route.priority]), ", ".join(of), to, ", ".join(route.by), quiet


def _who(settings: Settings, name: str) -> str:
    """Return the name of a person, or of a rota with who has the duty now."""
    rota = next((each for each in settings.top.rotas if each.id == name), None)
    if rota is None:
        return name
    who = on_duty(rota, program.now())
    return say(f"{name} (now {who})", f"{name}（现为 {who}）")
