"""What a person reads of one event or of several, in their language: a mail's two parts, or one SMS."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import quote

from roommon.model.alarm import Priority
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
_LEAST: Final = 10
"""Letters of what to do that are worth a place in an SMS."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """What one person is told at once."""

    events: tuple[Event, ...]
    """The most urgent first; one at least."""
    language: Language
    zone: tzinfo
    link: str | None = None
    """Where to see and acknowledge: `https://box.example/alarms/{alarm}`."""
    several_sites: bool = False

    @property
    def urgent(self) -> Event:
        """The event that matters most."""
        return self.events[0]

    @property
    def subject(self) -> str:
        """One line: the event itself, or how many there are and the most urgent of them."""
        if len(self.events) == 1:
            return self._head(self.urgent)
        return f"{self._count()}{self._say(': ', '：')}{self._head(self.urgent)}"

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
        return self.body if len(self.events) == 1 else f"{self.subject}\n\n{self.body}"

    @property
    def sms(self) -> str:
        """One SMS: what, where, the value, and as much of what to do as there is room for."""
        event = self.urgent
        lead = "" if len(self.events) == 1 else f"{self._count()}{self._say('. ', '。')}"
        text, response = self._words(event.text), self._words(event.response)
        plain = f"{lead}{self._mark(event)}{text}"
        placed = f"{lead}{self._mark(event)}{event.room}{self._say(': ', '：')}{text}"
        return _sms(plain, placed if event.room and event.room not in text else plain, response, self.language)

    @property
    def click(self) -> str | None:
        """Where the most urgent event is seen and acknowledged."""
        return self._link(self.urgent) or None

    def _paragraph(self, event: Event) -> str:
        at = (_EPOCH + timedelta(milliseconds=event.at)).astimezone(self.zone)
        lines = [self._head(event), self._words(event.response), self._words_of_person(event), self._place(event)]
        return "\n".join(filter(None, [*lines, f"{at:%Y-%m-%d %H:%M:%S} {at:%Z}".rstrip(), self._link(event)]))

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

    def _link(self, event: Event) -> str:
        if self.link is None or event.is_own:
            return ""
        return self.link.replace("{alarm}", quote(event.alarm, safe="")).replace("{site}", quote(event.site, safe=""))

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
