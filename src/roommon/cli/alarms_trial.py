"""`roommon alarms test`: what a rule as it is written now would have done over the last days, and what was done."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from roommon.alerts.payload import iso_8601
from roommon.cli.complaint import Complaint, near
from roommon.cli.moments import lasted, local
from roommon.cli.rule_words import manner
from roommon.cli.sites import reader_at, site_of
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.config import kinds
from roommon.config.site import Site
from roommon.daemon.build import devices_of, rules_of
from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.device import Device, Sensor
from roommon.model.quantity import shown
from roommon.model.reading import Reading, SensorId
from roommon.record.advice import BRIEF, PAUSE, Advice, advice
from roommon.record.trial import Past, Stood, engine_of, recorded, same
from roommon.rules.rule import Rule
from roommon.rules.settings import length


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants to know."""

    rule: str
    days: float
    suggest: bool
    as_json: bool


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


def trial(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print the alarms that a rule would have raised; return 1 when they are not those of the record."""
    since = datetime.now().astimezone() - timedelta(days=asked.days)
    site = site_of(config)
    with reader_at(journal or site.journal.path) as reader:
        found = _tried(_rule(site, asked.rule), site, reader, since, suggest=asked.suggest)
    if asked.as_json:
        _print_json(found)
    else:
        _print(found)
    return 0 if all(_both_ways(found)) else 1


def _rule(site: Site, name: str) -> Rule:
    known = {str(rule.id): rule for rule in rules_of(site)}
    if name not in known:
        raise Complaint(say(f"no rule `{name}`", f"没有规则 `{name}`") + near(name, known))
    return known[name]


def _tried(rule: Rule, site: Site, reader: JournalReader, since: datetime, *, suggest: bool) -> Tried:
    devices = [device for device in devices_of(site).values() if _sensors(rule, device)]
    sensors = {sensor.id: sensor for device in devices for sensor in _sensors(rule, device)}
    begin = max(Instant(round(since.timestamp() * 1000)), reader.first_instant() or Instant(0))
    end = reader.last_instant() or begin
    past = Past(lambda: reader.inputs_of(sensors, begin, end), list(_before(rule, devices, reader, begin)))
    told = advice(rule, devices, past) if suggest else None
    return Tried(rule, sensors, begin, end, past.tried(rule, devices), _recorded(rule, reader, begin, end), told)


def _recorded(rule: Rule, reader: JournalReader, begin: Instant, end: Instant) -> list[Stood]:
    """Return what stood of `rule` between `begin` and `end`, also what was raised before."""
    found = recorded((one.event for one in reader.events(until=end)), rule)
    return [one for one in found if one.end is None or one.end >= begin]


def _sensors(rule: Rule, device: Device) -> list[Sensor]:
    return [sensor for sensor in device.sensors if rule.sensors.selects(device, sensor)]


def _before(rule: Rule, devices: Sequence[Device], reader: JournalReader, begin: Instant) -> Iterator[Reading]:
    """Yield what a rule that remembers must have seen before `begin`."""
    histories = engine_of(rule, devices).windows()
    if histories:
        inputs = reader.inputs_of(histories, Instant(begin - max(histories.values())), Instant(begin - 1))
        yield from (entry for entry in inputs if isinstance(entry, Reading))


def _both_ways(found: Tried) -> list[bool]:
    return [*same(found.tried, found.recorded), *same(found.recorded, found.tried)]


def _print(found: Tried) -> None:
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
    config = found.rule.config
    yield say("\nProposed (nothing was changed):", "\n建议（未作任何修改）：")
    if told.noisiest and told.deadband:
        width, scatter = f"{told.deadband.value:g} {told.deadband.unit}", f"{told.noisiest.deviation:.3g}"
        step = f"{told.noisiest.step:.3g}"
        yield say(
            f"  deadband: {width}: readings scatter by {scatter} and step by {step}; noise does not cross 3 times the"
            " one and 2 of the other",
            f"  deadband: {width}：读数离散度 {scatter}，最小变化 {step}；取其 3 倍与 2 倍中较大者，噪声不会越过",
        )
    yield say(
        f"  on_delay: {length(told.on_delay)} (is {length(config.on_delay)}): the condition was there for less than"
        f" {length(BRIEF)} {told.brief} times, when nobody could have acted",
        f"  on_delay: {length(told.on_delay)}（现为 {length(config.on_delay)}）：有 {told.brief} 次持续不足"
        f" {length(BRIEF)}，来不及处置",
    )
    yield say(
        f"  off_delay: {length(told.off_delay)} (is {length(config.off_delay)}): it was gone for less than"
        f" {length(PAUSE)} {told.pauses} times, and came back",
        f"  off_delay: {length(told.off_delay)}（现为 {length(config.off_delay)}）：有 {told.pauses} 次恢复不足"
        f" {length(PAUSE)} 又再次出现",
    )
    yield say(
        f"  Over the same record: {told.before} alarms as it is, {told.after} with these.",
        f"  同一段记录：现有设置 {told.before} 次告警，采用建议 {told.after} 次。",
    )


def _print_json(found: Tried) -> None:
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
