"""The figures of an alarm system in words: each beside the number of ANSI/ISA-18.2-2016, and what to do about it.

The numbers are those of clause 16 (tables 5 to 7) for one person who looks after the alarms. The standard has none for
the time to acknowledge: how soon somebody must act is what a priority says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.cli.moments import lasted, local
from roommon.cli.spoken import say
from roommon.cli.words import PRIORITIES, word
from roommon.model.alarm import AlarmId, Priority
from roommon.model.clock import Duration
from roommon.record.figures import (
    ACCEPTABLE_PER_10_MIN,
    ACCEPTABLE_PER_DAY,
    MOST_PER_10_MIN,
    MOST_PER_DAY,
    Figures,
    Rate,
)

_NAMED = 5
_FEW = 0.01
"""About 1 %, as the standard says of periods, of time and of the highest priority."""
_TOP_SHARE = 0.05
_STALE = 5
_ENOUGH = 20
"""Alarms of which a share can be told."""
_SHARES = {Priority.CRITICAL: 0.01, Priority.HIGH: 0.05, Priority.MEDIUM: 0.15, Priority.LOW: 0.80}
_LEEWAY = 2.0
"""How many times its share a priority may have: the standard's are approximate."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure."""

    key: str
    """Its name for programs."""
    name: str
    value: object
    found: str
    recommended: str
    well: bool | None
    """Whether it is as recommended; None where nothing is."""
    advice: str = ""
    """What to do; empty where it is well."""


def lines(found: Figures) -> list[Line]:
    """Return all figures."""
    return [*_rates(found), *_priorities(found), *_bad_actors(found), *_people(found), *_floods(found), *_aside(found)]


def _told(line: Line) -> Line:
    """Return `line` without advice when it is well."""
    return (
        line if line.well is False else Line(line.key, line.name, line.value, line.found, line.recommended, line.well)
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _rates(found: Figures) -> Iterator[Line]:
    few = say(
        "Begin with the ten most frequent alarms below: they are usually most of it.",
        "从下方最频繁的十个告警入手，它们通常占了大部分。",
    )
    day, short = found.per_day, found.per_10_min
    name = say("alarms per day, average", "日均告警数")
    limits = say(f"about {ACCEPTABLE_PER_DAY}, at most {MOST_PER_DAY}", f"约 {ACCEPTABLE_PER_DAY}，至多 {MOST_PER_DAY}")
    yield _told(_rate("per_day", name, day, limits, day.average <= ACCEPTABLE_PER_DAY, few))
    yield Line("per_day_peak", say("alarms in the worst 24 h", "24 小时内最多告警数"), day.peak, _peak(day), "–", None)
    name = say("alarms per 10 min, average", "每 10 分钟平均告警数")
    limits = say(f"about {ACCEPTABLE_PER_10_MIN}, at most 2", f"约 {ACCEPTABLE_PER_10_MIN}，至多 2")
    yield _told(_rate("per_10_min", name, short, limits, short.average <= ACCEPTABLE_PER_10_MIN, few))
    burst = say(
        "Let causes explain their consequences (`suppressed_by`): one fault should be one alarm.",
        "用 `suppressed_by` 说明因果关系：一个故障只应产生一条告警。",
    )
    name, worst = say("alarms in the worst 10 min", "10 分钟内最多告警数"), short.peak <= MOST_PER_10_MIN
    yield _told(Line("per_10_min_peak", name, short.peak, _peak(short), f"≤ {MOST_PER_10_MIN}", worst, burst))
    name = say("10 min with more than 10", "超过 10 条的 10 分钟占比")
    yield _told(Line("over_10_share", name, short.beyond, _percent(short.beyond), "< 1 %", short.beyond < _FEW, burst))


def _peak(rate: Rate) -> str:
    return (
        "0"
        if rate.peak_at is None
        else say(f"{rate.peak}, from {local(rate.peak_at)}", f"{rate.peak}，自 {local(rate.peak_at)}")
    )


def _rate(key: str, name: str, rate: Rate, limits: str, well: bool, advice: str) -> Line:
    return Line(key, name, rate.average, f"{rate.average:.2f}", limits, well, advice)


def _priorities(found: Figures) -> Iterator[Line]:
    advice = say(
        "A priority says how soon somebody must act; where too many are urgent, none is. Set those lower whose harm"
        " comes slowly.",
        "优先级表示须多快处置；紧急的太多，等于没有紧急。请降低后果来得慢的告警。",
    )
    for priority in reversed(Priority):
        share, target = found.share(priority), _SHARES[priority]
        well = None if found.alarms < _ENOUGH else priority is Priority.LOW or share <= _LEEWAY * target
        name = say(f"share of priority {word(PRIORITIES[priority])}", f"{word(PRIORITIES[priority])}优先级占比")
        recommended = f"< {_percent(target)}" if priority is Priority.CRITICAL else f"~ {_percent(target)}"
        yield _told(Line(f"share_{priority.name.lower()}", name, share, _percent(share), recommended, well, advice))


def _bad_actors(found: Figures) -> Iterator[Line]:
    names = say(", ", "、").join(f"{alarm} ({count})" for alarm, count in found.top[:_NAMED])
    advice = say(
        f"{names}: `roommon alarms test RULE --suggest` proposes deadband and delays from the record; a condition that"
        " nobody responds to needs no alarm.",
        f"{names}：`roommon alarms test 规则 --suggest` 按记录给出死区与延时建议；无人需要响应的情况不必设告警。",
    )
    well = None if found.different <= len(found.top) else found.top_share <= _TOP_SHARE
    yield _told(
        Line(
            "top_10_share",
            say("the ten most frequent, share", "最频繁十个告警占比"),
            found.top_share,
            _percent(found.top_share),
            say("1 % to 5 %", "1 % 至 5 %"),
            well,
            advice,
        )
    )
    advice = say(
        f"{_named(found.chattering)}: widen the deadband or lengthen the delays (`roommon alarms test RULE --suggest`),"
        " or mend the sensor.",
        f"{_named(found.chattering)}：加大死区或延时（`roommon alarms test 规则 --suggest`），或检修传感器。",
    )
    yield _told(_listed("chattering", say("chattering alarms", "抖动告警"), found.chattering, "0", 1, advice))
    advice = say(
        f"{_named(found.stale)}: mend what is wrong, or take it out of service; where it is the normal state, the rule"
        " is wrong.",
        f"{_named(found.stale)}：排除故障，或办理停用；若这就是正常状态，则规则设置有误。",
    )
    name = say("alarms standing over 24 h", "持续超过 24 小时的告警")
    limit = say(f"< {_STALE} on any day", f"任一天 < {_STALE}")
    line = _listed("stale", name, found.stale, limit, _STALE, advice)
    yield _told(Line(line.key, name, line.value, line.found, limit, found.stale_at_once < _STALE, advice))


def _listed(key: str, name: str, alarms: Sequence[AlarmId], recommended: str, fewer_than: int, advice: str) -> Line:
    return Line(key, name, list(alarms), str(len(alarms)), recommended, len(alarms) < fewer_than, advice)


def _named(alarms: Sequence[AlarmId]) -> str:
    more = f" +{len(alarms) - _NAMED}" if len(alarms) > _NAMED else ""
    return ", ".join(alarms[:_NAMED]) + more


def _people(found: Figures) -> Iterator[Line]:
    waits = found.waits
    own = say("by priority, your own", "按优先级自定")
    for key, name, wait in (
        ("acknowledged_median", say("time to acknowledge, median", "确认用时，中位数"), waits.median),
        ("acknowledged_p90", say("time to acknowledge, 90 %", "确认用时，90 分位"), waits.p90),
        ("acknowledged_most", say("time to acknowledge, longest", "确认用时，最长"), waits.most),
    ):
        yield Line(key, name, None if wait is None else wait / 1000, _length(wait), own, None)
    name = say("never acknowledged", "无人确认")
    yield Line("never_acknowledged", name, waits.never, str(waits.never), "–", None)


def _length(wait: Duration | None) -> str:
    return "–" if wait is None else lasted(wait)


def _floods(found: Figures) -> Iterator[Line]:
    floods = found.floods
    advice = say(
        "`roommon incidents` shows what belonged together; make `suppressed_by` of it.",
        "`roommon incidents` 显示哪些告警同属一个故障；据此设置 `suppressed_by`。",
    )
    yield Line("floods", say("floods", "告警泛滥次数"), floods.number, str(floods.number), "–", None)
    name, longest = say("longest flood", "最长一次泛滥"), _length(floods.longest) if floods.number else "–"
    yield Line("flood_longest", name, floods.longest / 1000, longest, "–", None)
    name = say("time in flood", "泛滥时间占比")
    yield _told(Line("flood_share", name, floods.share, _percent(floods.share), "< 1 %", floods.share < _FEW, advice))


def _aside(found: Figures) -> Iterator[Line]:
    approved = say("each with a reason and an end", "均有理由与期限")
    for key, name, count in (
        ("shelved", say("shelved", "搁置次数"), found.shelved),
        ("suppressed", say("explained by others", "按设计抑制的告警"), found.suppressed),
        ("out_of_service", say("taken out of service", "停用次数"), found.out_of_service),
    ):
        yield Line(key, name, count, str(count), approved, None)
