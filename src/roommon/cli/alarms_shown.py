"""What `roommon alarms` says of each alarm: what it is, who has it, and why people are not told."""

from collections.abc import Iterator
from dataclasses import dataclass

from roommon.cli.moments import local
from roommon.cli.spoken import say
from roommon.cli.words import STATES, word
from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent
from roommon.journal.standing import TAKEN, StandingAlarm
from roommon.model.alarm import AlarmEvent, AlarmId, State, Trigger
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.rules.state import AlarmState, Shelf


@dataclass(frozen=True, slots=True)
class Shelved:
    """An alarm that is normal and on the shelf."""

    alarm: AlarmId
    shelf: Shelf
    event: NumberedEvent | None
    """That said so."""


def shelved(reader: JournalReader) -> list[Shelved]:
    """Return what is on the shelf while it is normal, by name."""
    return [
        Shelved(AlarmId(name), state.shelf, reader.newest(AlarmId(name), Trigger.SHELVED))
        for name, state in sorted(reader.states().items())
        if isinstance(state, AlarmState) and state.shelf is not None and state.state is State.NORMAL
    ]


def state(alarm: StandingAlarm) -> str:
    """Return where it is in its life, and who has it."""
    event, taken = alarm.event, alarm.acknowledged
    if event.trigger is Trigger.OUT_OF_SERVICE:
        return say("out of service", "已停用")
    words = word(STATES[event.state])
    if event.state not in TAKEN or taken is None or taken.by is None:
        return words
    return say(f"{words} by {taken.by}", f"{taken.by}：{words}")


def details(alarm: StandingAlarm) -> Iterator[str]:
    """Yield what else is known of it, a line each."""
    event = alarm.event
    if event.suppression is not None:
        yield kept_from_people(event.suppression)
    if event.count:
        yield say(f"unstable: it came and went {event.count} times", f"不稳定：已反复 {event.count} 次")
    if alarm.repeated is not None and event.state not in TAKEN:
        yield _told_again(alarm.repeated)
    for said in (alarm.acknowledged, alarm.noted):
        if said is not None and said.note and said.by:
            yield f"{said.by} {local(said.at)}{say(': ', '：')}{said.note}"


def kept_from_people(suppression: Suppression) -> str:
    """Return why people are not told, until when, by whom."""
    by, why, since = suppression.by, suppression.why, local(suppression.since)
    end = "" if suppression.until is None else local(suppression.until)
    until = say(f" until {end}", f"至 {end}") if end else ""
    match suppression.kind:
        case SuppressedAs.SHELVED:
            return say(f"shelved by {by}{until}: {why}", f"{by} 已搁置{until}：{why}")
        case SuppressedAs.OUT_OF_SERVICE:
            return say(f"out of service by {by} since {since}{until}: {why}", f"{by} 自 {since} 停用{until}：{why}")
        case SuppressedAs.BY_DESIGN:
            return say(f"not told since {since}, explained by {why}", f"自 {since} 起不通知，原因：{why}")


def on_the_shelf(each: Shelved) -> str:
    """Return how an alarm that is normal was set aside."""
    shelf, until = each.shelf, local(each.shelf.until)
    one_shot = say(", or until it is normal again", "，恢复正常即结束") if shelf.one_shot else ""
    return say(
        f"{each.alarm}  by {shelf.by} until {until}{one_shot}: {shelf.why}",
        f"{each.alarm}  {shelf.by} 搁置至 {until}{one_shot}：{shelf.why}",
    )


def _told_again(event: AlarmEvent) -> str:
    at = local(event.at)
    if not event.tier:
        return say(f"told again {at}", f"{at} 再次通知")
    return say(f"told again {at}, escalated to tier {event.tier}", f"{at} 再次通知，已升级至第 {event.tier} 级")
