"""What a person reads of one event or of several, in their language: a mail's two parts, or one SMS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import quote

from roommon.model.alarm import Priority
from roommon.model.clock import Instant, lasting
from roommon.model.text import Language, Text
from roommon.notify import gsm
from roommon.notify.event import Event

PRIORITIES: Final[Mapping[Priority, Text]] = {
    Priority.CRITICAL: Text("CRITICAL", "紧急"),
    Priority.HIGH: Text("HIGH", "高"),
    Priority.MEDIUM: Text("medium", "中"),
    Priority.LOW: Text("low", "低"),
}
_DRILL: Final = Text("DRILL", "演练")
AT_MOST: Final = 40
"""Events that one message spells out; of more it says how many."""
_STILL: Final[Mapping[str, Text]] = {
    "returned_unacknowledged": Text("Somebody has yet to acknowledge it.", "仍需确认。"),
    "latched_unacknowledged": Text("Somebody has yet to acknowledge and reset it.", "仍需确认并复位。"),
    "latched_acknowledged": Text("Somebody has yet to reset it.", "仍需复位。"),
}
"""What is left to do about an alarm whose condition is over, by its state."""
_LEAST: Final = 10
"""Letters of what to do that are worth a place in an SMS."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """What one person is told at once."""

    events: tuple[Event, ...]
    """The most urgent first, those of one alarm as they came; one at least."""
    language: Language
    zone: tzinfo
    link: str | None = None
    """Where to see and acknowledge: `https://box.example/alarms/{alarm}`."""
    several_sites: bool = False

    @property
    def urgent(self) -> Event:
        """The event that matters most: the latest word on the alarm that does."""
        first = self.events[0]
        return [each for each in self.events if (each.site, each.alarm) == (first.site, first.alarm)][-1]

    @property
    def subject(self) -> str:
        """One line: the event itself, or how many there are and the most urgent of them."""
        lead = self._lead()
        return f"{lead}{self._say(': ', '：')}{self._head(self.urgent)}" if lead else self._head(self.urgent)

    @property
    def body(self) -> str:
        """All of it: a paragraph for each event."""
        told = [self._paragraph(event) for event in self.events[:AT_MOST]]
        more = len(self.events) - AT_MOST
        if more > 0:
            told.append(
                self._say(
                    f"... and {more} more; `roommon notify log` has them.",
                    f"……另有 {more} 条，见 `roommon notify log`。",
                )
            )
        return "\n\n".join(told)

    @property
    def whole(self) -> str:
        """Subject and body for channels that have one field; a single event says its line once."""
        return f"{self.subject}\n\n{self.body}" if self._lead() else self.body

    @property
    def sms(self) -> str:
        """One SMS: what, where, the value, as much of what to do as there is room for, and the link if it fits."""
        event, lead = self.urgent, self._lead()
        lead = f"{lead}{self._say('. ', '。')}" if lead else ""
        text, response = self._words(event.text), self._what_to_do(event)
        plain = f"{lead}{self._mark(event)}{text}"
        placed = f"{lead}{self._mark(event)}{event.room}{self._say(': ', '：')}{text}"
        said = _sms(plain, placed if event.room and event.room not in text else plain, response, self.language)
        linked = f"{said} {self.link_to(event)}"
        return linked if self.link_to(event) and gsm.fits(linked) else said

    @property
    def click(self) -> str | None:
        """Where the most urgent event is seen and acknowledged."""
        return self.link_to(self.urgent) or None

    def _paragraph(self, event: Event) -> str:
        lines = [self._head(event), self._what_to_do(event), self._words_of_person(event), self._place(event)]
        return "\n".join(filter(None, [*lines, self._when(event), self.link_to(event)]))

    def _what_to_do(self, event: Event) -> str:
        """Return what to do where something stands; of what follows on it, what is left to do."""
        if event.begins or event.handed_over:
            return self._words(event.response)
        return self._words(_STILL.get(event.state, Text.same("")))

    def _when(self, event: Event) -> str:
        """Return when it happened, and when that began which it is about."""
        if event.since is None:
            return self._moment(event.at)
        lasted = lasting((event.at - event.since) / 1000)
        return self._say(
            f"{self._moment(event.at)}, {lasted} after it began ({self._moment(event.since)})",
            f"{self._moment(event.at)}，距发生 {lasted}（{self._moment(event.since)}）",
        )

    def _moment(self, instant: Instant) -> str:
        at = (_EPOCH + timedelta(milliseconds=instant)).astimezone(self.zone)
        return f"{at:%Y-%m-%d %H:%M:%S} {at:%Z}".rstrip()

    def _head(self, event: Event) -> str:
        return f"[{self._mark(event).strip()}] {self._words(event.text)}"

    def _mark(self, event: Event) -> str:
        """Return the priority; a drill says so before it, whatever the text says."""
        mark = self._words(PRIORITIES[event.priority])
        if event.drill and self._words(_DRILL) not in self._words(event.text):
            mark = f"{self._words(_DRILL)} {mark}"
        return f"{mark} "

    def _words_of_person(self, event: Event) -> str:
        given = self._words(event.text)
        return event.note if event.note and event.note not in given else ""

    def _place(self, event: Event) -> str:
        place = [event.site, event.room] if self.several_sites or not event.room else [event.room]
        return f"{' / '.join(filter(None, place))} · {event.alarm}"

    def link_to(self, event: Event) -> str:
        """Return where `event` is seen and acknowledged; empty where there is no such page."""
        if self.link is None or event.is_own:
            return ""
        return self.link.replace("{alarm}", quote(event.alarm, safe="")).replace("{site}", quote(event.site, safe=""))

    def _lead(self) -> str:
        """Return what goes before the most urgent event; empty when it is the only one."""
        handed = sum(event.handed_over > 0 for event in self.events)
        counted = self._count() if len(self.events) > max(handed, 1) else ""
        return self._say("; ", "；").join(filter(None, [self._on_call(handed), counted]))

    def _on_call(self, handed: int) -> str:
        """Return that the duty is theirs, and how much stood when they took over; `handed` of it is told here."""
        if not handed:
            return ""
        stood = max(handed, *(event.handed_over for event in self.events))
        en = (
            f"You are on call now: {stood} alarm stands" if stood == 1 else f"You are on call now: {stood} alarms stand"
        )
        part = self._say(f", {handed} of them here", f"（此处 {handed} 条）") if handed < stood else ""
        return self._say(en, f"现由您值班，当前告警 {stood} 条") + part

    def _count(self) -> str:
        number = len(self.events)
        urgent = sum(event.priority is self.urgent.priority for event in self.events)
        name = self._words(PRIORITIES[self.urgent.priority])
        return self._say(f"{number} messages, {urgent} {name}", f"{number} 条消息，{name} {urgent} 条")

    def _words(self, text: Text) -> str:
        return text.in_language(self.language)

    def _say(self, en: str, zh_cn: str) -> str:
        return Text(en, zh_cn).in_language(self.language)


def _ended(text: str, language: Language) -> str:
    """Return `text` as a sentence that another may follow."""
    if text.endswith((".", "。", "!", "！", "?", "？")):
        return text if language is Language.CHINESE else f"{text} "
    return f"{text}。" if language is Language.CHINESE else f"{text}. "


def _sms(plain: str, placed: str, response: str, language: Language) -> str:
    """Return what one SMS can say: the name of the room goes first, then what to do, and last the end of the text."""
    for start in (placed, plain):
        whole = gsm.plainer(_ended(start, language) + response).rstrip()
        if gsm.fits(whole):
            return whole
    bare, with_room = gsm.plainer(plain), gsm.plainer(placed)
    some = gsm.cut(whole)
    if gsm.fits(bare) and len(some) >= len(bare) + _LEAST:
        return some
    return with_room if gsm.fits(with_room) else gsm.cut(bare)
