"""What comes of one event: whom to tell, and when at the earliest. Pure, apart from what the queue knows."""

from dataclasses import replace

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.notify import routing
from roommon.notify.event import Event
from roommon.notify.queue import Decide, Known, Plan
from roommon.notify.settings import Settings, Target

_STANDS = "repeated"


def decider(settings: Settings, now: Instant, spared: frozenset[Target] = frozenset()) -> Decide:
    """Return what decides at `now` who is told; the `spared` are not, for it is their channel that fails."""

    def decide(event: Event, known: Known) -> Plan:
        messages = _messages(settings, event, known, now)
        return Plan(
            {each: begin for each, begin in messages.items() if each not in spared}, _due_at(settings, event, now)
        )

    return decide


def _messages(settings: Settings, event: Event, known: Known, now: Instant) -> dict[Target, Instant]:
    """Return who is told: of what begins, those of the routes; of what follows, those who were told of its beginning.

    What follows on a beginning that never reached us goes by the routes too: somebody may stand in the room.
    """
    if event.begins or not known.begun:
        return routing.targets(settings, event, now)
    reachable = set(settings.targets())
    return {
        target: routing.not_before(settings, event, target, now) for target in sorted(known.told & reachable, key=str)
    }


def _due_at(settings: Settings, event: Event, now: Instant) -> Instant:
    """Return when it may go: at once if it is critical, else after others had time to come along."""
    return now if event.priority is Priority.CRITICAL else Instant(now + settings.top.delivery.together)


def still_standing(event: Event) -> Event:
    """Return the state of an alarm, of whose event we never heard, as an event that says that it stands."""
    return event if event.begins else replace(event, trigger=_STANDS, tell=True)
