"""`roommon service`: what is out of service, since when, by whom and why."""

import json
from pathlib import Path

from roommon.cli.moments import local
from roommon.cli.screen import print_table
from roommon.cli.sites import opened
from roommon.cli.spoken import say
from roommon.cli.words import SCOPES, word
from roommon.model.command import Scope
from roommon.record.members import iso_8601
from roommon.rules.state import OutOfService


def show(config: Path, journal: Path | None, *, as_json: bool) -> int:
    """Print what is out of service, the longest first; return 0 when nothing is, else 1."""
    with opened(config, journal) as reader:
        states = reader.states().values()
    out = sorted((state for state in states if isinstance(state, OutOfService)), key=lambda each: each.since)
    if as_json:
        for each in out:
            print(json.dumps(_document(each), ensure_ascii=False))
    elif out:
        headings = (say("what", "对象"), say("id", "标识"), say("since", "停用时间"), say("until", "至"))
        print_table((*headings, say("by", "操作人"), say("why", "原因")), [_row(each) for each in out])
    else:
        print(say("Everything is in service.", "全部投用。"))
    return 1 if out else 0


def _row(out: OutOfService) -> tuple[str, ...]:
    until = say("put back", "恢复投用") if out.until is None else local(out.until)
    return word(SCOPES[Scope(out.scope)]), out.target, local(out.since), until, out.by, out.why


def _document(out: OutOfService) -> dict[str, object]:
    return {
        "scope": out.scope,
        "target": out.target,
        "since": iso_8601(out.since),
        "until": None if out.until is None else iso_8601(out.until),
        "by": out.by,
        "why": out.why,
    }
