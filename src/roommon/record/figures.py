"""How an alarm system does over a time, in the figures of ANSI/ISA-18.2-2016, clause 16.

What is counted is what people were shown: an alarm counts once each time that it was raised and nothing kept it from
them, also where a flood kept it from being told singly. Time that nobody watched is not known to have had no alarms; it
counts as watched.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.suppression import SuppressedAs
from roommon.record.lives import Life, lives
from roommon.rules import flood

DAY = Duration(86_400_000)
SHORT = Duration(600_000)
"""The ten minutes of the standard."""
STALE = DAY
_TOP = 10


@dataclass(frozen=True, slots=True)
class Span:
    """A time, its end not included."""

    begin: Instant
    end: Instant

    def has(self, at: Instant) -> bool:
        """Return whether `at` is in it."""
        return self.begin <= at < self.end

    @property
    def length(self) -> Duration:
        """How long it is."""
        return Duration(self.end - self.begin)

    def shared(self, begin: Instant, end: Instant) -> Duration:
        """Return how much of the time from `begin` to `end` is in it."""
        return Duration(max(0, min(end, self.end) - max(begin, self.begin)))


@dataclass(frozen=True, slots=True)
class Rate:
    """How many alarms came in a day, or in ten minutes."""

    average: float
    peak: int
    """The most in any time of that length."""
    peak_at: Instant | None
    """When the time with the most began; None when there was no alarm."""
    beyond: float
    """Share of such times, counted from the beginning, with more than the standard lets pass: 0 to 1."""


@dataclass(frozen=True, slots=True)
class Waits:
    """How long alarms waited for a person, in ms; None when nobody acknowledged any."""

    median: Duration | None
    p90: Duration | None
    most: Duration | None
    acknowledged: int
    never: int
    """Alarms that nobody acknowledged."""


@dataclass(frozen=True, slots=True)
class Floods:
    """When there were too many alarms to be told singly."""

    number: int
    longest: Duration
    share: float
    """Of the time, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Figures:
    """All of them."""

    span: Span
    alarms: int
    per_day: Rate
    per_10_min: Rate
    priorities: Mapping[Priority, int]
    different: int
    """Alarms that came at all, each counted once."""
    top: Sequence[tuple[AlarmId, int]]
    """The most frequent, the most first."""
    chattering: Sequence[AlarmId]
    stale: Sequence[AlarmId]
    """Those that stood for more than a day."""
    stale_at_once: int
    """The most of them on one day."""
    waits: Waits
    floods: Floods
    shelved: int
    """How often a person shelved an alarm."""
    suppressed: int
    """Alarms that were explained by another, or by a state."""
    out_of_service: int
    """How often something was taken out of service."""

    @property
    def top_share(self) -> float:
        """What the most frequent alarms are of all, 0 to 1."""
        return sum(count for _, count in self.top) / self.alarms if self.alarms else 0.0

    def share(self, priority: Priority) -> float:
        """Return what the alarms of `priority` are of all, 0 to 1."""
        return self.priorities.get(priority, 0) / self.alarms if self.alarms else 0.0


ACCEPTABLE_PER_DAY = 144
ACCEPTABLE_PER_10_MIN = 1
MOST_PER_DAY = 288
MOST_PER_10_MIN = 10
"""The numbers of the standard's tables: likely to be acceptable, and the most that can be managed."""


def figures(events: Iterable[NumberedEvent], span: Span) -> Figures:
    """Return the figures of `span`; `events` are all of the record, in the order of their numbers.

    Lives that began before `span` are needed to know what stood in it.
    """
    known = list(events)
    own = [one for one in lives(known) if one.alarm != flood.ALARM]
    floods = [one for one in lives(known) if one.alarm == flood.ALARM]
    counted = sorted(_counted(own, floods, span), key=lambda event: event.at)
    times = [event.at for event in counted]
    within = [one for one in own if _overlaps(one, span)]
    during = [one.event for one in known if span.has(one.event.at)]
    return Figures(
        span=span,
        alarms=len(counted),
        per_day=_rate(times, span, DAY, ACCEPTABLE_PER_DAY),
        per_10_min=_rate(times, span, SHORT, MOST_PER_10_MIN),
        priorities=Counter(event.priority for event in counted),
        different=len({event.alarm for event in counted}),
        top=_most(Counter(event.alarm for event in counted)),
        chattering=sorted({one.alarm for one in within if _chatters(one, span)}),
        stale=sorted({one.alarm for one in within if _stale(one, span)}),
        stale_at_once=_stale_at_once(within, span),
        waits=_waits([one for one in own if span.has(one.begun)]),
        floods=_floods(floods, span),
        shelved=sum(event.trigger is Trigger.SHELVED for event in during),
        suppressed=sum(_is_explained(one) for one in own if span.has(one.begun)),
        out_of_service=sum(event.trigger is Trigger.OUT_OF_SERVICE for event in during),
    )


def _overlaps(life: Life, span: Span) -> bool:
    return life.begun < span.end and (life.ended is None or life.ended >= span.begin)


def _counted(own: Iterable[Life], floods: Sequence[Life], span: Span) -> Iterable[AlarmEvent]:
    """Yield the events of `span` by which people were shown an alarm."""
    for life in own:
        shown = False
        for one in life.events:
            event = one.event
            if event.trigger is Trigger.RAISED:
                shown = False
            if shown or event.trigger not in (Trigger.RAISED, Trigger.RELEASED):
                continue
            shown = event.tell or (event.suppression is None and _in_flood(event, floods))
            if shown and span.has(event.at):
                yield event


def _in_flood(event: AlarmEvent, floods: Iterable[Life]) -> bool:
    return any(each.begun <= event.at and (each.ended is None or event.at < each.ended) for each in floods)


def _rate(times: Sequence[Instant], span: Span, piece: Duration, lets_pass: int) -> Rate:
    """Return how many of `times`, which are in order, fall in a `piece` of `span`."""
    pieces = max(1, ceil(span.length / piece))
    found = Counter((at - span.begin) // piece for at in times)
    average = len(times) * piece / span.length if span.length > 0 else 0.0
    beyond = sum(count > lets_pass for count in found.values()) / pieces
    return Rate(average, *_peak(times, piece), beyond)


def _peak(times: Sequence[Instant], piece: Duration) -> tuple[int, Instant | None]:
    """Return the most of `times` that any time as long as `piece` has, and when the first such time begins."""
    most, begin, first = 0, None, 0
    for last, at in enumerate(times):
        while times[first] <= at - piece:
            first += 1
        if last - first + 1 > most:
            most, begin = last - first + 1, times[first]
    return most, begin


def _most(found: Counter[AlarmId]) -> list[tuple[AlarmId, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))[:_TOP]


def _chatters(life: Life, span: Span) -> bool:
    return any(one.event.count and span.has(one.event.at) for one in life.events)


def _stale(life: Life, span: Span) -> bool:
    end = span.end if life.ended is None else life.ended
    return span.shared(Instant(life.begun + STALE), end) > 0


def _stale_at_once(within: Sequence[Life], span: Span) -> int:
    """Return on how many alarms, at most, one day looked that stood for more than a day."""
    days = range(span.begin, span.end, DAY)
    return max((sum(_stale(one, _day(day, span)) for one in within) for day in days), default=0)


def _day(begin: int, span: Span) -> Span:
    return Span(Instant(begin), Instant(min(begin + DAY, span.end)))


def _is_explained(life: Life) -> bool:
    kinds = (one.event.suppression.kind for one in life.events if one.event.suppression)
    return SuppressedAs.BY_DESIGN in kinds


def _waits(begun: Iterable[Life]) -> Waits:
    waited: list[Duration] = []
    never = 0
    for life in begun:
        told = next((one.event for one in life.events if one.event.tell), None)
        seen = life.first_of(Trigger.ACKNOWLEDGED)
        if told is None:
            continue
        if seen is None or seen.by is None:
            never += 1
        else:
            waited.append(Duration(max(0, seen.at - told.at)))
    waited.sort()
    return Waits(_at(waited, 0.5), _at(waited, 0.9), _at(waited, 1.0), len(waited), never)


def _at(ordered: Sequence[Duration], share: float) -> Duration | None:
    """Return the smallest of `ordered` that `share` of them do not exceed (nearest rank)."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _floods(floods: Iterable[Life], span: Span) -> Floods:
    lasted = [span.shared(each.begun, span.end if each.ended is None else each.ended) for each in floods]
    there = [length for length in lasted if length > 0]
    share = sum(there) / span.length if span.length > 0 else 0.0
    return Floods(len(there), max(there, default=Duration(0)), share)
