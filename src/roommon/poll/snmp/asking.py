"""Asks one SNMP agent for its objects: packed, within a budget, and without letting one of them cost the others.

What an agent leaves out of an answer is missing. What makes a whole request fail is found by halving
(`packing`), set aside, and asked again alone now and then.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from roommon.model.clock import Clock, Duration
from roommon.model.text import Text
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.snmp.agent import Absent, Agent, Refusal, Value
from roommon.poll.snmp.budget import Attempt, Budget, OutOfTime
from roommon.poll.snmp.packing import Packing
from roommon.poll.snmp.proofs import Proofs
from roommon.poll.standing import BackOff

ASIDE = BackOff(Duration(5_000), Duration(600_000))
"""How long what fails alone is left alone."""
_RETRIED_A_BEAT = 2


class Answers(NamedTuple):
    """What one beat brought."""

    values: Mapping[str, Value | Absent]
    unheard: Text
    """Why there is nothing about the other objects; empty when there is something about all."""


class _Aside(NamedTuple):
    """An object that is left alone for now."""

    why: Absent
    failures: int
    until: float


class Asking:
    """The objects of one device, and what was learned about asking for them."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        budget: Budget,
        clock: Clock,
        proofs: Mapping[str, str] | None = None,
        *,
        aside: bool = False,
    ) -> None:
        """`sizes` names the objects, with the bytes that each takes in an answer; `proofs` those of cells, by cell.

        `aside`: no reading needs them; silence is not held against the device.
        """
        self._objects = list(sizes)
        self._proofs = Proofs(proofs or {})
        self._budget = budget
        self._ask = budget.ask_aside if aside else budget.ask
        self._retries = budget.patience.retries
        self._clock = clock
        self._packing = Packing(sizes)
        self._proven = 1
        """The most objects that the agent ever answered in one request."""
        self._aside: dict[str, _Aside] = {}
        self._values: dict[str, Value | Absent] = {}

    async def answers(self) -> Answers:
        """Ask for all objects once, within the budget of the beat that has begun.

        Raises:
            DeviceUnreachable: the agent answered nothing.
            Refused: it does not let us read.
        """
        self._values = {}
        self._packing.relearn(self._clock.monotonic())
        return Answers(self._values, await self._ask_for_all(self._objects))

    async def more(self) -> Answers:
        """Ask in the same beat for the objects that were not asked for yet: `want` named them since."""
        unasked = [oid for oid in self._objects if oid not in self._values]
        return Answers(self._values, await self._ask_for_all(unasked))

    def want(self, sizes: Mapping[str, int], proofs: Mapping[str, str]) -> None:
        """Ask for the objects of `sizes` from now on, and remember what was learned of those that stay."""
        self._objects = list(sizes)
        self._proofs = Proofs(proofs)
        self._packing.resize(sizes)
        self._aside = {oid: aside for oid, aside in self._aside.items() if oid in sizes}

    def ask_again(self) -> None:
        """Ask for what was set aside in the next beat: the agent started anew, and may have it now."""
        self._aside = {oid: aside._replace(failures=0, until=0.0) for oid, aside in self._aside.items()}

    async def _ask_for_all(self, objects: Sequence[str]) -> Text:
        try:
            await self._get([oid for oid in objects if oid not in self._aside])
            await self._retry_aside()
            await self._prove_again()
        except OutOfTime:
            return unasked(self._budget)
        except DeviceUnreachable as error:
            if not self._values:
                raise
            return error.words
        finally:
            self._proofs.forget_open(self._values)
            self._values.update({oid: aside.why for oid, aside in self._aside.items()})
        return Text.same("")

    async def _prove_again(self) -> None:
        """Ask once more who stands where cells came in another answer than their proof."""
        before = self._proofs.take_open(self._values)
        try:
            await self._get(list(before))
        finally:
            self._proofs.compare(before, self._values)

    async def _retry_aside(self) -> None:
        """Ask again for what is due: all together, which is enough if the agent recovered; else for a few alone."""
        now = self._clock.monotonic()
        due = [oid for oid, aside in self._aside.items() if aside.until <= now]
        while len(due) > 1 and await self._get_many(together := self._packing.first(due)):
            due = due[len(together) :]
        for oid in due[:_RETRIED_A_BEAT]:
            await self._get_alone(oid)

    async def _get(self, oids: Sequence[str]) -> bool:
        """Take the values of `oids`; return False if one of them makes a request fail."""
        clean = True
        waiting = list(oids)
        while waiting:
            request = self._proofs.whole_rows(self._packing.first(waiting), waiting)
            del waiting[: len(request)]
            clean &= await self._get_at_once(request)
        return clean

    async def _get_at_once(self, oids: Sequence[str]) -> bool:
        if len(oids) == 1:
            return await self._get_alone(oids[0])
        return await self._get_many(oids) or await self._get_halves(oids)

    async def _get_many(self, oids: Sequence[str]) -> bool:
        """Take the values of `oids`; return False if the agent gave none."""
        values = await self._ask(self._attempts(oids))
        if not values:
            return False
        self._proven = max(self._proven, len(oids))
        self._proofs.note(oids)
        for oid in oids:
            self._values[oid] = values.get(oid, Absent.NO_SUCH)
            self._aside.pop(oid, None)
        return True

    async def _get_halves(self, oids: Sequence[str]) -> bool:
        most = self._packing.most
        self._packing.too_much(len(oids), self._clock.monotonic())
        middle = (len(oids) + 1) // 2
        clean = [await self._get(oids[:middle]), await self._get(oids[middle:])]
        if not all(clean):
            self._packing.was_one_object(most)
        return all(clean)

    async def _get_alone(self, oid: str) -> bool:
        value = await self._ask([lambda agent, s: agent.get(oid, s)] * (self._retries + 1))
        self._values[oid] = value
        before = self._aside.pop(oid, None)
        if not isinstance(value, Absent):
            self._proofs.note([oid])
            return True
        failures = before.failures + 1 if before else 1
        until = self._clock.monotonic() + ASIDE.delay_s(failures, random.random())  # noqa: S311  spreads retries
        self._aside[oid] = _Aside(value, failures, until)
        return False

    def _attempts(self, oids: Sequence[str]) -> list[Attempt[Mapping[str, Value]]]:
        """Return the tries for `oids`; the last of a size that never worked asks for one object alone.

        Some agents drop a request that is too long for them without a word. If one object is answered, the size was it.
        """
        attempts: list[Attempt[Mapping[str, Value]]] = [lambda agent, s: agent.get_many(oids, s)]
        attempts *= self._retries + 1
        if len(oids) > self._proven and self._retries:
            attempts[-1] = lambda agent, s: _answers_at_all(agent, oids[0], s)
        return attempts


def unasked(budget: Budget) -> Text:
    """Return why there is nothing about an object for which no time was left."""
    whole_s = budget.patience.budget_s
    return Text(
        f"not asked: the answers before it took the whole {whole_s:g} s of this beat",
        f"未询问：之前的应答已用完本次轮询的 {whole_s:g} s",
    )


async def _answers_at_all(agent: Agent, oid: str, timeout_s: float) -> Mapping[str, Value] | Refusal:
    """Return no values, as for a request that was too big, if the agent answers for `oid` alone."""
    answer = await agent.get(oid, timeout_s)
    return answer if isinstance(answer, Refusal) else {}
