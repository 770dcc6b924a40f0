"""Beats in slots: the devices of one period are spread over slots of time, and one timer starts all of a slot at once.

Most of what a poller costs is waking up, so devices that are asked together and answer together cost least. Beats are
reckoned from the start, so they never drift; a beat that the loop slept through is counted and not made up for.

A slot's answers go out as one batch: as soon as all are there, or after `_GATHER_S` those that are; slow ones follow in
batches of their own. When the queue does not take a batch it is lost, which is counted and said: a timer never waits.
"""

import asyncio
import logging
from collections.abc import Callable

from roommon.model.clock import Clock, Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reading
from roommon.poll.poller import HUNG_S, Beat, Poller
from roommon.poll.tally import Tally

_log = logging.getLogger(__name__)

_WIDTH_MS = 50
_MOST_SLOTS = 40
_GATHER_S = 0.02
_SOON_S = 2.0
"""Who would have to wait longer for the first beat has one at once."""


class Outlet:
    """The way out to the one queue."""

    def __init__(self, put: Callable[[list[Reading]], None], clock: Clock, tally: Tally) -> None:
        """`put` raises asyncio.QueueFull when there is no room."""
        self._put = put
        self._clock = clock
        self._tally = tally
        self._lost = 0

    def give(self, batch: list[Beat]) -> None:
        """Put `batch` on the queue as one list, stamped by the offset of the clock that holds now.

        A step of the clock goes through the same queue before anything that is stamped by the new offset.
        """
        now = self._clock.monotonic()
        readings: list[Reading] = []
        for beat in batch:
            readings += self._stamped(beat)
            self._tally.late(now - beat.asked_at)
        try:
            self._put(readings)
        except asyncio.QueueFull:
            self._lose(len(readings))
        else:
            self._say_taken()

    def _stamped(self, beat: Beat) -> list[Reading]:
        taken_at = self._clock.instant(beat.asked_at)
        if taken_at == beat.taken_at:
            return beat.readings
        return [reading._replace(taken_at=taken_at) for reading in beat.readings]

    def _lose(self, count: int) -> None:
        if not self._lost:
            _log.error("poll: the queue to the rules is full; readings are lost until there is room")
        self._lost += count
        self._tally.lost_readings += count

    def _say_taken(self) -> None:
        if self._lost:
            _log.warning("poll: the queue to the rules has room again; %d readings were lost", self._lost)
            self._lost = 0


class Slot:
    """The devices that are asked at the same moments."""

    def __init__(self, first_at: float, period_s: float, outlet: Outlet, clock: Clock, tally: Tally) -> None:
        """Its beats are at `first_at` + n * `period_s`, monotonic; those that are past already are left out."""
        self.pollers: dict[DeviceId, Poller] = {}
        self._first_at = first_at
        self._period_s = period_s
        self._outlet = outlet
        self._clock = clock
        self._tally = tally
        self._loop = asyncio.get_running_loop()
        self._beat = max(0, -int((first_at - clock.monotonic()) // period_s))
        self._timer = self._loop.call_at(self.due, self._tick)
        self._gather: asyncio.TimerHandle | None = None
        self._batch: list[Beat] = []
        self._awaited = 0

    @property
    def due(self) -> float:
        """When the next beat is, monotonic."""
        return self._first_at + self._beat * self._period_s

    def add(self, poller: Poller, soon_s: float) -> None:
        """Ask the device of `poller` from now on; when the next beat is far, begin with one in `soon_s`."""
        self.pollers[poller.device] = poller
        poller.start(self, self._tally)
        if self.due - self._clock.monotonic() > _SOON_S:
            self._loop.call_later(soon_s, self._start, [poller])

    async def remove(self, device: DeviceId) -> None:
        """Ask `device` no more; what it said goes out."""
        await self.pollers.pop(device).stop()

    def soon(self, device: DeviceId) -> None:
        """Ask `device` once more, beside its beats; what it says goes out with whatever is there."""
        if self.pollers[device].soon(self._clock.monotonic()):
            self._awaited += 1

    def close(self) -> None:
        """Stop the timer, and give out what is there."""
        self._timer.cancel()
        self._flush()

    def take(self, beat: Beat) -> None:
        """Take what one poller read."""
        self._batch.append(beat)
        self._awaited -= 1
        if self._awaited <= 0:
            self._flush()
        elif self._gather is None:
            self._gather = self._loop.call_later(_GATHER_S, self._flush)

    def _tick(self) -> None:
        now = self._clock.monotonic()
        slept_through = int((now - self.due) // self._period_s)
        if slept_through > 0:
            self._tally.missed += slept_through * len(self.pollers)
        self._beat += 1 + max(0, slept_through)
        self._timer = self._loop.call_at(self.due, self._tick)
        self._awaited = 0
        self._start(list(self.pollers.values()))

    def _start(self, pollers: list[Poller]) -> None:
        now = self._clock.monotonic()
        for poller in pollers:
            if self.pollers.get(poller.device) is poller:
                self._awaited += 1
                overdue = poller.beat(now)
                if overdue is not None:
                    self._batch.append(overdue)
        if self._gather is None:
            self._gather = self._loop.call_later(_GATHER_S, self._flush)

    def _flush(self) -> None:
        if self._gather is not None:
            self._gather.cancel()
            self._gather = None
        if self._batch:
            batch, self._batch = self._batch, []
            self._outlet.give(batch)


class Schedule:
    """All pollers, in their slots. Made in a running loop; `aclose` ends it."""

    def __init__(self, put: Callable[[list[Reading]], None], clock: Clock) -> None:
        """`put` takes a batch of readings without waiting; it raises asyncio.QueueFull when there is no room."""
        self.tally = Tally()
        self._outlet = Outlet(put, clock, self.tally)
        self._clock = clock
        self._began_at = clock.monotonic()
        self._slots: dict[Duration, list[Slot]] = {}
        self._where: dict[DeviceId, Slot] = {}
        self._added = 0

    def add(self, poller: Poller) -> None:
        """Poll one more device; the others go on untouched."""
        slots = self._slots.setdefault(poller.every, [])
        if len(slots) < slots_of(poller.every):
            slots.append(self._slot(poller.every, len(slots)))
        slot = min(slots, key=lambda each: len(each.pollers))
        self._where[poller.device] = slot
        slot.add(poller, self._added * _WIDTH_MS / 1000 % 1.0)
        self._added += 1

    async def remove(self, device: DeviceId) -> None:
        """Poll `device` no more."""
        await self._where.pop(device).remove(device)

    def soon(self, device: DeviceId) -> None:
        """Ask `device` now, besides its beats, which stay where they are."""
        slot = self._where.get(device)
        if slot is not None:
            slot.soon(device)

    async def aclose(self) -> None:
        """Stop all pollers; what they read goes out."""
        await asyncio.gather(*(self.remove(device) for device in list(self._where)))
        for slots in self._slots.values():
            for slot in slots:
                slot.close()
        self._slots.clear()

    def stuck(self) -> list[DeviceId]:
        """Return the devices whose pollers make no progress although they were started again: for the watchdog."""
        now = self._clock.monotonic()
        return [
            poller.device
            for slot in self._where.values()
            for poller in slot.pollers.values()
            if now - poller.progress_at > 2 * poller.every / 1000 + 2 * HUNG_S
        ]

    def _slot(self, every: Duration, place: int) -> Slot:
        first_at = self._began_at + place * every / 1000 / slots_of(every)
        return Slot(first_at, every / 1000, self._outlet, self._clock, self.tally)


def slots_of(every: Duration) -> int:
    """Return over how many slots the devices of one period are spread: 50 ms wide, at most 40."""
    return max(1, min(_MOST_SLOTS, every // _WIDTH_MS))
