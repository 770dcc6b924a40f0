"""The text for the next shift: what happened, what stands, what is set aside and until when, what to watch."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, State, Trigger
from roommon.model.alive import SetAside
from roommon.model.clock import Duration, Instant
from roommon.model.command import Scope
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Text
from roommon.record.incidents import Incident, notes, seen_by
from roommon.record.lives import Life
from roommon.record.moments import lasted, local
from roommon.record.shift import Shift
from roommon.record.words import PRIORITIES, SCOPES, STATES, stood

_SOON = Duration(12 * 3_600_000)
"""What ends within the next shift is named."""
_OFTEN = 3
"""How often an alarm came in a shift so that it is named."""
_UNSEEN = (State.UNACKNOWLEDGED, State.RETURNED, State.LATCHED)
NOTHING = Text("nothing", "无")


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, and what it tells of."""

    text: Text
    priority: Priority | None = None
    incident: int | None = None
    alarm: AlarmId | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Sentences under a heading; where there are none, there is nothing to tell."""

    heading: Text
    lines: tuple[Line, ...]


def parts(shift: Shift) -> list[Part]:
    """Return the whole text."""
    stands, aside = Text("What stands", "当前告警"), Text("Set aside, as of now", "搁置与停用（当前）")
    if shift.is_over:
        stands = Text("What stood at the end", "交班时的告警")
        aside = Text("Set aside at the end", "搁置与停用（交班时）")
    return [
        Part(Text("What happened", "本班发生"), tuple(happened(each, shift.end) for each in shift.incidents)),
        Part(stands, tuple(_stands(each, shift.end) for each in shift.standing)),
        Part(aside, tuple(Line(_aside(each)) for each in shift.aside)),
        Part(Text("What to watch", "需要关注"), tuple(Line(each) for each in watch(shift))),
    ]


def happened(incident: Incident, now: Instant) -> Line:
    """Return one incident in a sentence."""
    text, priority, others = incident.first.text, PRIORITIES[incident.priority], _others(len(incident.members) - 1)
    people, said = _listed(seen_by(incident)) or Text("nobody", "无人"), _said(notes(incident))
    begun, length = local(incident.begun), stood(incident, now)
    words = Text(
        f"{begun} [{priority.en}] {text.en}{others.en}; {length.en};"
        f" acknowledged by {people.en}{said.en} (incident {incident.id})",
        f"{begun}【{priority.zh_cn}】{text.zh_cn}{others.zh_cn}；{length.zh_cn}；"
        f"确认人：{people.zh_cn}{said.zh_cn}（故障 {incident.id}）",
    )
    return Line(words, incident.priority, incident=incident.id)


def _others(more: int) -> Text:
    if not more:
        return Text.same("")
    if more == 1:
        return Text(", and 1 more alarm", "，另有 1 条告警")
    return Text(f", and {more} more alarms", f"，另有 {more} 条告警")


def _said(told: Sequence[AlarmEvent]) -> Text:
    english = "".join(f"; {event.by}: {event.note}" for event in told)
    return Text(english, "".join(f"；{event.by}：{event.note}" for event in told))


def _stands(life: Life, end: Instant) -> Line:
    event = life.last
    text, priority, state = event.about or event.text, PRIORITIES[event.priority], STATES[event.state]
    since = lasted(end - life.entered)
    words = Text(
        f"[{priority.en}] {text.en}: {state.en} for {since.en}",
        f"【{priority.zh_cn}】{text.zh_cn}：{state.zh_cn}，已 {since.zh_cn}",
    )
    return Line(words, event.priority, alarm=event.alarm)


def _aside(one: SetAside) -> Text:
    until = Text("until somebody ends it", "直至人工恢复")
    if one.until is not None:
        until = Text(f"until {local(one.until)}", f"至 {local(one.until)}")
    kind = Text("shelved", "搁置") if one.kind is SuppressedAs.SHELVED else Text("out of service", "停用")
    what = _named(one)
    return Text(
        f"{kind.en}: {what.en}, {until.en}, {one.by}: {one.why}",
        f"{kind.zh_cn}：{what.zh_cn}，{until.zh_cn}，{one.by}：{one.why}",
    )


def _named(one: SetAside) -> Text:
    """Return what is set aside, as a person calls it."""
    if one.kind is SuppressedAs.SHELVED:
        return Text.same(one.what)
    scope, _, target = one.what.partition(" ")
    words = SCOPES[Scope(scope)]
    return Text(f"{words.en} {target}", f"{words.zh_cn} {target}")


def watch(shift: Shift) -> Iterator[Text]:
    """Yield what the next shift must not overlook."""
    unseen = _listed(life.alarm for life in shift.standing if life.last.state in _UNSEEN)
    if unseen:
        yield Text(f"nobody has acknowledged: {unseen.en}", f"尚无人确认：{unseen.zh_cn}")
    unstable = _listed(life.alarm for life in shift.standing if life.last.count)
    if unstable:
        yield Text(f"comes and goes: {unstable.en}", f"反复抖动：{unstable.zh_cn}")
    for drill in shift.drills:
        until = local(drill.until)
        yield Text(f"a drill runs until {until}: {drill.sensor}", f"演练进行中，至 {until}：{drill.sensor}")
    for alarm, times in _often(shift):
        yield Text(f"came {times} times: {alarm}", f"出现 {times} 次：{alarm}")
    for one in shift.aside:
        if one.until is not None and one.until - shift.end <= _SOON:
            until, what = local(one.until), _named(one)
            yield Text(f"is told again from {until}: {what.en}", f"{until} 起恢复通知：{what.zh_cn}")


def _often(shift: Shift) -> list[tuple[AlarmId, int]]:
    found = Counter(
        one.event.alarm
        for incident in shift.incidents
        for one in incident.events()
        if one.event.trigger is Trigger.RAISED and shift.begin <= one.event.at <= shift.end
    )
    return [(alarm, times) for alarm, times in found.most_common() if times >= _OFTEN]


def _listed(names: Iterable[str]) -> Text:
    found = list(names)
    return Text(", ".join(found), "、".join(found))
