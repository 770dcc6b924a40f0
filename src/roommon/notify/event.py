"""What happened, as roommon's MQTT payload tells it (docs/asyncapi.yaml), or as this program found out by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text

BEGINS: Final = frozenset({"raised", "released", "repeated", "out_of_service", "drill_started"})
"""Triggers that say that something stands: told by the routes. All others follow up on one of these."""
_GOES_ON: Final = frozenset({"released", "repeated"})
_ACTIVE: Final = frozenset({"unacknowledged", "acknowledged"})
_LARGEST: Final = 1 << 53
OWN: Final = "notify."
"""How the alarms begin that this program makes itself."""


class NotAnEvent(Exception):
    """The payload is none of roommon's; its message says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One transition of one alarm."""

    site: str
    number: int | None
    """roommon's own, growing by one; None for what this program found out."""
    at: Instant
    alarm: str
    priority: Priority
    state: str
    trigger: str
    tell: bool
    text: Text
    response: Text
    room: str = ""
    tier: int = 0
    drill: bool = False
    suppressed: bool = False
    by: str | None = None
    note: str | None = None
    since: Instant | None = None
    """When the alarm began, where this is a later word on it and we know."""
    handed_over: int = 0
    """How many alarms stood, this one among them, when whoever is told took over the duty; 0: no matter of that."""

    @property
    def begins(self) -> bool:
        """Whether it says that something stands; else it follows up on what was told before."""
        return self.trigger in BEGINS

    @property
    def goes_on(self) -> bool:
        """Whether it says that something stands which began before."""
        return self.trigger in _GOES_ON

    @property
    def is_over(self) -> bool:
        """Whether nothing more follows."""
        return self.state == "normal"

    @property
    def stands(self) -> bool:
        """Whether the condition is there, and nothing keeps people from being told."""
        return self.state in _ACTIVE and not self.suppressed

    @property
    def is_own(self) -> bool:
        """Whether this program found it out."""
        return self.alarm.startswith(OWN)


def parsed(site: str, payload: bytes) -> Event:
    """Return the event or alarm state that `payload` tells; members that nobody knows are left aside.

    Raises:
        NotAnEvent: it tells none.
    """
    try:
        document = json.loads(payload)
        return _event(site, document)
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnEvent(f"{type(error).__name__}: {error}") from error


def said_at(payload: bytes) -> Instant:
    """Return when the message `payload` was said; raise NotAnEvent."""
    try:
        document = json.loads(payload)
        return instant(document["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnEvent(f"{type(error).__name__}: {error}") from error


def _event(site: str, document: Mapping[str, object]) -> Event:
    return Event(
        site=site,
        number=_whole(document["number"]),
        at=instant(document["at"]),
        alarm=_words(document["alarm"]),
        priority=Priority[_words(document["priority"]).upper()],
        state=_words(document["state"]),
        trigger=_words(document["trigger"]),
        tell=document["tell"] is True,
        text=_text(document, "text"),
        response=_text(document, "response"),
        room=_words(document["room"]),
        tier=_whole(document.get("tier", 0)),
        drill=document.get("drill") is True,
        suppressed=document.get("suppression") is not None,
        by=_perhaps(document.get("by")),
        note=_perhaps(document.get("note")),
    )


def _text(document: Mapping[str, object], name: str) -> Text:
    """Return `name` in each language; a roommon that tells it in its site's alone is taken at its word."""
    plain = _words(document[name])
    given = document.get("words")
    words = (
        {key: each.get(name) for key, each in given.items() if isinstance(each, dict)}
        if isinstance(given, dict)
        else {}
    )
    return Text(_perhaps(words.get("en")) or plain, _perhaps(words.get("zh-CN")) or plain)


def _words(value: object) -> str:
    """Return the text `value` in one line: what no header, command line or file can hold is left out."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return " ".join("".join(each if each.isprintable() else " " for each in value).split())


def _perhaps(value: object) -> str | None:
    return _words(value) if isinstance(value, str) else None


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _LARGEST:
        raise TypeError(f"{value!r} is no whole number that can be")
    return value


def instant(value: object) -> Instant:
    """Return the instant that ISO 8601 words with a zone mean.

    Raises:
        ValueError: they mean none.
        TypeError: it is no text.
    """
    moment = datetime.fromisoformat(_words(value))
    if moment.tzinfo is None:
        raise ValueError(f"{value!r} has no zone")
    return Instant(round(moment.timestamp() * 1000))
