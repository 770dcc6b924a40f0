"""One Modbus device: all its points once a beat, around the registers that it refuses.

A block that is refused (exceptions 1 to 3; 4 where a smaller read works) is halved in the same beat until the culprits
stand alone. They are set aside, said once, and asked again now and then; the rest keeps the blocks that were found to
work. While a device refuses everything, one culprit is asked each beat, so that we see whether it is there and when it
changes its mind.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.modbus_frames import Answer, Refusal
from roommon.poll.plan import BIT_TABLES, Block, Plan, tight
from roommon.poll.words import Unpack, unpacker
from roommon.profiles.point import Point

_log = logging.getLogger(__name__)

ASK_AGAIN_S = 600.0
"""After this long a register that was refused is asked again."""

_REFUSED = frozenset({1, 2, 3})
_FAILURE = 4

Ask = Callable[[Block], Awaitable[Answer]]
"""Reads one block of the device; raises DeviceUnreachable."""


@dataclass(slots=True)
class _Halved:
    """What came of halving a block."""

    working: list[Block] = field(default_factory=list)
    refused: list[tuple[Block, Refusal]] = field(default_factory=list)


class ModbusReader:
    """Reads the points of one device; see `driver.Reader`."""

    def __init__(
        self, who: str, points: Sequence[Point], plan: Plan, ask: Ask, clock: Clock, *, clear_debts: bool
    ) -> None:
        """`who` is the device, for the log.

        `clear_debts`: answers carry no transaction id (RTU), so after a request without an answer the next one must be
        such that the late answer cannot be taken for its own.
        """
        self._who = who
        self._points = points
        self._ask_bus = ask
        self._clock = clock
        self._clear_debts = clear_debts
        self._unpack: dict[Block, Unpack] = {}
        self._blocks = list(plan.blocks)
        self._aside: dict[Block, float] = {}
        self._troubles: dict[Block, str] = {}
        self._whole_until: dict[Block, float] = {}
        self._owed: Block | None = None
        silent = Fault(Reason.NO_COMMUNICATION, "not asked: the device stopped answering within the beat")
        self._blank: list[Raw | Fault] = [silent] * len(points)
        self._silent = silent
        for index in plan.unreadable:
            self._blank[index] = Fault(Reason.CONFIGURATION_ERROR, "in a forbidden stretch, or longer than one request")

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in the order of the points."""
        raws = self._blank.copy()
        answered = False
        for block in self._due():
            try:
                await self._read_block(block, raws)
            except DeviceUnreachable:
                if not answered:
                    raise
                break
            answered = True
        return raws

    def _due(self) -> Iterator[Block]:
        """Give the blocks of this beat: those that work, and at most one that was set aside."""
        yield from tuple(self._blocks)
        if not self._aside:
            return
        first = min(self._aside, key=lambda block: self._aside[block])
        if not self._blocks or self._aside[first] <= self._clock.monotonic():
            yield first

    async def _read_block(self, block: Block, raws: list[Raw | Fault]) -> None:
        answer = await self._ask(block)
        if isinstance(answer, bytes):
            self._take(block, answer, raws)
            if block in self._aside:
                self._take_back(block)
            return
        if block in self._aside:
            self._aside[block] = self._clock.monotonic() + ASK_AGAIN_S
        elif isinstance(answer, Refusal) and self._halves(block, answer):
            await self._read_halves(block, answer, raws)
        else:
            self._fail(block, answer, raws)

    async def _ask(self, block: Block) -> Answer:
        if self._owed is not None and self._clear_debts:
            await self._clear_debt(self._owed)
        self._owed = block
        answer = await self._ask_bus(block)
        self._owed = None
        return answer

    async def _clear_debt(self, owed: Block) -> None:
        """Ask what has an answer of another length: when that is here, the late answer to `owed` has gone by."""
        step = 8 if owed.table in BIT_TABLES else 1
        if owed.count > step:
            await self._ask_bus(Block(owed.table, owed.address, owed.count - step, ()))

    def _take(self, block: Block, data: bytes, raws: list[Raw | Fault]) -> None:
        unpack = self._unpack.get(block)
        if unpack is None:
            unpack = self._unpack[block] = unpacker(block, self._points)
        unpack(data, raws)
        if self._troubles and self._troubles.pop(block, ""):
            _log.info("%s: %s is read again", self._who, block)

    def _fail(self, block: Block, answer: Answer, raws: list[Raw | Fault]) -> None:
        """Note that the device is there and cannot give `block` in this beat."""
        detail = f"{block}: {answer!s}"
        if self._troubles.get(block) != detail:
            self._troubles[block] = detail
            _log.warning("%s: %s", self._who, detail)
        for place in block.places:
            raws[place.index] = Fault(Reason.DEVICE_FAILURE, detail)

    def _halves(self, block: Block, refusal: Refusal) -> bool:
        if refusal.code in _REFUSED:
            return True
        whole_until = self._whole_until.get(block, 0.0)
        return refusal.code == _FAILURE and len(_extents(block)) > 1 and whole_until <= self._clock.monotonic()

    async def _read_halves(self, block: Block, refusal: Refusal, raws: list[Raw | Fault]) -> None:
        """Find what of `block` is refused, and go on with the rest."""
        found = _Halved()
        await self._halve(block, refusal, raws, found)
        if not found.working and all(why.code == _FAILURE for _, why in found.refused):
            self._whole_until[block] = self._clock.monotonic() + ASK_AGAIN_S
            self._fail(block, refusal, raws)
            return
        self._blocks.remove(block)
        self._blocks.extend(found.working)
        for culprit, why in found.refused:
            self._set_aside(culprit, why, raws)

    async def _halve(self, block: Block, refusal: Refusal, raws: list[Raw | Fault], found: _Halved) -> None:
        extents = _extents(block)
        if len(extents) == 1:
            found.refused.append((block, refusal))
            return
        middle = extents[len(extents) // 2]
        lower = [place for place in block.places if (place.first, place.last) < middle]
        upper = [place for place in block.places if (place.first, place.last) >= middle]
        for half in (tight(lower), tight(upper)):
            answer = await self._ask(half)
            if isinstance(answer, Refusal) and (answer.code in _REFUSED or answer.code == _FAILURE):
                await self._halve(half, answer, raws, found)
                continue
            found.working.append(half)
            if isinstance(answer, bytes):
                self._take(half, answer, raws)
            else:
                self._fail(half, answer, raws)

    def _set_aside(self, block: Block, refusal: Refusal, raws: list[Raw | Fault]) -> None:
        if refusal.code == _FAILURE:
            self._blocks.append(block)
            self._fail(block, refusal, raws)
            return
        keys = ", ".join(self._points[place.index].key for place in block.places)
        fault = Fault(Reason.CONFIGURATION_ERROR, f"{block}: {refusal}")
        _log.warning(
            "%s: %s (%s) is refused: %s; it is set aside and asked again later", self._who, block, keys, refusal
        )
        self._aside[block] = self._clock.monotonic() + ASK_AGAIN_S
        for place in block.places:
            raws[place.index] = self._blank[place.index] = fault

    def _take_back(self, block: Block) -> None:
        """Read `block` each beat again, and ask the other culprits soon: the device changed its mind."""
        _log.info("%s: %s is not refused any more", self._who, block)
        del self._aside[block]
        self._aside = dict.fromkeys(self._aside, 0.0)
        self._blocks.append(block)
        for place in block.places:
            self._blank[place.index] = self._silent


def _extents(block: Block) -> list[tuple[int, int]]:
    """Return the distinct (first, last) of what is wanted of `block`, sorted."""
    return sorted({(place.first, place.last) for place in block.places})
