"""The text for the next shift: what happened, what stands, what is set aside and until when, what to watch."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from roommon.alerts.payload import alarm_message
from roommon.cli.incident_shown import stood
from roommon.cli.moments import lasted, local
from roommon.cli.shift import Shift
from roommon.cli.spoken import language, say
from roommon.cli.words import PRIORITIES, SCOPES, STATES, word
from roommon.model.alarm import State, Trigger
from roommon.model.alive import SetAside
from roommon.model.clock import Duration, Instant
from roommon.model.command import Scope
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Language
from roommon.record.incidents import Incident, notes, seen_by
from roommon.record.lives import Life
from roommon.record.members import iso_8601

if TYPE_CHECKING:
    from roommon.config.site import Site

_SOON = Duration(12 * 3_600_000)
"""What ends within the next shift is named."""
_OFTEN = 3
"""How often an alarm came in a shift so that it is named."""
_UNSEEN = (State.UNACKNOWLEDGED, State.RETURNED, State.LATCHED)


_COMMA = {Language.ENGLISH: ", ", Language.CHINESE: "、"}


def print_handover(shift: Shift, site: "Site | None", *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        print(json.dumps(_document(shift), ensure_ascii=False))
        return
    name = f"{site.id}, {site.room}" if site else ""
    print(say(f"Hand-over {name}", f"交接班 {name}").strip())
    print(f"{local(shift.begin)} – {local(shift.end)}")
    none = say("nothing", "无")
    for heading, lines in _parts(shift):
        print(f"\n{heading}")
        for line in list(lines) or [none]:
            print(f"  {line}")


def _parts(shift: Shift) -> Iterator[tuple[str, Iterable[str]]]:
    stands, aside = say("What stands", "当前告警"), say("Set aside, as of now", "搁置与停用（当前）")
    if shift.is_over:
        stands = say("What stood at the end", "交班时的告警")
        aside = say("Set aside at the end", "搁置与停用（交班时）")
    yield say("What happened", "本班发生"), (_happened(each, shift.end) for each in shift.incidents)
    yield stands, (_stands(each, shift.end) for each in shift.standing)
    yield aside, (_aside(each) for each in shift.aside)
    yield say("What to watch", "需要关注"), _watch(shift)


def _happened(incident: Incident, now: Instant) -> str:
    text = incident.first.text.in_language(language())
    more = len(incident.members) - 1
    others = say(f", and {more} more alarm{'' if more == 1 else 's'}", f"，另有 {more} 条告警") if more else ""
    people = _COMMA[language()].join(seen_by(incident)) or say("nobody", "无人")
    said = "".join(say(f"; {event.by}: {event.note}", f"；{event.by}：{event.note}") for event in notes(incident))
    return say(
        f"{local(incident.begun)} [{word(PRIORITIES[incident.priority])}] {text}{others}; {stood(incident, now)};"
        f" acknowledged by {people}{said} (incident {incident.id})",
        f"{local(incident.begun)}【{word(PRIORITIES[incident.priority])}】{text}{others}；{stood(incident, now)}；"
        f"确认人：{people}{said}（故障 {incident.id}）",
    )


def _stands(life: Life, end: Instant) -> str:
    event = life.last
    text = (event.about or event.text).in_language(language())
    since = lasted(end - life.entered)
    return say(
        f"[{word(PRIORITIES[event.priority])}] {text}: {word(STATES[event.state])} for {since}",
        f"【{word(PRIORITIES[event.priority])}】{text}：{word(STATES[event.state])}，已 {since}",
    )


def _aside(one: SetAside) -> str:
    until = say("until somebody ends it", "直至人工恢复") if one.until is None else _until(one.until)
    kind = say("shelved", "搁置") if one.kind is SuppressedAs.SHELVED else say("out of service", "停用")
    what = _named(one)
    return say(f"{kind}: {what}, {until}, {one.by}: {one.why}", f"{kind}：{what}，{until}，{one.by}：{one.why}")


def _named(one: SetAside) -> str:
    """Return what is set aside, as a person calls it."""
    if one.kind is SuppressedAs.SHELVED:
        return one.what
    scope, _, target = one.what.partition(" ")
    return f"{word(SCOPES[Scope(scope)])} {target}"


def _until(at: Instant) -> str:
    return say(f"until {local(at)}", f"至 {local(at)}")


def _watch(shift: Shift) -> Iterator[str]:
    """Yield what the next shift must not overlook."""
    unseen = [life.alarm for life in shift.standing if life.last.state in _UNSEEN]
    if unseen:
        names = _COMMA[language()].join(unseen)
        yield say(f"nobody has acknowledged: {names}", f"尚无人确认：{names}")
    unstable = [life.alarm for life in shift.standing if life.last.count]
    if unstable:
        names = _COMMA[language()].join(unstable)
        yield say(f"comes and goes: {names}", f"反复抖动：{names}")
    yield from _drills(shift)
    for alarm, times in _often(shift):
        yield say(f"came {times} times: {alarm}", f"出现 {times} 次：{alarm}")
    for one in shift.aside:
        if one.until is not None and one.until - shift.end <= _SOON:
            yield say(
                f"is told again from {local(one.until)}: {_named(one)}", f"{local(one.until)} 起恢复通知：{_named(one)}"
            )


def _drills(shift: Shift) -> Iterator[str]:
    for drill in shift.drills:
        until = local(drill.until)
        yield say(f"a drill runs until {until}: {drill.sensor}", f"演练进行中，至 {until}：{drill.sensor}")


def _often(shift: Shift) -> list[tuple[str, int]]:
    found = Counter(
        one.event.alarm
        for incident in shift.incidents
        for one in incident.events()
        if one.event.trigger is Trigger.RAISED and shift.begin <= one.event.at <= shift.end
    )
    return [(alarm, times) for alarm, times in found.most_common() if times >= _OFTEN]


def _document(shift: Shift) -> dict[str, object]:
    return {
        "from": iso_8601(shift.begin),
        "to": iso_8601(shift.end),
        "incidents": [each.id for each in shift.incidents],
        "happened": [_happened(each, shift.end) for each in shift.incidents],
        "standing": [json.loads(alarm_message(life.newest, life.last, language())) for life in shift.standing],
        "aside": [_aside_facts(each) for each in shift.aside],
        "watch": list(_watch(shift)),
    }


def _aside_facts(one: SetAside) -> dict[str, object]:
    until = None if one.until is None else iso_8601(one.until)
    return {"what": one.what, "kind": one.kind, "until": until, "by": one.by, "why": one.why}
