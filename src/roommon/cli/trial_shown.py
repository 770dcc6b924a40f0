"""What `roommon alarms test` prints."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.cli import rule_words
from roommon.cli.moments import lasted, local
from roommon.cli.screen import print_beside, print_table
from roommon.cli.spoken import counted, say
from roommon.cli.trial_advised import advised, document
from roommon.cli.words import word
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.record.advice import Advice
from roommon.record.figures import Span
from roommon.record.members import iso_8601
from roommon.record.trial import Stood, matched
from roommon.rules.rule import Rule, is_joint

_NAMED = 6
"""How many sensors are named in a line."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one rule."""

    rule: Rule
    sensors: dict[SensorId, Sensor]
    time: Span
    tried: Sequence[Stood]
    recorded: Sequence[Stood]
    silent: Sequence[SensorId]
    """Sensors that it looks at and that said nothing to judge in the time."""

    @property
    def is_as_recorded(self) -> bool:
        """Whether its alarms are those of the record."""
        return all(all(marks) for marks in matched(self.tried, self.recorded))


def print_tried(found: Sequence[Tried], told: Advice | Text | None) -> None:
    """Print the alarms of each rule, how many there were, and what is proposed."""
    for place, each in enumerate(found):
        if place:
            print()
        _print_rule(each)
    for line in advised(told) if told is not None else ():
        print(line)


def _print_rule(found: Tried) -> None:
    _print_heading(found)
    new, kept = matched(found.tried, found.recorded)
    rows = [(one, "" if met else "+") for one, met in zip(found.tried, new, strict=True)]
    rows += [(one, "-") for one, met in zip(found.recorded, kept, strict=True) if not met]
    if rows:
        _print_table(found, sorted(rows, key=lambda row: (row[0].begin, row[0].alarm)))
    print(_totals(found, sum(new)))
    for note in _notes(found):
        print(note)


def _print_heading(found: Tried) -> None:
    rule = found.rule
    conditions = rule_words.conditions(rule.config, found.sensors.values())
    one = next(iter(conditions)) if len(conditions) == 1 else ""
    print(f"{rule.id}: {say(', ', '，').join(part for part in (one, *_manner(rule)) if part)}")
    for condition, judged in conditions.items() if not one else ():
        print_beside("", f"{condition}{say(': ', '：')}{_named([sensor.id for sensor in judged])}", 4)
    sensors = counted(len(found.sensors), "sensor", "个传感器")
    joint = say(", one alarm of all", "，合为一个告警") if is_joint(rule.config) else ""
    print(f"{local(found.time.begin)} – {local(found.time.end)}{say(', ', '，')}{sensors}{joint}")


def _manner(rule: Rule) -> Iterator[str]:
    yield rule_words.manner(rule.config)
    if rule.active is not None:
        yield say(f"in force {rule.active.written}", f"生效时段 {rule.active.written}")
    if rule.latches:
        yield say("a person must reset", "须人工复位")


def _named(sensors: Sequence[SensorId]) -> str:
    names = say(", ", "、").join(sensors[:_NAMED])
    more = len(sensors) - _NAMED
    return names if more <= 0 else say(f"{names} and {more} more", f"{names} 等，另有 {more} 个")


def _print_table(found: Tried, rows: Sequence[tuple[Stood, str]]) -> None:
    headings = "", say("begin", "开始"), say("end", "结束"), say("lasted", "历时"), say("peak", "极值")
    print_table((*headings, say("alarm", "告警")), (_cells(found, one, mark) for one, mark in rows))


def _cells(found: Tried, one: Stood, mark: str) -> tuple[str, ...]:
    end = say("stands", "仍存在") if one.end is None else local(one.end)
    peak = "" if one.peak is None else word(one.peak.shown)
    return mark, local(one.begin), end, lasted(one.lasted(found.time.end)), peak, one.alarm


def _totals(found: Tried, both: int) -> str:
    tried, before = counted(len(found.tried), "alarm", "次告警"), len(found.recorded)
    new, lost = len(found.tried) - both, before - both
    return say(
        f"This rule would have raised {tried}; the record has {before}. In both: {both}; new (+): {new}; not raised any"
        f" more (-): {lost}.",
        f"该规则会产生 {tried}，记录中有 {before} 次；"
        f"其中 {both} 次一致，{new} 次为新增（+），{lost} 次不再产生（-）。",
    )


def _notes(found: Tried) -> Iterator[str]:
    if found.rule.latches:
        yield say(
            "Its alarms stay until a person resets them; here each ends as soon as its condition was gone.",
            "该规则的告警须人工复位才结束；此处在条件消失时即计为结束。",
        )
    if found.silent:
        names = _named(found.silent)
        yield say(f"Without data in this time, so not judged: {names}.", f"这段时间内没有数据，未参与试算：{names}。")


def print_json(found: Sequence[Tried], told: Advice | Text | None) -> None:
    """Print it for programs, each rule in a line."""
    for each in found:
        print(json.dumps(_document(each, told), ensure_ascii=False))


def _document(found: Tried, told: Advice | Text | None) -> dict[str, object]:
    new, kept = matched(found.tried, found.recorded)
    return {
        "rule": found.rule.id,
        "from": iso_8601(found.time.begin),
        "to": iso_8601(found.time.end),
        "tried": [_facts(one, met) for one, met in zip(found.tried, new, strict=True)],
        "recorded": [_facts(one, met) for one, met in zip(found.recorded, kept, strict=True)],
        "silent": list(found.silent),
        "suggested": document(told),
    }


def _facts(one: Stood, met: bool) -> dict[str, object]:
    measured = None if one.peak is None else one.peak.measured
    return {
        "alarm": one.alarm,
        "begin": iso_8601(one.begin),
        "end": None if one.end is None else iso_8601(one.end),
        "peak": None if measured is None else measured.number,
        "peak_unit": None if measured is None else measured.unit,
        "peak_text": None if one.peak is None else word(one.peak.shown),
        "in_both": met,
    }
