"""At once, and yet not more than once a second: when a device that sends traps is asked."""

import asyncio
from collections.abc import Callable

from roommon.model.clock import Clock
from roommon.model.device import DeviceId

_REST_S = 1.0


class Asking:
    """Lets devices be asked beside their beats."""

    def __init__(self, ask: Callable[[DeviceId], None], clock: Clock) -> None:
        """`ask` starts a poll."""
        self._ask = ask
        self._clock = clock
        self._asked_at: dict[DeviceId, float] = {}
        self._due: dict[DeviceId, asyncio.TimerHandle] = {}

    def heard(self, device: DeviceId) -> None:
        """Ask `device` now, or a second after it was asked last: what came meanwhile is seen by then."""
        if device in self._due:
            return
        wait_s = self._asked_at.get(device, 0.0) + _REST_S - self._clock.monotonic()
        if wait_s <= 0:
            self._begin(device)
        else:
            self._due[device] = asyncio.get_running_loop().call_later(wait_s, self._begin, device)

    def forget(self) -> None:
        """Ask nobody any more."""
        for timer in self._due.values():
            timer.cancel()
        self._due.clear()
        self._asked_at.clear()

    def _begin(self, device: DeviceId) -> None:
        self._due.pop(device, None)
        self._asked_at[device] = self._clock.monotonic()
        self._ask(device)
