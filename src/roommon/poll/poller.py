"""One device on its beat: a task that lives as long as the device is configured, and is woken by its slot.

Every beat gives one reading per sensor. When a beat comes and the former one is not over (a slow bus, a hung or fallen
poller), the former one's readings are bad with `overdue`, and what it may still bring counts for the new beat.
"""

import asyncio
import logging
from typing import NamedTuple, Protocol

from roommon.model.clock import Clock, Duration, Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Reading, Reason
from roommon.model.text import Text
from roommon.poll.decode import Decoder, Raws
from roommon.poll.driver import DeviceUnreachable, Heard, Reader
from roommon.poll.standing import BackOff
from roommon.poll.tally import Tally

_log = logging.getLogger(__name__)

HUNG_S = 60.0
"""A poll that takes longer than this, at a beat, hangs: its own timeouts should have ended it long before."""

_RESTART = BackOff(Duration(1_000), Duration(60_000))


class Beat(NamedTuple):
    """The readings of one device at one beat."""

    asked_at: float
    """Monotonic."""
    taken_at: Instant
    """The instant of `asked_at`, by the offset that held when the readings were made."""
    readings: list[Reading]


class Last(NamedTuple):
    """The last beat of a device: kept by reference for people who ask what came over the wire (ADR 32)."""

    beat: Beat
    raws: Raws
    """One per point; empty when the device brought nothing."""
    heard: Heard | None
    """What came over the wire; None when the device brought nothing."""
    why: Text
    """Why it brought nothing; empty when it brought something."""


_BROUGHT = Text.same("")
_NOT_OVER = Text("the beat before was not over", "上一次轮询尚未结束")
_FELL = Text("its poller fell over, and is started again", "轮询任务异常退出，正在重新启动")


class Taker(Protocol):
    """Who takes what a poller reads: its slot."""

    def take(self, beat: Beat) -> None:
        """Take the readings that end a beat."""
        ...


class Poller:
    """Reads one device whenever its slot starts it."""

    def __init__(self, device: DeviceId, reader: Reader, decoder: Decoder, every: Duration, clock: Clock) -> None:
        """`decoder` has the points of `reader`."""
        self.device = device
        self.every = every
        self.progress_at = clock.monotonic()
        """When it last finished a beat, or was started, by the monotonic clock."""
        self.answered: bool | None = None
        """Whether the device answered when it was asked last; None before that."""
        self.took_s: float | None = None
        """How long its last answer took."""
        self.asked = 0
        """How often it was asked, and it answered or did not."""
        self.answers = 0
        """How often it answered."""
        self.overdue = 0
        """How often a beat came while the former one was not over."""
        self.last: Last | None = None
        """The last beat that is over; None before the first."""
        self._reader = reader
        self._decoder = decoder
        self._clock = clock
        self._slot: Taker | None = None
        self._tally = Tally()
        self._task: asyncio.Task[None] | None = None
        self._wake: asyncio.Future[None] | None = None
        self._asked_at: float | None = None
        self._is_between = False
        """Whether the poll under way was begun between two beats."""
        self._again = False
        """Whether to poll once more as soon as the poll under way is over."""
        self._began_at = 0.0
        self._deaths = 0

    def start(self, slot: Taker, tally: Tally) -> None:
        """Begin to live; the readings go to `slot`."""
        self._slot = slot
        self._tally = tally
        self._task = asyncio.create_task(self._live(), name=f"poll:{self.device}")

    async def stop(self) -> None:
        """End; a poll under way is given up."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def beat(self, now: float) -> Beat | None:
        """Begin the beat at `now`; return the bad readings of the former one if it is not over."""
        self._tally.beats += 1
        if self._asked_at is None:
            self._begin(now)
            return None
        if self._is_between:
            self._is_between = False
            return None
        self._tally.missed += 1
        self.overdue += 1
        overdue = self._bad(self._asked_at, Reason.OVERDUE, _NOT_OVER)
        self._asked_at = now
        if now - self._began_at > HUNG_S:
            self._restart(now)
        return overdue

    def soon(self, now: float) -> bool:
        """Poll between the beats, at `now` or when the poll under way is over; return whether it begins now.

        A beat that comes meanwhile takes it for its own.
        """
        self._tally.between += 1
        if self._asked_at is not None:
            self._again = True
            return False
        self._begin(now)
        self._is_between = True
        return True

    def _begin(self, now: float) -> None:
        self._asked_at = self._began_at = now
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _restart(self, now: float) -> None:
        """Give up the poll that hangs, and ask anew at once: it is the time of a beat."""
        if self._task is None or self._slot is None:
            return
        _log.error("%s: its poller hung for %.0f s and is started again", self.device, now - self._began_at)
        self._tally.deaths += 1
        self._task.cancel()
        self._began_at = now
        self.start(self._slot, self._tally)

    async def _live(self) -> None:
        """Poll until given up; a poll that falls over is said once with its traceback, and tried again later."""
        while not self._is_given_up():
            try:
                await self._serve()
            except Exception:  # noqa: BLE001 - the supervisor of a poller
                self._fell()
            else:
                return
            await asyncio.sleep(_RESTART.delay_s(self._deaths, 0.0))
            if self._asked_at is not None:
                self._end(self._bad(self._asked_at, Reason.OVERDUE, _FELL))

    def _is_given_up(self) -> bool:
        """Return whether the task that runs should have ended: what it awaited may have swallowed its cancellation.

        `asyncio.wait_for` of Python 3.11 does so when the answer comes in the same turn; pymodbus and gufo use it.
        """
        return self._task is not asyncio.current_task()

    async def _serve(self) -> None:
        while not self._is_given_up():
            if self._asked_at is None:
                self._wake = asyncio.get_running_loop().create_future()
                await self._wake
            try:
                raws = await self._reader.read()
                if self._is_given_up():
                    return
            except DeviceUnreachable as error:
                self._tally.unreachable += 1
                self.asked += 1
                self.answered = False
                self._end(self._bad(self._asked_at or 0.0, Reason.NO_COMMUNICATION, error.words))
            else:
                self._tally.answered += 1
                self.asked += 1
                self.answers += 1
                self.took_s = self._clock.monotonic() - self._began_at
                self.answered = True
                self._end(self._decoded(self._asked_at or 0.0, raws))
                await self._reader.learn()
            if self._deaths:
                self._recovered()

    def _bad(self, asked_at: float, reason: Reason, why: Text) -> Beat:
        taken_at = self._clock.instant(asked_at)
        beat = Beat(asked_at, taken_at, self._decoder.all_bad(taken_at, reason))
        self.last = Last(beat, (), None, why)
        return beat

    def _decoded(self, asked_at: float, raws: Raws) -> Beat:
        taken_at = self._clock.instant(asked_at)
        beat = Beat(asked_at, taken_at, self._decoder.readings(raws, taken_at))
        self.last = Last(beat, raws, self._reader.heard, _BROUGHT)
        return beat

    def _end(self, beat: Beat) -> None:
        """End the beat: its readings go to the slot."""
        self._asked_at = None
        self._is_between = False
        self.progress_at = self._clock.monotonic()
        if self._slot is not None:
            self._slot.take(beat)
        if self._again:
            self._again = False
            self._begin(self.progress_at)
            self._is_between = True

    def _fell(self) -> None:
        self._deaths += 1
        self._tally.deaths += 1
        if self._deaths == 1:
            _log.exception("%s: its poller fell over and is started again", self.device)

    def _recovered(self) -> None:
        self._deaths = 0
        _log.info("%s: its poller works again", self.device)
