"""`roommon check`: every fault of a configuration with its place; which rules are in force; what answers."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from roommon.cli.screen import keep_log_off_screen
from roommon.cli.spoken import counted, language, say
from roommon.config.fault import Fault
from roommon.config.load import Checked, examine
from roommon.config.site import Site

if TYPE_CHECKING:
    from roommon.cli.connect import Answer

NO = 1
WRONG = 2


def check(config: Path, *, connect: bool, explain: bool, as_json: bool) -> int:
    """Print faults and warnings; return 0 when there are no faults, 2 when there are, 1 when something is silent."""
    checked = examine(config, tolerate_missing_secrets=not connect)
    if not as_json:
        _print(checked, explain=explain)
    answers = _ask(checked.site) if connect and checked.site is not None else None
    if as_json:
        print(json.dumps(_document(checked, answers) | _explained(checked, explain=explain), ensure_ascii=False))
    elif answers is not None:
        from roommon.cli.connect import print_answers

        print_answers(answers)
    if checked.site is None:
        return WRONG
    return 0 if all(answer.well for answer in answers or ()) else NO


def _explained(checked: Checked, *, explain: bool) -> dict[str, object]:
    if not explain or checked.site is None:
        return {}
    from roommon.cli.explain import documents

    return documents(checked, checked.site)


def _ask(site: Site) -> "list[Answer]":
    from roommon.cli.connect import ask_all

    keep_log_off_screen()
    return asyncio.run(ask_all(site))


def _document(checked: Checked, answers: "list[Answer] | None") -> dict[str, object]:
    site = checked.site
    return {
        "site": None if site is None else site.id,
        "faults": [fault_document(fault) for fault in checked.faults],
        "warnings": [fault_document(fault) for fault in checked.warnings],
        "notes": [fault_document(fault) for fault in checked.notes],
        "devices": None if site is None else len(site.devices),
        "sensors": None if site is None else _sensors(site),
        "rules": None if site is None else len(site.rules),
        "answers": None if answers is None else [asdict(answer) for answer in answers],
    }


def fault_document(fault: Fault) -> dict[str, object]:
    """Return `fault` for a program, in the reader's language."""
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "problem": fault.problem.in_language(language()),
        "remedy": fault.remedy.in_language(language()),
    }


def _sensors(site: Site) -> int:
    return sum(len(device.sensors) for device in site.sensed())


def _print(checked: Checked, *, explain: bool) -> None:
    for fault in sorted([*checked.faults, *checked.warnings, *checked.notes], key=lambda fault: fault.place):
        print(fault.told(language()), file=sys.stderr)
    warnings, site = counted(len(checked.warnings), "warning", "处警告"), checked.site
    if site is None:
        faults = counted(len(checked.faults), "fault", "处错误")
        print(say(f"{faults}, {warnings}.", f"{faults}，{warnings}。"), file=sys.stderr)
        return
    devices = counted(len(site.devices), "device", "台设备")
    sensors, rules = counted(_sensors(site), "sensor", "个传感器"), counted(len(site.rules), "rule", "条规则")
    print(
        say(
            f"{site.id}: {devices}, {sensors}, {rules}; {warnings}.",
            f"{site.id}：{devices}，{sensors}，{rules}；{warnings}。",
        )
    )
    if explain:
        from roommon.cli.explain import print_rules

        print_rules(checked, site)
