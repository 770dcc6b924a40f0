"""`roommon check`: every fault of a configuration with its place; with --connect, what answers."""

import asyncio
import json
import sys
from pathlib import Path

from roommon.cli.complaint import keep_log_off_screen
from roommon.cli.spoken import language, say
from roommon.config.fault import Fault, Severity
from roommon.config.load import Checked, examine

NO = 1
WRONG = 2


def check(config: Path, *, connect: bool, as_json: bool) -> int:
    """Print faults and warnings; return 0 when there are no faults, 2 when there are, 1 when something is silent."""
    checked = examine(config, tolerate_missing_secrets=not connect)
    found = sorted([*checked.faults, *checked.warnings], key=lambda fault: fault.place)
    if as_json:
        print(json.dumps([_document(fault) for fault in found], ensure_ascii=False))
    else:
        for fault in found:
            print(fault.told(language()), file=sys.stderr)
    if checked.site is None:
        _sum_up(checked, as_json=as_json)
        return WRONG
    _sum_up(checked, as_json=as_json)
    return _talk(checked, as_json=as_json) if connect else 0


def _document(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.place.file,
        "line": fault.place.line,
        "column": fault.place.column,
        "severity": "warning" if fault.severity is Severity.WARNING else "fault",
        "problem": fault.problem.in_language(language()),
        "remedy": fault.remedy.in_language(language()),
    }


def _sum_up(checked: Checked, *, as_json: bool) -> None:
    if as_json:
        return
    faults, warnings, site = len(checked.faults), len(checked.warnings), checked.site
    if site is None:
        print(say(f"{faults} faults, {warnings} warnings.", f"{faults} 处错误，{warnings} 处警告。"), file=sys.stderr)
        return
    sensors = sum(len(polled.device.sensors) for polled in site.devices)
    print(
        say(
            f"{site.id}: {len(site.devices)} devices, {sensors} sensors, {len(site.rules)} rules; {warnings} warnings.",
            f"{site.id}：{len(site.devices)} 台设备，{sensors} 个传感器，{len(site.rules)} 条规则；{warnings} 处警告。",
        )
    )


def _talk(checked: Checked, *, as_json: bool) -> int:
    from roommon.cli import connect

    assert checked.site is not None  # noqa: S101  # the caller has seen to it
    keep_log_off_screen()
    answers = asyncio.run(connect.ask_all(checked.site))
    connect.print_answers(answers, as_json=as_json)
    return 0 if all(answer.well for answer in answers) else NO
