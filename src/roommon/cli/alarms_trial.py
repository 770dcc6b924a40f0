"""`roommon alarms test`: what a rule as it is written now would have done over the last days, and what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from roommon.cli.complaint import Complaint, complain, near
from roommon.cli.moments import local
from roommon.cli.sites import reader_at, site_of
from roommon.cli.spoken import say
from roommon.cli.trial_advised import NOTHING_TO_JUDGE
from roommon.cli.trial_past import past, wanted
from roommon.cli.trial_shown import Tried, print_json, print_tried
from roommon.config import tiers
from roommon.config.site import Site
from roommon.daemon.build import devices_of, rules_of
from roommon.journal.reader import JournalReader
from roommon.model.alarm import RuleId
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.record.advice import Advice, advice
from roommon.record.figures import DAY, Span
from roommon.record.trial import Stood, recorded
from roommon.rules.rule import Rule

Chosen = Mapping[str, Sequence[Rule]]
"""The rules that are tried, by the setting that has their on-delay: one rule, or the tiers of a band."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user wants to know."""

    rule: str
    days: float
    suggest: bool
    as_json: bool


def trial(asked: Asked, config: Path, journal: Path | None) -> int:
    """Print the alarms that a rule would have raised; return 1 when they are not those of the record."""
    now = datetime.now().astimezone()
    site = site_of(config)
    rules = chosen(site, asked.rule)
    with reader_at(journal or site.journal.path) as reader:
        time = _known(Span(_instant(now - timedelta(days=asked.days)), _instant(now)), reader)
        found, told = tried(rules, site, reader, time, suggest=asked.suggest)
    if asked.as_json:
        print_json(found, told)
    else:
        print_tried(found, told)
    return 0 if all(each.is_as_recorded for each in found) else 1


def _instant(moment: datetime) -> Instant:
    return Instant(round(moment.timestamp() * 1000))


def chosen(site: Site, name: str) -> Chosen:
    """Return the rule called `name`, or the tiers of the band of that name."""
    known = {rule.id: rule for rule in rules_of(site)}
    alone = known.get(RuleId(name))
    if alone is not None:
        return {"on_delay": [alone]}
    settings = {
        setting: [known[tier] for tier in names if tier in known]
        for setting, names in tiers.settings_of(RuleId(name)).items()
    }
    found = {setting: rules for setting, rules in settings.items() if rules}
    if not found:
        raise Complaint(say(f"no rule `{name}`", f"没有规则 `{name}`") + near(name, map(str, known)))
    return found


def _known(span: Span, reader: JournalReader) -> Span:
    """Return the part of `span` that the journal has; say so when a day or more of it is missing.

    Raises:
        Complaint: it has none of it.
    """
    first, last = reader.first_instant(), reader.last_instant()
    if first is None or last is None or last <= span.begin:
        raise Complaint(say("the journal has nothing of this time", "日志库中没有这段时间的记录"))
    known = Span(max(first, span.begin), last)
    if known.length < span.length - DAY:
        complain(
            say(
                f"the journal has {local(known.begin)} to {local(known.end)} of it; the rule is tried over that",
                f"日志库中只有 {local(known.begin)} 至 {local(known.end)} 的记录，按该时段试算",
            )
        )
    return known


def tried(
    settings: Chosen, site: Site, reader: JournalReader, time: Span, *, suggest: bool
) -> tuple[list[Tried], Advice | Text | None]:
    """Return what each of the rules would have done in `time`; and what is proposed, if there was anything to judge."""
    rules = [rule for alike in settings.values() for rule in alike]
    devices = [device for device in devices_of(site).values() if any(list(rule.meant([device])) for rule in rules)]
    what = wanted(rules, devices, site.derived)
    seen = past(what, reader, time)
    found: list[Tried] = []
    for rule in rules:
        sensors = {sensor.id: sensor for _, sensor in rule.meant(devices)}
        if not sensors:
            raise Complaint(say(f"`{rule.id}` selects no sensor", f"规则 `{rule.id}` 没有选中任何传感器"))
        came = seen.tried(rule, devices)
        silent = sorted((set(sensors) | what.judged) - came.judged)
        found.append(Tried(rule, sensors, time, came.stood, _recorded(rule, reader, time), silent))
    if not suggest:
        return found, None
    if all(set(each.sensors) <= set(each.silent) for each in found):
        return found, NOTHING_TO_JUDGE
    return found, advice(settings, devices, seen, [one for each in found for one in each.tried])


def _recorded(rule: Rule, reader: JournalReader, time: Span) -> list[Stood]:
    """Return what stood of `rule` in `time`, also what was raised before."""
    found = recorded((one.event for one in reader.events(until=time.end)), rule)
    return [one for one in found if one.end is None or one.end >= time.begin]
