"""What an alarm says: templates with placeholders, filled in each language.

`{device} inlet is {value}` becomes "Rack A inlet is 31.2 °C". A placeholder that does not exist is found when the
configuration is checked (`faults`); filling a template never fails.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from roommon.model.alarm import Trigger
from roommon.model.device import Device, Sensor
from roommon.model.quantity import shown
from roommon.model.reading import Reading, Reason
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
    Trigger.RAISED: Text.same(""),
    Trigger.RETURNED: Text("Returned to normal: ", "已恢复："),
    Trigger.ACKNOWLEDGED: Text("Acknowledged{by}: ", "{by}已确认："),
    Trigger.REMOVED: Text("No longer configured: ", "已从配置中移除："),
}
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


def told(trigger: Trigger, text: Text, by: str | None = None) -> Text:
    """Return `text` with what happened to the alarm in front of it; a raised alarm's stays as it is."""
    prefix = _PREFIXES[trigger]
    return Text(
        prefix.en.replace("{by}", f" by {by}" if by else "") + text.en,
        prefix.zh_cn.replace("{by}", f"{by} " if by else "") + text.zh_cn,
    )


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
