"""`roommon notify log`: what was told to whom, and what came of each try."""

import json
from datetime import datetime
from pathlib import Path

from rich.text import Text as Styled

from roommon.cli.check import NO
from roommon.cli.moments import instant, local
from roommon.cli.screen import print_table
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.config.fault import ConfigInvalid
from roommon.config.notify import examine
from roommon.notify.queue import Queue, State, Tried, read
from roommon.record.members import iso_8601

_OUTCOMES = {State.DELIVERED: ("delivered", "已送达", "green"), State.FAILED: ("failed", "失败", "red")}


def log(config: Path, since: str | None, last: int | None, *, as_json: bool) -> int:
    """Print the tries; return 1 when one of them failed or something waits, else 0."""
    checked = examine(config, tolerate_missing_secrets=True)
    if checked.settings is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    begin = None if since is None else instant(since, datetime.now().astimezone())
    with read(checked.settings.top.queue) as queue:
        tries = list(queue.tries(begin, last))
        waiting = sum(states.get(State.WAITING, 0) for states in queue.counts().values())
        if as_json:
            _print_json(tries)
        else:
            _print(tries, queue)
    failed = any(each.outcome == State.FAILED for each in tries)
    return NO if failed or waiting else 0


def _print_json(tries: list[Tried]) -> None:
    for each in tries:
        made = each.made
        facts = {
            "at": iso_8601(made.at),
            "person": made.target.person,
            "channel": made.target.channel,
            "outcome": each.outcome,
            "why": None if made.why is None else word(made.why),
            "took_ms": made.took_ms,
            "alarms": each.alarms,
            "text": made.text,
        }
        print(json.dumps(facts, ensure_ascii=False))


def _print(tries: list[Tried], queue: Queue) -> None:
    headings = say("time", "时间"), say("to", "通知"), say("by", "渠道"), say("outcome", "结果"), say("text", "内容")
    printed = print_table(headings, (_cells(each) for each in tries))
    if not printed:
        print(say("Nothing was told yet.", "尚无通知记录。"))
    for target, states in queue.counts().items():
        if waits := states.get(State.WAITING, 0):
            print(
                say(
                    f"{target.person} / {target.channel}: {waits} waiting",
                    f"{target.person} / {target.channel}：{waits} 条待发",
                )
            )


def _cells(tried: Tried) -> tuple[str, str, str, Styled, Styled]:
    made = tried.made
    en, zh_cn, colour = _OUTCOMES[State(tried.outcome)]
    outcome = say(en, zh_cn) if made.why is None else f"{say(en, zh_cn)}{say(': ', '：')}{word(made.why)}"
    first = made.text.strip().split("\n")[0]
    return local(made.at), made.target.person, made.target.channel, Styled(outcome, colour), Styled(first)
