"""Where people's commands arrive: each is checked, done or refused, and answered in words."""

from collections.abc import Callable, Sequence
from typing import assert_never

from roommon.model.alarm import AlarmEvent, AlarmId, State
from roommon.model.clock import Duration, Instant, lasting
from roommon.model.command import (
    Acknowledge,
    Command,
    EndDrill,
    Note,
    PutBack,
    Reset,
    Scope,
    Shelve,
    StartDrill,
    TakeOut,
    Unshelve,
)
from roommon.model.device import Device, Sensor
from roommon.model.text import Text
from roommon.rules import services, state
from roommon.rules.alarm import Alarm
from roommon.rules.answer import Answer, done, refused
from roommon.rules.board import Board
from roommon.rules.drills import LONGEST, Drills, possible
from roommon.rules.policy import Policy
from roommon.rules.services import Services
from roommon.rules.state import Drilling, OutOfService, StateId

OfAlarm = Acknowledge | Shelve | Unshelve | Reset | Note
Moved = Callable[[Alarm, Instant, Sequence[AlarmEvent]], Sequence[AlarmEvent]]

_REMEMBERED = 1000
"""Commands whose repeats are known."""
_SO_ALREADY = done(Text("It is so already; nothing changed.", "已是如此，无需更改。"))


class Handled:
    """Commands that were taken, by the sender's name and theirs for it: the same command twice is one command.

    Senders may give every command the same name, so the verb and what it is about belong to it.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[StateId, state.Handled] = {}

    def restore(self, id_: StateId, handled: state.Handled) -> None:
        """Go on from what was stored."""
        self._known[id_] = handled
        self._known = dict(sorted(self._known.items(), key=lambda each: each[1].at))

    def stored(self, id_: StateId) -> state.Handled | None:
        """Return what must outlive a restart."""
        return self._known.get(id_)

    def answer(self, command: Command) -> Answer | None:
        """Return what `command` came to when it was taken before; None when it is new."""
        known = self._known.get(_state_id(command)) if command.id else None
        return None if known is None else Answer(known.done, Text(known.words_en, known.words_zh_cn))

    def note(self, command: Command, answer: Answer) -> set[StateId]:
        """Remember `command`, and return what of the store changed; the oldest are forgotten."""
        if not command.id:
            return set()
        id_, words = _state_id(command), answer.words
        self._known[id_] = state.Handled(command.at, answer.done, words.en, words.zh_cn)
        forgotten = list(self._known)[:-_REMEMBERED]
        for old in forgotten:
            del self._known[old]
        return {id_, *forgotten}


def _state_id(command: Command) -> StateId:
    return f"command:{command.source}:{command.by}:{command.id}:{type(command).__name__}:{_subject(command)}"


def _subject(command: Command) -> str:
    match command:
        case TakeOut() | PutBack():
            return f"{command.scope}.{command.target}"
        case StartDrill() | EndDrill():
            return command.sensor
        case _:
            return command.alarm


def of_alarm(command: OfAlarm, alarm: Alarm | None, policy: Policy, moved: Moved) -> Answer:
    """Do `command` on `alarm`, or say why not."""
    if alarm is None:
        return refused(_unknown(command.alarm))
    no = _objection(command, alarm, policy)
    if no is not None:
        return no
    return done(_DONE[type(command)], moved(alarm, command.at, _do(command, alarm)))


def _unknown(alarm: AlarmId) -> Text:
    """Return what to say of `alarm`, which no rule makes: of those that stand some end by other ways alone."""
    return _ENDS_OTHERWISE.get(alarm.partition(".")[0]) or Text(
        f"There is no alarm {alarm}; `roommon alarms` lists those that stand.",
        f"没有告警 {alarm}；`roommon alarms` 列出当前告警。",
    )


_ENDS_OTHERWISE = {
    "out-of-service": Text(
        "It ends when that is put back in service: `roommon service in`.", "恢复投用后即结束：`roommon service in`。"
    ),
    "drill": Text("It ends with the drill.", "演练结束后即结束。"),
    "alarm-flood": Text("It ends by itself when the flood is over.", "告警泛滥结束后自行结束。"),
}
_DONE = {
    Acknowledge: Text("Acknowledged.", "已确认。"),
    Shelve: Text("Shelved.", "已搁置。"),
    Unshelve: Text("No longer shelved.", "已结束搁置。"),
    Reset: Text("Reset.", "已复位。"),
    Note: Text("Noted.", "已备注。"),
}


def _do(command: OfAlarm, alarm: Alarm) -> Sequence[AlarmEvent]:
    match command:
        case Acknowledge():
            return alarm.acknowledge(command.at, command)
        case Shelve():
            return alarm.shelve(command)
        case Unshelve():
            return alarm.unshelve(command)
        case Reset():
            return alarm.reset(command)
        case Note():
            return alarm.note(command)
    assert_never(command)


def _objection(command: OfAlarm, alarm: Alarm, policy: Policy) -> Answer | None:
    match command:
        case Acknowledge():
            waits = alarm.state in (State.UNACKNOWLEDGED, State.RETURNED, State.LATCHED)
            return None if waits else _not_waiting(alarm)
        case Shelve():
            return _not_shelved(command, alarm, policy)
        case Unshelve():
            return None if alarm.shelf is not None else _SO_ALREADY
        case Reset():
            return _not_reset(alarm)
        case Note():
            return None if command.note else refused(Text("The note is empty.", "备注为空。"))
    assert_never(command)


def _not_waiting(alarm: Alarm) -> Answer:
    if alarm.state is State.NORMAL:
        return refused(Text(f"{alarm.id} does not stand; nothing waits.", f"{alarm.id} 当前未告警，无须确认。"))
    return _SO_ALREADY


def _not_shelved(command: Shelve, alarm: Alarm, policy: Policy) -> Answer | None:
    longest, wanted = policy.shelve_at_most, Duration(command.until - command.at)
    if not command.note:
        return refused(Text("Say why it is shelved.", "请说明搁置原因。"))
    if wanted <= 0:
        return refused(Text("That time is over already; give one to come.", "该时刻已过，请给出将来的时刻。"))
    if wanted > longest:
        at_most = lasting(longest / 1000)
        return refused(
            Text(f"An alarm may be shelved for {at_most} at most.", f"告警最长可搁置 {at_most}。"),
        )
    shelf = alarm.shelf
    same = shelf is not None and (shelf.by, shelf.why, shelf.until, shelf.one_shot) == (
        *(command.by, command.note, command.until, command.one_shot),
    )
    return _SO_ALREADY if same else None


def _not_reset(alarm: Alarm) -> Answer | None:
    if alarm.state in (State.LATCHED, State.LATCHED_ACKNOWLEDGED):
        return None
    if alarm.active:
        return refused(
            Text(
                f"The condition of {alarm.id} is still there; it can be reset when it is gone.",
                f"{alarm.id} 的条件仍然成立，消失后才能复位。",
            )
        )
    return refused(Text(f"{alarm.id} is not latched.", f"{alarm.id} 未锁存。"))


def take_out(command: TakeOut, board: Board, out: Services, do: Callable[[TakeOut], Sequence[AlarmEvent]]) -> Answer:
    """Take something out of service, or say why not."""
    scope = Scope(command.scope)
    known = services.known(scope, board.devices, (rule.id for rule in board.rules))
    if command.target not in known:
        kind, target = _SCOPES[scope], command.target
        return refused(Text(f"There is no {kind.en} {target}.", f"不存在{kind.zh_cn} {target}。"))
    if not command.note:
        return refused(Text("Say why it is taken out of service.", "请说明停用原因。"))
    if command.until is not None and command.until <= command.at:
        return refused(Text("That time is over already; give one to come.", "该时刻已过，请给出将来的时刻。"))
    before = out.get(scope, command.target)
    if before is not None and (before.by, before.why, before.until) == (command.by, command.note, command.until):
        return _SO_ALREADY
    return done(Text("Out of service.", "已停用。"), do(command))


def start_drill(
    command: StartDrill,
    board: Board,
    running: Drills,
    do: Callable[[StartDrill, tuple[Device, Sensor]], Sequence[AlarmEvent]],
) -> Answer:
    """Begin a drill, or say why not."""
    place = board.place_of(command.sensor)
    if place is None:
        return refused(Text(f"There is no sensor {command.sensor}.", f"不存在传感器 {command.sensor}。"))
    if not board.moved_by(command.sensor):
        return refused(
            Text(f"No rule watches {command.sensor}; nothing would happen.", f"没有规则监视 {command.sensor}。")
        )
    lasts = Duration(command.until - command.at)
    if not 0 < lasts <= LONGEST:
        longest = lasting(LONGEST / 1000)
        return refused(Text(f"A drill lasts {longest} at most.", f"演练最长 {longest}。"))
    if not possible(place[1].quantity, command.value, place[1].states):
        known = ", ".join(str(state) for state in sorted(place[1].states)) or "0, 1"
        return refused(
            Text(
                f"{command.sensor} is never {command.value:g}; give one of {known}.",
                f"{command.sensor} 不会是 {command.value:g}，请给出 {known} 之一。",
            )
        )
    if running.get(command.sensor) is not None:
        return refused(Text("A drill of it runs already.", "该传感器的演练正在进行。"))
    return done(Text("The drill runs.", "演练已开始。"), do(command, place))


def end_drill(
    command: EndDrill,
    running: Drills,
    do: Callable[[Drilling, Instant, EndDrill | None, str], Sequence[AlarmEvent]],
) -> Answer:
    """End a drill, or say that there is none."""
    drilling = running.get(command.sensor)
    if drilling is None:
        return _SO_ALREADY
    return done(Text("The drill is over.", "演练已结束。"), do(drilling, command.at, command, ""))


_SCOPES = {
    Scope.DEVICE: Text("device", "设备"),
    Scope.SENSOR: Text("sensor", "传感器"),
    Scope.ROOM: Text("room", "机房"),
    Scope.RULE: Text("rule", "规则"),
}


def put_back(
    command: PutBack,
    out: Services,
    do: Callable[[OutOfService, Instant, PutBack | None], Sequence[AlarmEvent]],
) -> Answer:
    """Put something back in service, or say that it is."""
    found = out.get(Scope(command.scope), command.target)
    if found is None:
        return _SO_ALREADY
    return done(Text("In service again.", "已恢复投用。"), do(found, command.at, command))
