"""Takes what the broker brings: events to the queue, and what tells whether roommon is there.

An event is acknowledged when it is on the disk. States that the broker retains tell what stands and was never heard of:
at the first start, after a session that the broker lost, and where an event is missing for good. They wait for the
events that may still follow, since the same number is then no news.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from roommon.alerts.topics import Topics
from roommon.model.clock import Instant
from roommon.model.device import SiteId
from roommon.model.text import Text
from roommon.notify.error import QueueUnusable
from roommon.notify.event import Event, NotAnEvent, parsed, said_at
from roommon.notify.mqtt import Arrived
from roommon.notify.queue import Queue
from roommon.notify.settings import Settings
from roommon.notify.telling import decider, still_standing
from roommon.notify.trouble import Troubles

TRY_AGAIN_S: Final = 5.0
"""How long a disk that takes nothing is left alone."""
ALIVE: Final = "alive"
OFFLINE: Final = "offline"
_log = logging.getLogger(__name__)


class Intake:
    """Folds what arrives, one message after the other."""

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        troubles: Troubles,
        now: Callable[[], Instant],
        wake: Callable[[], None],
    ) -> None:
        """`wake` is called when there is something to deliver."""
        self._settings = settings
        self._queue = queue
        self._troubles = troubles
        self._now = now
        self._wake = wake
        self._arrived: asyncio.Queue[Arrived] = asyncio.Queue()
        prefix = settings.top.broker.prefix
        self._sites = {f"{prefix}/{site}/": Topics(prefix, SiteId(site)) for site in settings.top.sites}
        self._retained: dict[tuple[str, str], tuple[Event, float]] = {}

    @property
    def topics(self) -> list[str]:
        """What it wants of the broker."""
        return [
            topic for each in self._sites.values() for topic in (each.status, each.event, each.alive, each.every_alarm)
        ]

    def receive(self, message: Arrived) -> None:
        """Take `message` in turn; the broker sends no more than a few before they are acknowledged."""
        self._arrived.put_nowait(message)

    async def run(self) -> None:
        """Fold for ever."""
        while True:
            message = await self._arrived.get()
            while not self._is_taken(message):  # noqa: ASYNC110 - a disk tells nobody when it is well
                await asyncio.sleep(TRY_AGAIN_S)
            message.acknowledge()

    def _is_taken(self, message: Arrived) -> bool:
        """Fold `message`; return False when the disk does not take it."""
        try:
            self._fold(message)
        except QueueUnusable as error:
            _log.error("the queue takes nothing: %s; what arrives stays with the broker", error)
            return False
        except Exception:  # noqa: BLE001 - else the broker sends it again for ever, and nobody is told of any other
            _log.exception("%s: a message is left aside: a bug", message.topic)
        return True

    def _fold(self, message: Arrived) -> None:
        site = next((each for start, each in self._sites.items() if message.topic.startswith(start)), None)
        if site is None:
            return
        if message.topic == site.status:
            self._status(site, message)
        elif message.topic == site.alive:
            self._alive(site, message.payload)
        elif message.topic == site.event:
            self._event(site, message)
        elif message.retained and message.payload:
            self._state(site, message)

    def _event(self, site: Topics, message: Arrived) -> None:
        try:
            event = parsed(site.site, message.payload)
        except NotAnEvent as error:
            _log.error("%s: a message that is no event is left aside: %s", message.topic, error)
            return
        self._take(event)

    def _take(self, event: Event) -> None:
        now = self._now()
        if self._queue.take(event, now, decider(self._settings, now)):
            self._heard(event.site, event.at)
            self._wake()

    def _status(self, site: Topics, message: Arrived) -> None:
        """Note whether roommon is there; a retained `online` may be the last word of one that is dead."""
        if message.payload == b"offline":
            if self._queue.heard(site.site, OFFLINE) is None:
                self._queue.hear(site.site, OFFLINE, self._now())
            return
        self._queue.unheard(site.site, OFFLINE)
        if not message.retained:
            self._heard(site.site, self._now())

    def _alive(self, site: Topics, payload: bytes) -> None:
        try:
            self._heard(site.site, said_at(payload))
        except NotAnEvent as error:
            _log.error("%s: a message that is no event is left aside: %s", site.alive, error)

    def _heard(self, site: SiteId | str, at: Instant) -> None:
        """Note that something of `site` was said at `at`, which may be old when the broker kept it."""
        before = self._queue.heard(site, ALIVE) or 0
        at = min(at, self._now())
        if at > before:
            self._queue.hear(site, ALIVE, at)

    def _state(self, site: Topics, message: Arrived) -> None:
        try:
            event = parsed(site.site, message.payload)
        except NotAnEvent:
            return
        self._retained[event.site, event.alarm] = (event, asyncio.get_running_loop().time())

    def look(self) -> None:
        """Take the retained states that no event explained, and tell what is missing for good."""
        settled = asyncio.get_running_loop().time() - self._settings.top.trouble.settle / 1000
        for key, (event, since) in list(self._retained.items()):
            if since <= settled:
                del self._retained[key]
                self._stands(event)
        for gap in self._queue.ripe_gaps(Instant(self._now() - self._settings.top.trouble.gap_after)):
            self._tell_gap(gap.site, gap.missing)

    def _stands(self, event: Event) -> None:
        known = self._queue.has(event.site, event.number or 0, event.at) or self._queue.begun(event.site, event.alarm)
        if event.stands and not known:
            _log.info("%s stands, and its event did not come", event.alarm)
            self._take_state(still_standing(event))

    def _take_state(self, event: Event) -> None:
        now = self._now()
        if self._queue.take(event, now, decider(self._settings, now), from_state=True):
            self._wake()

    def _tell_gap(self, site: str, missing: tuple[int, ...]) -> None:
        numbers = f"{missing[0]}" if len(missing) == 1 else f"{missing[0]}..{missing[-1]}"
        self._troubles.once(
            site,
            "gap",
            Text(
                f"{len(missing)} events of {site} did not arrive (number {numbers})",
                f"{site} 有 {len(missing)} 个事件未收到（编号 {numbers}）",
            ),
            Text(
                "`roommon history` has them; look at the broker's limits.",
                "可用 `roommon history` 查看；请检查 MQTT 代理的容量限制。",
            ),
        )
