"""Tells whoever takes over the duty what stands: one message, and nothing when nothing stands."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from roommon.model.clock import Instant
from roommon.notify import rota, routing
from roommon.notify.event import Event
from roommon.notify.queue import Duty, Queue
from roommon.notify.settings import Rota, Settings, Target

_CLOCK_SET_MS: Final = 86_400_000
"""Who took over less than this in the future did so before the clock was set back, and is not told again."""
_log = logging.getLogger(__name__)


class HandOver:
    """Sees when a rota turns; who has the duty is in the queue, so a restart at that moment tells nobody twice."""

    def __init__(self, settings: Settings, queue: Queue, now: Callable[[], Instant], wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to deliver."""
        self._settings = settings
        self._queue = queue
        self._now = now
        self._wake = wake
        self._started_at = now()
        queue.forget_duties(settings.rotas)

    def look(self) -> None:
        """Tell what stands to everybody who took over since the last look."""
        for each in self._settings.rotas.values():
            self._look_at(each, self._now())

    def _look_at(self, turning: Rota, at: Instant) -> None:
        person, before = rota.on_duty(turning, at), self._queue.duty(turning.id)
        duty, began = Duty(turning.id, person, at), rota.day_began(turning, at)
        if before is None:
            self._queue.hand_over(duty, began, _to_nobody)
        elif before.person != person and not self._waits(began, at) and not 0 < before.at - at < _CLOCK_SET_MS:
            self._hand_over(duty, began)

    def _waits(self, began: Instant, at: Instant) -> bool:
        """Return whether a turn that we missed waits for what the broker kept: some of it may have ended meanwhile."""
        return began < self._started_at and abs(at - self._started_at) < self._settings.top.trouble.settle

    def _hand_over(self, duty: Duty, began: Instant) -> None:
        def decide(event: Event) -> Mapping[Target, Instant]:
            return routing.targets(self._settings, event, duty.at, duty.rota)

        count = self._queue.hand_over(duty, began, decide)
        _log.info("%s: %s has the duty now; %d alarms stand", duty.rota, duty.person, count)
        if count:
            self._wake()


def _to_nobody(_event: Event) -> Mapping[Target, Instant]:
    """Return who is told by a first look: whoever has the duty has it already."""
    return {}
