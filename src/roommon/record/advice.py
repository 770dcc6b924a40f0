"""How the deadband and the delays of a rule might be set, by what its sensors did; nothing is changed.

- The *deadband* is wider than the noise (`noise.py`) of what is held against the limit, so that noise at the setpoint
  does not end and raise the alarm.
- The *on-delay* outlasts what was over within `BRIEF`: nobody could have done anything about it.
- The *off-delay* outlasts the pauses shorter than `PAUSE`: what came back that soon had not ended.

None is ever proposed shorter or narrower than it is: why it is so the record does not know. How long the condition was
there is asked of the rule as if it were always in force, and only what lies within its hours counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from itertools import chain, pairwise
from typing import Any

from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device
from roommon.model.text import Text
from roommon.record import noise
from roommon.record.extremes import Extreme, extremes
from roommon.record.trial import Past, Stood
from roommon.record.width import Width, width
from roommon.rules.kinds import duration, flatline, increment
from roommon.rules.rule import Rule

BRIEF = Duration(2 * 60_000)
PAUSE = Duration(5 * 60_000)
_WAITS_ITSELF: Mapping[type, Text] = {
    duration.Config: Text(
        "no delay: the time that it adds up is one; `more_than` says how much is too much",
        "不建议延时：累计本身即是等待，由 `more_than` 决定",
    ),
    increment.Config: Text(
        "no delay: what grew within `within` counts, however soon it was over; `by` says how much is too much",
        "不建议延时：`within` 之内的增量不论快慢一律计入，由 `by` 决定",
    ),
    flatline.Config: Text(
        "no delay: it waits for its whole window; a longer `window` asks for a longer standstill",
        "不建议延时：规则已等待整个时间窗；要求停滞更久时请加大 `window`",
    ),
}
"""Kinds for which a delay is no remedy, and what is."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One delay."""

    setting: str
    """As it is written: `on_delay`."""
    now: Duration
    proposed: Duration
    times: int
    """How often the condition was there for less than `BRIEF`; of an off-delay, gone for less than `PAUSE`."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed for one rule, or for the tiers of a band, and what it would have come to."""

    deadband: Width | Text | None
    """Why there is none to propose; None where the kind has none."""
    on_delays: Sequence[Wait]
    off_delay: Wait | None
    no_delays: Text | None
    """Why no delay is proposed."""
    extremes: Sequence[Extreme]
    before: Sequence[Stood]
    """The alarms with the rule as it is."""
    after: Sequence[Stood]
    """The alarms with what is proposed."""

    @property
    def changes(self) -> bool:
        """Whether anything that is proposed is not as it is."""
        waits = [*self.on_delays, *([] if self.off_delay is None else [self.off_delay])]
        wider = isinstance(self.deadband, Width) and self.deadband.proposed.value > self.deadband.now.value
        return wider or any(wait.proposed > wait.now for wait in waits)

    @property
    def ends_none(self) -> bool:
        """Whether no alarm would end with what is proposed, though some do as it is."""
        return bool(self.after) and not any(map(_has_ended, self.after)) and any(map(_has_ended, self.before))


def advice(
    settings: Mapping[str, Sequence[Rule]], devices: Sequence[Device], past: Past, before: Sequence[Stood]
) -> Advice:
    """Return what `past` says about the settings of rules of one kind, by the setting that has their on-delay.

    `before` are the alarms that they would have raised as they are.
    """
    rules = [rule for alike in settings.values() for rule in alike]
    went, found = extremes(rules, devices, past), width(rules, devices, past)
    no_delays = _WAITS_ITSELF.get(type(rules[0].config))
    if no_delays is not None:
        return Advice(found, (), None, no_delays, went, before, before)
    wider = {name: _widened(alike, found) for name, alike in settings.items()}
    on_delays = [_on_delay(name, alike, devices, past) for name, alike in wider.items()]
    later = [changed(rule, on_delay=wait.proposed) for wait in on_delays for rule in wider[wait.setting]]
    off_delay = _off_delay(later, devices, past)
    proposed = [changed(rule, off_delay=off_delay.proposed) for rule in later]
    after = [one for rule in proposed for one in past.tried(rule, devices).stood if _is_new(one, before, past)]
    return Advice(found, on_delays, off_delay, None, went, before, after)


def _is_new(stood: Stood, before: Sequence[Stood], past: Past) -> bool:
    """Return whether `stood` counts: not if a wider deadband alone carried it over into the time."""
    return stood.begin >= past.begin or any(one.alarm == stood.alarm and one.begin < past.begin for one in before)


def _has_ended(stood: Stood) -> bool:
    return stood.end is not None


def _widened(rules: Sequence[Rule], found: Width | Text | None) -> Sequence[Rule]:
    return [changed(rule, deadband=found.proposed) for rule in rules] if isinstance(found, Width) else rules


def changed(rule: Rule, **settings: Any) -> Rule:
    """Return `rule` with other settings of its kind."""
    config = rule.config
    if not is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"{rule.id}: {type(config)} is no kind's Config")
    return replace(rule, config=replace(config, **settings))


def _on_delay(setting: str, rules: Sequence[Rule], devices: Sequence[Device], past: Past) -> Wait:
    brief = [length for rule in rules for length in _lengths(rule, devices, past) if length < BRIEF]
    now = max(rule.config.on_delay for rule in rules)
    return Wait(setting, now, _longer(now, brief), len(brief))


def _off_delay(rules: Sequence[Rule], devices: Sequence[Device], past: Past) -> Wait:
    pauses = [pause for rule in rules for pause in _pauses(rule, devices, past) if pause < PAUSE]
    now = max(rule.config.off_delay for rule in rules)
    return Wait("off_delay", now, _longer(now, pauses), len(pauses))


def _longer(now: Duration, short: Sequence[Duration]) -> Duration:
    return max(now, noise.longer_than(max(short)) if short else Duration(0))


def _lengths(rule: Rule, devices: Sequence[Device], past: Past) -> Iterator[Duration]:
    """Yield how long the condition was there, each time that it ended."""
    bare = changed(_always(rule), on_delay=Duration(0), off_delay=Duration(0))
    for one in past.tried(bare, devices).stood:
        if one.end is not None and _in_force(rule, one.begin, one.end):
            yield one.lasted(one.end)


def _pauses(rule: Rule, devices: Sequence[Device], past: Past) -> Iterator[Duration]:
    """Yield how long the condition was gone between two alarms of one sensor."""
    of: dict[AlarmId, list[Stood]] = {}
    for one in past.tried(changed(_always(rule), off_delay=Duration(0)), devices).stood:
        of.setdefault(one.alarm, []).append(one)
    for one, following in chain.from_iterable(map(pairwise, of.values())):
        came = Instant(following.begin - rule.config.on_delay)
        if one.end is not None and _in_force(rule, one.end, came):
            yield Duration(max(0, came - one.end))


def _always(rule: Rule) -> Rule:
    """Return `rule` as it would be if it were always in force and its alarms might chatter."""
    return replace(rule, active=None, unstable=None)


def _in_force(rule: Rule, *moments: Instant) -> bool:
    return rule.active is None or all(map(rule.active.holds, moments))
