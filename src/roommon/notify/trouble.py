"""What this program finds out by itself, told like an alarm: it stands until it is over, and then that is told."""

import logging
from collections.abc import Callable
from typing import Final

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify.event import OWN, Event
from roommon.notify.queue import Queue
from roommon.notify.settings import Settings, Target
from roommon.notify.telling import decider

_log = logging.getLogger(__name__)

CHECK: Final = Text(
    "Look at it now: until it is well, alarms may not reach people.", "请立即检查：恢复之前，告警可能无法送达。"
)


class Troubles:
    """Tells those of `trouble:` what is wrong; what stands is in the queue, so a restart tells nothing twice."""

    def __init__(self, settings: Settings, queue: Queue, now: Callable[[], Instant], wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to deliver."""
        self._settings = settings
        self._queue = queue
        self._now = now
        self._wake = wake

    def begin(
        self, site: str, name: str, text: Text, response: Text = CHECK, *, spared: frozenset[Target] = frozenset()
    ) -> bool:
        """Tell that something is wrong, unless it stands already; return whether it is new."""
        if self._queue.begun(site, OWN + name):
            return False
        _log.warning("%s: %s", OWN + name, text.en)
        self._take(self._event(site, name, "raised", text, response), spared)
        return True

    def once(self, site: str, name: str, text: Text, response: Text = CHECK) -> None:
        """Tell something that has no end."""
        _log.warning("%s: %s", OWN + name, text.en)
        self._take(self._event(site, name, "raised", text, response, state="normal"), frozenset())

    def over(self, site: str, name: str, text: Text) -> None:
        """Tell those who were told that it is well again; nothing when it does not stand."""
        if not self._queue.begun(site, OWN + name):
            return
        _log.info("%s: %s", OWN + name, text.en)
        self._take(self._event(site, name, "returned", text, Text.same(""), state="normal"), frozenset())

    def _take(self, event: Event, spared: frozenset[Target]) -> None:
        now = self._now()
        self._queue.take(event, now, decider(self._settings, now, spared))
        self._wake()

    def _event(
        self, site: str, name: str, trigger: str, text: Text, response: Text, state: str = "unacknowledged"
    ) -> Event:
        return Event(
            site=site,
            number=None,
            at=self._now(),
            alarm=OWN + name,
            priority=Priority.CRITICAL,
            state=state,
            trigger=trigger,
            tell=True,
            text=text,
            response=response,
        )
