"""The text for the next shift: what happened, what stands, what is set aside and until when, what to watch."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from roommon.alerts.payload import alarm_message
from roommon.cli.incident_shown import stood
from roommon.cli.moments import lasted, local
from roommon.cli.spoken import language, say
from roommon.cli.words import PRIORITIES, STATES, word
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import State, Trigger
from roommon.model.alive import SetAside
from roommon.model.clock import Duration, Instant
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Language
from roommon.record.aside import set_aside
from roommon.record.incidents import Incident, notes, seen_by
from roommon.record.lives import is_true
from roommon.record.members import iso_8601
from roommon.rules.state import Drilling, Kept, StateId

if TYPE_CHECKING:
    from roommon.config.site import Site

_SOON = Duration(12 * 3_600_000)
"""What ends within the next shift is named."""
_OFTEN = 3
"""How often an alarm came in a shift so that it is named."""
_UNSEEN = (State.UNACKNOWLEDGED, State.RETURNED, State.LATCHED)


_COMMA = {Language.ENGLISH: ", ", Language.CHINESE: "、"}


@dataclass(frozen=True, slots=True)
class Shift:
    """What a hand-over is made of."""

    begin: Instant
    end: Instant
    incidents: Sequence[Incident]
    standing: Sequence[NumberedEvent]
    states: Mapping[StateId, Kept]

    @property
    def alarms(self) -> list[NumberedEvent]:
        """The alarms that stand."""
        return [one for one in self.standing if is_true(one.event)]

    @property
    def aside(self) -> list[SetAside]:
        """What is shelved or out of service."""
        return set_aside(self.states)


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
    yield say("What happened", "本班发生"), (_happened(each, shift.end) for each in shift.incidents)
    yield say("What stands", "当前告警"), (_stands(each, shift.end) for each in shift.alarms)
    yield say("Set aside, as of now", "搁置与停用（当前）"), (_aside(each) for each in shift.aside)
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


def _stands(one: NumberedEvent, now: Instant) -> str:
    event = one.event
    text = (event.about or event.text).in_language(language())
    since = lasted(now - event.at)
    return say(
        f"[{word(PRIORITIES[event.priority])}] {text}: {word(STATES[event.state])} for {since}",
        f"【{word(PRIORITIES[event.priority])}】{text}：{word(STATES[event.state])}，已 {since}",
    )


def _aside(one: SetAside) -> str:
    until = say("until somebody ends it", "直至人工恢复") if one.until is None else _until(one.until)
    if one.kind is SuppressedAs.SHELVED:
        return say(
            f"shelved: {one.what}, {until}, {one.by}: {one.why}", f"搁置：{one.what}，{until}，{one.by}：{one.why}"
        )
    return say(
        f"out of service: {one.what}, {until}, {one.by}: {one.why}", f"停用：{one.what}，{until}，{one.by}：{one.why}"
    )


def _until(at: Instant) -> str:
    return say(f"until {local(at)}", f"至 {local(at)}")


def _watch(shift: Shift) -> Iterator[str]:
    """Yield what the next shift must not overlook."""
    unseen = [one.event.alarm for one in shift.alarms if one.event.state in _UNSEEN]
    if unseen:
        names = ", ".join(unseen)
        yield say(f"nobody has acknowledged: {names}", f"尚无人确认：{names}")
    unstable = [one.event.alarm for one in shift.alarms if one.event.count]
    if unstable:
        names = ", ".join(unstable)
        yield say(f"comes and goes: {names}", f"反复抖动：{names}")
    yield from _drills(shift)
    for alarm, times in _often(shift):
        yield say(f"came {times} times: {alarm}", f"出现 {times} 次：{alarm}")
    for one in shift.aside:
        if one.until is not None and one.until - shift.end <= _SOON:
            yield say(
                f"is told again from {local(one.until)}: {one.what}", f"{local(one.until)} 起恢复通知：{one.what}"
            )


def _drills(shift: Shift) -> Iterator[str]:
    for state in shift.states.values():
        if isinstance(state, Drilling):
            until = local(state.until)
            yield say(f"a drill runs until {until}: {state.sensor}", f"演练进行中，至 {until}：{state.sensor}")


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
        "standing": [json.loads(alarm_message(one.number, one.event, language())) for one in shift.alarms],
        "aside": [_aside_facts(each) for each in shift.aside],
        "watch": list(_watch(shift)),
    }


def _aside_facts(one: SetAside) -> dict[str, object]:
    until = None if one.until is None else iso_8601(one.until)
    return {"what": one.what, "kind": one.kind, "until": until, "by": one.by, "why": one.why}
