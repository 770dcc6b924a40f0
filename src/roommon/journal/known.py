"""What the event loop itself remembers of the journal: what stands in it of the rules, and who waits for news."""

import asyncio
from collections.abc import Mapping, Sequence

from roommon.journal.group import instant_of
from roommon.journal.record import Input
from roommon.model.clock import Instant
from roommon.rules.state import Kept, StateId


class Known:
    """The states and the newest instant, as they were appended last."""

    def __init__(self, states: Mapping[StateId, Kept], newest: Instant | None) -> None:
        self.states = dict(states)
        self.newest = newest

    def take(self, inputs: Sequence[Input], states: Mapping[StateId, Kept | None]) -> None:
        """Note what one fold gave."""
        if inputs:
            self.newest = instant_of(inputs[-1])
        for alarm, state in states.items():
            if state is None:
                self.states.pop(alarm, None)
            else:
                self.states[alarm] = state


class News:
    """Wakes everybody who waits, each time anew."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self) -> None:
        """Return at the next news."""
        await self._event.wait()
