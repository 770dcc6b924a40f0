"""What `replay` prints."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from roommon.alerts.payload import alarm_message
from roommon.cli.complaint import complain
from roommon.cli.moments import local
from roommon.cli.spoken import counted, language, say
from roommon.cli.words import PRIORITIES, STATES, TRIGGERS, word
from roommon.journal.record import Snapshot
from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.clock import Instant
from roommon.record.members import iso_8601

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of judging again."""

    same: int
    lost: list[AlarmEvent]
    """Recorded, and not decided again."""
    new: list[AlarmEvent]
    """Decided now, and not recorded."""


def print_compared(compared: Compared, start: Snapshot, *, as_json: bool) -> None:
    """Print what differs, in the order of time, and how it went."""
    differing = sorted([(event, "-") for event in compared.lost] + [(event, "+") for event in compared.new], key=_place)
    if as_json:
        _print_json(compared, differing, start)
        return
    if differing:
        _print_table(differing)
    print(_sentence(compared, local(start.at)))


def _sentence(compared: Compared, when: str) -> str:
    lost, new, same = len(compared.lost), len(compared.new), compared.same
    if not lost and not new:
        events = counted(same, "event", "个事件")
        return say(f"{events} since {when}: all the same again.", f"自 {when} 起 {events}，推演结果完全一致。")
    return say(
        f"Of the record since {when}, {lost} did not come again (-) and {same} did; {new} were not in it (+).",
        f"自 {when} 起：{lost} 个事件未重现（-），{new} 个为新事件（+），{same} 个一致。",
    )


def _place(differing: tuple[AlarmEvent, str]) -> tuple[Instant, AlarmId, str]:
    event, mark = differing
    return event.at, event.alarm, mark


def _print_json(compared: Compared, differing: Iterable[tuple[AlarmEvent, str]], start: Snapshot) -> None:
    for event, mark in differing:
        only = {"only": "recorded" if mark == "-" else "replayed"}
        print(json.dumps(only | json.loads(alarm_message(0, event, language())), ensure_ascii=False))
    summary = {
        "from": iso_8601(start.at),
        "same": compared.same,
        "recorded_only": len(compared.lost),
        "replayed_only": len(compared.new),
    }
    print(json.dumps(summary))


def _print_table(differing: list[tuple[AlarmEvent, str]]) -> None:
    from roommon.cli.screen import print_table

    headings = (
        "",
        say("time", "时间"),
        say("priority", "优先级"),
        say("what", "事件"),
        say("state", "状态"),
        say("text", "内容"),
    )
    print_table((*headings, say("alarm", "告警")), (_cells(event, mark) for event, mark in differing[:_SHOWN]))
    if len(differing) > _SHOWN:
        complain(
            say(
                f"the first {_SHOWN} of {len(differing)}; --json has all",
                f"共 {len(differing)} 个，仅显示前 {_SHOWN} 个；--json 输出全部",
            )
        )


def _cells(event: AlarmEvent, mark: str) -> tuple[str, ...]:
    return (
        mark,
        local(event.at),
        word(PRIORITIES[event.priority]),
        word(TRIGGERS[event.trigger]),
        word(STATES[event.state]),
        event.text.in_language(language()),
        event.alarm,
    )
