"""The daily message is made here: how many sensors are good, what stands, what is set aside and until when.

When it is due, the slowest device's beat is waited for, and the message tells what was asked in that time.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, time, timedelta

from roommon.config.site import Site
from roommon.daemon.fold import Fold
from roommon.journal.error import DiskTrouble
from roommon.journal.journal import Journal
from roommon.model.alarm import AlarmEvent
from roommon.model.alive import Alive, SetAside
from roommon.model.clock import Clock, Instant
from roommon.model.reading import Quality, SensorId
from roommon.record.aside import set_aside
from roommon.record.lives import is_true

_LONGEST_S = 900.0
"""How long is listened at most: what beats more slowly is not heard."""
_SLACK_S = 2.0
"""For the slowest answer, after its beat."""


class RollCall:
    """Says once a day that roommon is awake."""

    def __init__(self, site: Callable[[], Site], fold: Fold, journal: Journal, clock: Clock) -> None:
        """`site` returns the one that runs now."""
        self._site = site
        self._fold = fold
        self._journal = journal
        self._clock = clock
        self._stepped = asyncio.Event()
        self.is_listening = False
        """Whether it waits for a beat to be over."""

    async def run(self) -> None:
        """For ever: say it if it was due and was not said, at the start and whenever the clock was set."""
        while True:
            self._stepped.clear()
            await self._catch_up()
            await self._stepped.wait()

    def clock_stepped(self) -> None:
        """Look whether a step of the clock leapt over the time at which it is due."""
        self._stepped.set()

    async def _catch_up(self) -> None:
        with contextlib.suppress(DiskTrouble):
            last = await self._journal.voice.last()
            if last is None or last.at < due_before(self._now(), self._site().alive):
                await self.say()

    async def say(self) -> None:
        """Listen for a beat, and say how it is; one who listens already says it for all."""
        if self.is_listening:
            return
        heard = await self._listen()
        states, standing = await self._journal.states(), await self._journal.standing()
        alarms = [one.event for one in standing]
        await self._journal.voice.say(_told(self._now(), self._site(), heard, alarms, set_aside(states)))

    async def _listen(self) -> Mapping[SensorId, Quality]:
        slowest = max((polled.every for polled in self._site().devices), default=0) / 1000
        since, self.is_listening = self._now(), True
        try:
            await asyncio.sleep(min(slowest, _LONGEST_S) + _SLACK_S)
        finally:
            self.is_listening = False
        newest = self._fold.newest.values()
        return {reading.sensor: reading.quality for reading in newest if reading.taken_at >= since}

    def _now(self) -> Instant:
        return self._clock.instant(self._clock.monotonic())


def _told(
    at: Instant,
    site: Site,
    heard: Mapping[SensorId, Quality],
    standing: Iterable[AlarmEvent],
    aside: Iterable[SetAside],
) -> Alive:
    sensors = [sensor.id for polled in site.devices for sensor in polled.device.sensors]
    qualities = Counter(heard.get(sensor) for sensor in sensors)
    return Alive(
        at=at,
        devices=len(site.devices),
        sensors=len(sensors),
        good=qualities[Quality.GOOD],
        bad=qualities[Quality.BAD] + qualities[Quality.UNCERTAIN],
        standing=Counter(event.priority for event in standing if is_true(event)),
        aside=tuple(aside),
    )


def due_before(now: Instant, minutes: int) -> Instant:
    """Return when the box's own time was `minutes` after midnight last, at or before `now`."""
    local = datetime.fromtimestamp(now / 1000, UTC).astimezone()
    due = datetime.combine(local.date(), time(*divmod(minutes, 60))).astimezone()
    due = due if due <= local else due - timedelta(days=1)
    return Instant(round(due.timestamp() * 1000))
