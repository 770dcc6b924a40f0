"""What an alarm says: templates with placeholders, filled in each language.

`{device} inlet is {value}` becomes "Rack A inlet is 31.2 °C". A placeholder that does not exist is found when the
configuration is checked (`faults`); filling a template never fails.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from roommon.model.alarm import Trigger
from roommon.model.clock import Duration, lasting
from roommon.model.device import Device, Sensor
from roommon.model.quantity import shown
from roommon.model.reading import Reading, Reason
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Language, Text
from roommon.rules.rule import Finding, Misfit, Rule

COMMON = frozenset({"device", "sensor", "room", "value", "state", "reason"})
"""Placeholders of every kind. {state} is the value by its name, {reason} why there is none."""

NO_VALUE = Text("no value", "无数值")
REASONS: Mapping[Reason, Text] = {
    Reason.NO_COMMUNICATION: Text("no communication", "通信中断"),
    Reason.DEVICE_FAILURE: Text("device failure", "设备故障"),
    Reason.CONFIGURATION_ERROR: Text("configuration error", "配置错误"),
    Reason.NOT_CONNECTED: Text("not connected", "未接入"),
    Reason.SENSOR_FAILURE: Text("sensor failure", "传感器故障"),
    Reason.OUT_OF_RANGE: Text("out of range", "超出量程"),
    Reason.OVERDUE: Text("overdue", "逾期未采集"),
}
_PREFIXES: Mapping[Trigger, Text] = {
    Trigger.RAISED: Text("{unstable}", "{unstable}"),
    Trigger.RETURNED: Text("Returned to normal{times}: ", "已恢复{times}："),
    Trigger.ACKNOWLEDGED: Text("Acknowledged{by}{why}: ", "{by}已确认{why}："),
    Trigger.RESET: Text("Reset{by}{why}: ", "{by}已复位{why}："),
    Trigger.REMOVED: Text("No longer configured: ", "已从配置中移除："),
    Trigger.SHELVED: Text("Shelved for {lasts}{by}{why}: ", "{by}已搁置 {lasts}{why}："),
    Trigger.UNSHELVED: Text("No longer shelved{by}{why}: ", "{by}已结束搁置{why}："),
    Trigger.SUPPRESSED: Text("Not told, {cause}: ", "不通知，{cause}："),
    Trigger.OUT_OF_SERVICE: Text("Out of service{by}{why}: ", "{by}已停用{why}："),
    Trigger.IN_SERVICE: Text("In service again{by}{why}: ", "{by}已恢复投用{why}："),
    Trigger.RELEASED: Text("Still standing: ", "仍未恢复："),
    Trigger.REPEATED: Text("Nobody has acknowledged for {waited}: ", "已 {waited} 无人确认："),
    Trigger.NOTED: Text("Note{by}{why}: ", "{by}备注{why}："),
    Trigger.DRILL_STARTED: Text("Begun{by}{why}: ", "{by}开始{why}："),
    Trigger.DRILL_ENDED: Text("Over{by}{why}: ", "{by}结束{why}："),
}
NO_FINDING = Finding()
_UNKNOWN = "–"
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a template may name."""

    device: Device
    sensor: Sensor
    reading: Reading
    finding: Finding


def filled(template: Text, facts: Facts) -> Text:
    """Return `template` with its placeholders replaced; one that does not exist stays as it is."""
    return Text(
        _filled(template.en, facts, Language.ENGLISH),
        _filled(template.zh_cn, facts, Language.CHINESE),
    )


def _filled(template: str, facts: Facts, language: Language) -> str:
    def word(placeholder: re.Match[str]) -> str:
        common = _WORDS.get(placeholder[1])
        known = common(facts) if common else facts.finding.words.get(placeholder[1])
        return placeholder[0] if known is None else known.in_language(language)

    return _PLACEHOLDER.sub(word, template)


def _value(facts: Facts) -> Text:
    value = facts.reading.value
    if value is None:
        return _no_value(facts.reading.reason)
    name = facts.sensor.states.get(int(value)) if int(value) == value else None
    return name or Text.same(shown(value, facts.sensor.quantity))


def _no_value(reason: Reason | None) -> Text:
    if reason is None:
        return NO_VALUE
    why = REASONS[reason]
    return Text(f"{NO_VALUE.en} ({why.en})", f"{NO_VALUE.zh_cn}（{why.zh_cn}）")


def _reason(facts: Facts) -> Text:
    return Text.same("") if facts.reading.reason is None else REASONS[facts.reading.reason]


_WORDS: Mapping[str, Callable[[Facts], Text]] = {
    "device": lambda facts: facts.device.name or Text.same(facts.device.id),
    "sensor": lambda facts: facts.sensor.name or Text.same(facts.sensor.key),
    "room": lambda facts: Text.same(facts.device.room),
    "value": _value,
    "state": _value,
    "reason": _reason,
    "setpoint": lambda facts: Text.same(facts.finding.limit or _UNKNOWN),
    "rate": lambda facts: Text.same(facts.finding.rate or _UNKNOWN),
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What happened to an alarm, besides what it is about."""

    by: str | None = None
    why: str = ""
    lasts: Duration | None = None
    """For how long it is shelved."""
    waited: Duration | None = None
    """For how long nobody has acknowledged it."""
    count: int = 0
    """How often it came and went; 0 while it is steady."""
    suppression: Suppression | None = None


_NOTHING = Circumstances()


def told(trigger: Trigger, text: Text, what: Circumstances = _NOTHING) -> Text:
    """Return `text` with what happened to the alarm in front of it; that of a steady raised alarm stays as it is."""
    prefix, words = _PREFIXES[trigger], _happened(what)
    english = {key: word.en for key, word in words.items()} | {"by": f" by {what.by}" if what.by else ""}
    chinese = {key: word.zh_cn for key, word in words.items()} | {"by": f"{what.by} " if what.by else ""}
    return Text(prefix.en.format(**english) + text.en, prefix.zh_cn.format(**chinese) + text.zh_cn)


def _happened(what: Circumstances) -> dict[str, Text]:
    nothing, count = Text.same(""), what.count
    return {
        "why": Text.same("") if not what.why else Text(f" ({what.why})", f"（{what.why}）"),
        "lasts": _length(what.lasts),
        "waited": _length(what.waited),
        "times": Text(f" after {count} times", f"（共 {count} 次）") if count else nothing,
        "unstable": Text(f"Unstable, {count} times lately: ", f"抖动，近期 {count} 次：") if count else nothing,
        "cause": nothing if what.suppression is None else _cause(what.suppression),
    }


def _cause(suppression: Suppression) -> Text:
    match suppression.kind:
        case SuppressedAs.OUT_OF_SERVICE:
            return Text(f"out of service by {suppression.by}", f"{suppression.by} 已停用")
        case SuppressedAs.SHELVED:
            return Text(f"shelved by {suppression.by}", f"{suppression.by} 已搁置")
        case SuppressedAs.BY_DESIGN:
            return Text(f"explained by {suppression.why}", f"由 {suppression.why} 引起")


def _length(time: Duration | None) -> Text:
    return Text.same("" if time is None else lasting(time / 1000))


def faults(rule: Rule) -> Iterator[Misfit]:
    """Yield the placeholders of `rule`'s texts that do not exist for its kind."""
    known = COMMON | rule.config.PLACEHOLDERS
    for setting, template in (("text", rule.text), ("response", rule.response)):
        if template is None:
            continue
        named = _PLACEHOLDER.findall(template.en) + _PLACEHOLDER.findall(template.zh_cn)
        for name in sorted(set(named) - known):
            yield _unknown(setting, name, known)


def _unknown(setting: str, name: str, known: frozenset[str]) -> Misfit:
    listed = ", ".join(f"{{{word}}}" for word in sorted(known))
    return Misfit(
        setting,
        Text(f"this kind of rule has no {{{name}}}", f"该类规则没有占位符 {{{name}}}"),
        Text(f"use {listed}", f"可用：{listed}"),
    )
