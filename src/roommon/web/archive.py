"""What the pages ask of the journal beyond the present: read in a thread, so that no beat waits for it."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlencode

from roommon.journal.reader import JournalReader
from roommon.journal.search import Wanted
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.record import incident_pages
from roommon.record.drills import gathered
from roommon.record.gathering import Causes
from roommon.record.handover import parts
from roommon.record.shift import NOTHING_KNOWN, known, missing, shift
from roommon.web import shifts
from roommon.web.dues import dues
from roommon.web.facts import Building, Present
from roommon.web.trends import SPANS, USUAL, Course, course

T = TypeVar("T")
_PAGE = 50
_ALL = 1 << 31
_DAY = 86_400_000
_DAYS = (7, 30, 90, 365)

_ALARMS = Text("Alarms", "告警")
_RECORD = Text("Who did what", "操作记录")
_NUMBERS = 12
"""Digits of an event's number, at most."""


class Archive:
    """One journal."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def read(self, look: Callable[[JournalReader], T]) -> T:
        """Return what `look` finds.

        Raises:
            JournalError: the journal cannot be read.
        """
        return await asyncio.to_thread(self._read, look)

    def _read(self, look: Callable[[JournalReader], T]) -> T:
        with JournalReader(self._path) as reader:
            return look(reader)

    async def events(self, here: str, query: Mapping[str, str], *, by_people: bool = False) -> Mapping[str, object]:
        """Return a page of the events that `query` asks for."""
        wanted = Wanted(words=query.get("words", "").strip(), priority=_priority(query), by_people=by_people)
        return {
            **await self._page(wanted, here, query),
            "title": _RECORD if by_people else _ALARMS,
        }

    async def logins(self, here: str, query: Mapping[str, str]) -> Mapping[str, object]:
        """Return a page of those who logged in, tried to and logged out."""
        before = _number(query.get("before", ""))
        found = await self.read(lambda reader: reader.logins(before, _PAGE + 1))
        shown = found[:_PAGE]
        older = f"{here}?{urlencode({'before': shown[-1].number})}" if len(found) > _PAGE else ""
        return {"logins": shown, "older": older, "newer": here if before is not None else ""}

    async def course(self, sensor: SensorId, now: Instant, query: Mapping[str, str]) -> tuple[str, Course]:
        """Return the span that `query` asks for, and how `sensor` went in it."""
        chosen = query.get("span", "")
        chosen = chosen if chosen in SPANS else USUAL
        since = Instant(now - SPANS[chosen][1])
        return chosen, await self.read(lambda reader: course(reader, sensor, since, now))

    async def incidents(self, causes: Causes, now: Instant, query: Mapping[str, str]) -> Mapping[str, object]:
        """Return the incidents of the last days, the newest first."""
        days = _days(query.get("days", ""))
        since, before = Instant(now - days * _DAY), _number(query.get("before", ""))
        found = await self.read(lambda reader: incident_pages.newest(reader, causes, since, before, _PAGE + 1))
        shown = found[:_PAGE]
        older = f"?{urlencode({'days': days, 'before': shown[-1].id})}" if len(found) > _PAGE else ""
        newer = f"?{urlencode({'days': days})}" if before is not None else ""
        return {"incidents": shown, "days": days, "choices": _DAYS, "older": older, "newer": newer}

    async def incident(self, number: str, causes: Causes) -> Mapping[str, object] | None:
        """Return the incident that began with event `number`; None when there is none."""
        asked = _number(number) or 0
        wanted = await self.read(lambda reader: incident_pages.numbered(reader, causes, asked))
        if wanted is None:
            return None
        return {"incident": wanted, "links": {member.life.number: member for member in wanted.members}}

    async def hand_over(self, causes: Causes, now: Instant, query: Mapping[str, str]) -> Mapping[str, object]:
        """Return the text for the next shift, of the shift that `query` asks for."""
        form = {"begins": query.get("from", ""), "ends": query.get("to", "")}
        try:
            asked = shifts.asked(query, now)
        except Invalid as error:
            return {**form, "shift": None, "wrong": error.words}
        found, of = await self.read(
            lambda reader: (
                shift(reader, asked.begin, asked.end, now, causes),
                known(reader, asked.begin, asked.end),
            )
        )
        return {
            "begins": shifts.written(asked.begin),
            "ends": "" if asked.is_running else shifts.written(asked.end),
            "shift": None if of is None else found,
            "wrong": NOTHING_KNOWN if of is None else None,
            "missing": None if of is None else missing(of, asked.begin, asked.end),
            "parts": parts(found),
            "before": asked.before,
            "after": None if asked.is_running else asked.after(now),
        }

    async def drills(self, building: Building, present: Present, query: Mapping[str, str]) -> Mapping[str, object]:
        """Return which rules should be drilled, the worst first, and the drills of the last days, the newest first."""
        days = _days(query.get("days", ""), _DAYS[-1])
        events = await self.read(lambda reader: reader.search(Wanted(drills=True), at_most=_ALL))
        found = gathered(one.event for one in reversed(events))
        since = present.at - days * _DAY
        return {
            "dues": dues(building.demands, present.drilled, found, present.at),
            "drills": [drill for drill in reversed(found) if drill.begun.at >= since],
            "days": days,
            "choices": _DAYS,
        }

    async def history(self, alarm: str, here: str, query: Mapping[str, str]) -> Mapping[str, object]:
        """Return a page of the events of one alarm."""
        return await self._page(Wanted(alarm=alarm), here, query)

    async def _page(self, wanted: Wanted, here: str, query: Mapping[str, str]) -> Mapping[str, object]:
        before = _number(query.get("before", ""))
        found = await self.read(lambda reader: reader.search(wanted, before, _PAGE + 1))
        shown = found[:_PAGE]
        others = {key: value for key, value in query.items() if key in ("words", "priority")}
        older = f"{here}?{urlencode({**others, 'before': shown[-1].number})}" if len(found) > _PAGE else ""
        newer = f"{here}?{urlencode(others)}" if before is not None else ""
        return {"wanted": wanted, "events": shown, "older": older, "newer": newer}


def _days(written: str, usual: int = _DAYS[0]) -> int:
    return int(written) if written in {str(each) for each in _DAYS} else usual


def _priority(query: Mapping[str, str]) -> Priority | None:
    return {each.name.lower(): each for each in Priority}.get(query.get("priority", ""))


def _number(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) <= _NUMBERS else None
