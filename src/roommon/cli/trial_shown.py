"""What `roommon alarms test` prints."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.cli.moments import lasted, local
from roommon.cli.rule_words import manner
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.config import kinds
from roommon.model.clock import Instant
from roommon.model.device import Sensor
from roommon.model.quantity import shown
from roommon.model.reading import SensorId
from roommon.record.advice import BRIEF, PAUSE, Advice
from roommon.record.members import iso_8601
from roommon.record.trial import Stood, same
from roommon.rules.kinds import limit
from roommon.rules.rule import KindConfig, Rule
from roommon.rules.settings import length


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it."""

    rule: Rule
    sensors: dict[SensorId, Sensor]
    begin: Instant
    end: Instant
    tried: Sequence[Stood]
    recorded: Sequence[Stood]
    advice: Advice | None


def print_tried(found: Tried) -> None:
    """Print each alarm, how many there were, and what is proposed."""
    _print_heading(found)
    marks = same(found.tried, found.recorded)
    only = [one for one, met in zip(found.recorded, same(found.recorded, found.tried), strict=True) if not met]
    rows = [(one, "" if met else "+") for one, met in zip(found.tried, marks, strict=True)] + [
        (one, "-") for one in only
    ]
    if rows:
        _print_table(found, sorted(rows, key=lambda row: (row[0].begin, row[0].alarm)))
    print(_totals(found, sum(marks), len(only)))
    if found.advice:
        for line in _advised(found, found.advice):
            print(line)


def _print_heading(found: Tried) -> None:
    config = found.rule.config
    first = next(iter(found.sensors.values()))
    waits = say(", ", "，").join(part for part in (word(kinds.condition(config, first)), manner(config)) if part)
    print(f"{found.rule.id}: {waits}")
    sensors = counted(len(found.sensors), "sensor", "个传感器")
    print(f"{local(found.begin)} – {local(found.end)}, {sensors}")


def _print_table(found: Tried, rows: Sequence[tuple[Stood, str]]) -> None:
    from roommon.cli.screen import print_table

    headings = "", say("begin", "开始"), say("end", "结束"), say("lasted", "历时"), say("peak", "极值")
    print_table((*headings, say("alarm", "告警")), (_cells(found, one, mark) for one, mark in rows))


def _cells(found: Tried, one: Stood, mark: str) -> tuple[str, ...]:
    end = say("stands", "仍存在") if one.end is None else local(one.end)
    sensor = found.sensors.get(SensorId(one.alarm.removeprefix(f"{found.rule.id}.")))
    peak = "" if one.peak is None else shown(one.peak, sensor.quantity) if sensor else f"{one.peak:g}"
    return mark, local(one.begin), end, lasted(one.lasted(found.end)), "" if mark == "-" else peak, one.alarm


def _totals(found: Tried, both: int, lost: int) -> str:
    tried, before = counted(len(found.tried), "alarm", "次告警"), len(found.recorded)
    new = len(found.tried) - both
    return say(
        f"This rule would have raised {tried}; the record has {before}. In both: {both}; new (+): {new}; not raised any"
        f" more (-): {lost}.",
        f"该规则会产生 {tried}，记录中有 {before} 次；"
        f"其中 {both} 次一致，{new} 次为新增（+），{lost} 次不再产生（-）。",
    )


def _advised(found: Tried, told: Advice) -> Iterator[str]:
    yield say("\nProposed (nothing was changed):", "\n建议（未作任何修改）：")
    yield from _on_deadband(found.rule.config, told)
    yield from _on_delays(found.rule.config, told)
    yield say(
        f"  Over the same record: {told.before} alarms as it is, {told.after} with these.",
        f"  同一段记录：现有设置 {told.before} 次告警，采用建议 {told.after} 次。",
    )


def _on_deadband(config: KindConfig, told: Advice) -> Iterator[str]:
    if told.noisiest is None or told.deadband is None or not isinstance(config, limit.Config):
        return
    now = f"{config.deadband.value:g}" if config.deadband else "0"
    width = f"{told.deadband.value:g} {told.deadband.unit}" + say(f" (is {now})", f"（现为 {now}）")
    scatter, step = f"{told.noisiest.deviation:.3g}", f"{told.noisiest.step:.3g}"
    yield say(
        f"  deadband: {width}: readings scatter by {scatter} and step by {step}; noise does not cross 3 times the one"
        " and 2 of the other",
        f"  deadband: {width}：读数离散度 {scatter}，最小变化 {step}；取其 3 倍与 2 倍中较大者，噪声不会越过",
    )


def _on_delays(config: KindConfig, told: Advice) -> Iterator[str]:
    now, proposed = length(config.on_delay), length(told.on_delay)
    yield say(
        f"  on_delay: {proposed} (is {now}): the condition was there for less than {length(BRIEF)} {told.brief} times,"
        " when nobody could have acted",
        f"  on_delay: {proposed}（现为 {now}）：有 {told.brief} 次持续不足 {length(BRIEF)}，来不及处置",
    )
    now, proposed = length(config.off_delay), length(told.off_delay)
    yield say(
        f"  off_delay: {proposed} (is {now}): it was gone for less than {length(PAUSE)} {told.pauses} times, and came"
        " back",
        f"  off_delay: {proposed}（现为 {now}）：有 {told.pauses} 次恢复不足 {length(PAUSE)} 又再次出现",
    )


def print_json(found: Tried) -> None:
    """Print it for programs."""
    told = found.advice
    summary: dict[str, object] = {
        "rule": found.rule.id,
        "from": iso_8601(found.begin),
        "to": iso_8601(found.end),
        "tried": [_facts(one, met) for one, met in zip(found.tried, same(found.tried, found.recorded), strict=True)],
        "recorded": [
            _facts(one, met) for one, met in zip(found.recorded, same(found.recorded, found.tried), strict=True)
        ],
        "suggested": None if told is None else _suggested(told),
    }
    print(json.dumps(summary, ensure_ascii=False))


def _facts(one: Stood, met: bool) -> dict[str, object]:
    return {
        "alarm": one.alarm,
        "begin": iso_8601(one.begin),
        "end": None if one.end is None else iso_8601(one.end),
        "peak": one.peak,
        "in_both": met,
    }


def _suggested(told: Advice) -> dict[str, object]:
    return {
        "deadband": None if told.deadband is None else told.deadband.value,
        "unit": None if told.deadband is None else told.deadband.unit,
        "on_delay_s": told.on_delay / 1000,
        "off_delay_s": told.off_delay / 1000,
        "deviation": None if told.noisiest is None else told.noisiest.deviation,
        "alarms_before": told.before,
        "alarms_after": told.after,
    }
