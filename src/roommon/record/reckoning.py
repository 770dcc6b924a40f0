"""How the figures of an alarm system are reckoned from the record.

What is counted is what people were shown: an alarm counts once each time that it was raised and nothing kept it from
them, also where a flood kept it from being told singly. Time that nobody watched is not known to have had no alarms; it
counts as watched.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmEvent, AlarmId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.suppression import SuppressedAs
from roommon.record.figures import (
    ACCEPTABLE_PER_DAY,
    DAY,
    MOST_PER_10_MIN,
    SHORT,
    Figures,
    Floods,
    Rate,
    Span,
    Waits,
)
from roommon.record.lives import Life, lives
from roommon.rules import flood

_STALE = DAY
_TOP = 10


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
    during = [one.event for one in known if span.has(one.event.at) and not one.event.drill]
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
    return span.shared(Instant(life.begun + _STALE), end) > 0


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
