"""The time that one device may take: all its requests of one beat together, so that no beat runs into the next."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from roommon.model.clock import Clock, Duration
from roommon.model.text import Text
from roommon.model.worded import Worded
from roommon.poll.bus import Bus, Silent, Unit
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.snmp.agent import Agent, Refusal

_LEAST_S = 0.05
"""With less left of the budget, nothing is asked any more."""
_LEAST_ASIDE = 0.25
"""Of the usual patience; with less of it left, nothing is asked that can wait: its silence would prove nothing."""
_JITTER_S = 0.1

T = TypeVar("T")
Attempt = Callable[[Agent, float], Awaitable[T | Refusal]]
"""One request: over this session, within these seconds."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a device is waited for."""

    timeout_s: float
    """For one request, at most."""
    retries: int
    budget_s: float
    """For all requests of one beat: less than the period, so that no beat runs into the next."""


def patience(timeout: Duration, retries: int, every: Duration) -> Patience:
    """Return the patience with a device that is read once `every` period."""
    return Patience(timeout / 1000, retries, 0.8 * every / 1000)


class Refused(Worded):
    """The agent does not let us read."""


class OutOfTime(Exception):
    """The budget of this beat is spent."""


class _Unanswered(NamedTuple):
    why: Text


class Budget:
    """Asks the agent of one device, in its turn on the bus, for as long as this beat allows."""

    def __init__(self, bus: Bus[Agent], unit: Unit, clock: Clock, patience: Patience) -> None:
        """`unit` is the device's own on `bus`."""
        self.patience = patience
        self._bus = bus
        self._unit = unit
        self._clock = clock
        self._deadline = 0.0

    def begin(self) -> None:
        """Begin a beat."""
        self._deadline = self._clock.monotonic() + self.patience.budget_s

    @contextmanager
    def at_most(self, share: float) -> Iterator[None]:
        """Let what is asked within the context take only `share` of what is left."""
        whole = self._deadline
        now = self._clock.monotonic()
        self._deadline = now + (whole - now) * share
        try:
            yield
        finally:
            self._deadline = whole

    async def ask(self, attempts: Sequence[Attempt[T]]) -> T:
        """Return the first answer to `attempts`, each after the silence of the one before.

        Raises:
            OutOfTime: nothing was asked.
            DeviceUnreachable: no answer; the device counts as silent.
            Refused: the agent does not let us read.
        """
        self._within(_LEAST_S)
        return _accepted(await self._bus.ask(self._unit, lambda agent: self._try(agent, attempts)))

    async def ask_aside(self, attempts: Sequence[Attempt[T]]) -> T:
        """As `ask`, for what no reading of a plain object needs: its silence is not held against the device."""
        self._within(max(_LEAST_ASIDE * min(self.patience.timeout_s, self.patience.budget_s), _LEAST_S))

        async def request(agent: Agent) -> T | Refusal | _Unanswered:
            try:
                return await self._try(agent, attempts)
            except Silent as error:
                return _Unanswered(error.words)

        answer = await self._bus.ask(self._unit, request)
        if isinstance(answer, _Unanswered):
            raise DeviceUnreachable(answer.why)
        return _accepted(answer)

    def _within(self, least_s: float) -> None:
        if self._deadline - self._clock.monotonic() < least_s:
            raise OutOfTime

    async def _try(self, agent: Agent, attempts: Sequence[Attempt[T]]) -> T | Refusal:
        for number, attempt in enumerate(attempts[:-1]):
            try:
                return await attempt(agent, self._share(len(attempts) - number))
            except Silent:
                await asyncio.sleep(random.uniform(0, _JITTER_S))  # noqa: S311  spreads retries, guards nothing
        return await attempts[-1](agent, self._share(1))

    def _share(self, attempts_left: int) -> float:
        rest = max(self._deadline - self._clock.monotonic(), _LEAST_S)
        return min(self.patience.timeout_s, rest / attempts_left)


def _accepted(answer: T | Refusal) -> T:
    if isinstance(answer, Refusal):
        raise Refused(answer.why)
    return answer
