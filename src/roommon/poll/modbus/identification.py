"""What a Modbus device says it is, read after a beat: when it is met, when it answers again, and once an hour.

No reading waits for it, and its silence is not held against the device: some leave a request for registers that they
do not have unanswered.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

from roommon.model.clock import Clock, Duration
from roommon.model.reading import Reason
from roommon.poll.driver import About, DeviceUnreachable, Fault
from roommon.poll.identity import Raws, identity
from roommon.poll.standing import BackOff
from roommon.profiles.point import Point

_AGAIN_S = 3600.0
_SILENT = BackOff(Duration(60_000), Duration(3_600_000))
_SHARE = 0.4
"""Of the period; what takes longer, the wait for a turn included, is given up."""


class Reading(Protocol):
    """Who reads the points."""

    async def read(self) -> Raws:
        """Return one answer per point; raise DeviceUnreachable for none."""
        ...


class Identification:
    """The points that tell what one device is."""

    def __init__(self, asked: Mapping[str, Point], reader: Reading, every: Duration, clock: Clock) -> None:
        """`reader` reads the points of `asked`, in their order; the device has a beat once `every` period."""
        self.about: About | None = None
        self._asked = asked
        self._reader = reader
        self._longest_s = _SHARE * every / 1000
        self._clock = clock
        self._next_at = 0.0
        self._failures = 0

    def anew(self) -> None:
        """Ask again: the device was away, and may be another one."""
        if not self._failures:
            self._next_at = 0.0

    async def learn(self) -> None:
        """Ask, if it is time."""
        if self._clock.monotonic() < self._next_at:
            return
        try:
            async with asyncio.timeout(self._longest_s):
                raws = await self._reader.read()
        except (DeviceUnreachable, TimeoutError):
            self._note_silent()
            return
        if any(isinstance(raw, Fault) and raw.reason is Reason.NO_COMMUNICATION for raw in raws):
            self._note_silent()
            return
        self._failures = 0
        self._next_at = self._clock.monotonic() + _AGAIN_S
        self.about = About(identity(self._asked, raws))

    def _note_silent(self) -> None:
        self._failures += 1
        self._next_at = self._clock.monotonic() + _SILENT.delay_s(self._failures, 0.0)
