"""One Modbus device: all its points once a beat, around the registers that it refuses.

A block that is refused (exceptions 1 to 3; 4 where a smaller read works) is halved in the same beat until the culprits
stand alone. They are set aside, said once, and asked again now and then; the rest keeps the blocks that were found to
work. While a device refuses everything, one culprit is asked each beat, so that we see whether it is there and when it
changes its mind.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.driver import About, DeviceUnreachable, Fault, Heard, Raw
from roommon.poll.modbus.frames import Answer, Refusal
from roommon.poll.modbus.identification import Identification
from roommon.poll.modbus.replies import Replies
from roommon.poll.modbus.words import Unpack, unpacker
from roommon.poll.plan import Block, Plan, tight
from roommon.profiles.point import Point

_log = logging.getLogger(__name__)

ASK_AGAIN_S = 600.0
"""After this long a register that was refused is asked again."""

_REFUSED = frozenset({1, 2, 3})
_FAILURE = 4
_NOT_ASKED = Text("not asked: the device stopped answering within the beat", "未询问：设备在本次轮询中停止应答")
_UNREADABLE = Text("in a forbidden stretch, or longer than one request", "位于禁止读取的地址段，或超出一次请求的长度")

Ask = Callable[[Block], Awaitable[Answer]]
"""Reads one block of the device; raises DeviceUnreachable."""


@dataclass(slots=True, eq=False)
class _Request:
    """One block, and how it went."""

    block: Block
    unpack: Unpack
    trouble: str = ""
    """Why it gave nothing at the last beat."""
    again_at: float = 0.0
    """Set aside, it is asked again then; as a block that failed as a whole, it is halved again then. Monotonic."""


@dataclass(slots=True)
class _Halved:
    """What came of halving a block."""

    working: list[_Request] = field(default_factory=list)
    refused: list[tuple[_Request, Refusal]] = field(default_factory=list)


class ModbusReader:
    """Reads the points of one device; see `driver.Reader`."""

    def __init__(self, who: str, points: Sequence[Point], plan: Plan, ask: Ask, clock: Clock) -> None:
        """`who` is the device, for the log."""
        self._who = who
        self._points = points
        self._ask = ask
        self._clock = clock
        self._working = [self._request(block) for block in plan.blocks]
        self._aside: list[_Request] = []
        self._identification: Identification | None = None
        self._taken: list[tuple[Block, bytes]] = []
        """The blocks of the last beat that brought data, with their data."""
        self._silent = Fault(Reason.NO_COMMUNICATION, _NOT_ASKED)
        self._blank: list[Raw | Fault] = [self._silent] * len(points)
        for index in plan.unreadable:
            self._blank[index] = Fault(Reason.CONFIGURATION_ERROR, _UNREADABLE)

    @property
    def about(self) -> About | None:
        """What the device said of itself; see `Reader.about`."""
        return self._identification.about if self._identification is not None else None

    @property
    def heard(self) -> Heard:
        """What the last beat brought; see `Reader.heard`."""
        return Replies(self._taken, self._points)

    def identify(self, identification: Identification) -> None:
        """Ask for `identification` too, after the beats."""
        self._identification = identification

    async def learn(self) -> None:
        """Ask who the device is, if it is time; see `Reader.learn`."""
        if self._identification is not None:
            await self._identification.learn()

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in the order of the points."""
        raws = self._blank.copy()
        self._taken = []
        answered = False
        for request in self._due():
            try:
                await self._read(request, raws)
            except DeviceUnreachable:
                if not answered:
                    self._meet_anew()
                    raise
                break
            answered = True
        return raws

    def _meet_anew(self) -> None:
        """Note that the device is away: it may be another one that comes back."""
        if self._identification is not None:
            self._identification.anew()

    def _request(self, block: Block) -> _Request:
        return _Request(block, unpacker(block, self._points))

    def _due(self) -> Sequence[_Request]:
        """Return what is asked at this beat: the blocks that work, and at most one that was set aside."""
        if not self._aside:
            return self._working.copy()
        first = min(self._aside, key=lambda request: request.again_at)
        if self._working and first.again_at > self._clock.monotonic():
            return self._working.copy()
        return [*self._working, first]

    async def _read(self, request: _Request, raws: list[Raw | Fault]) -> None:
        answer = await self._ask(request.block)
        if isinstance(answer, bytes):
            self._take(request, answer, raws)
        elif request in self._aside:
            request.again_at = self._clock.monotonic() + ASK_AGAIN_S
        elif isinstance(answer, Refusal) and self._is_halved(request, answer):
            await self._read_halves(request, answer, raws)
        else:
            self._fail(request, answer, raws)

    def _take(self, request: _Request, data: bytes, raws: list[Raw | Fault]) -> None:
        request.unpack(data, raws)
        self._taken.append((request.block, data))
        if request.trouble:
            request.trouble = ""
            _log.info("%s: %s is read again", self._who, request.block)
        if self._aside and request in self._aside:
            self._take_back(request)

    def _fail(self, request: _Request, answer: Answer, raws: list[Raw | Fault]) -> None:
        """Note that the device is there and cannot give this block in this beat."""
        fault = Fault(Reason.DEVICE_FAILURE, about(request.block, _words(answer)))
        if request.trouble != fault.detail.en:
            request.trouble = fault.detail.en
            _log.warning("%s: %s", self._who, fault.detail.en)
        for place in request.block.places:
            raws[place.index] = fault

    def _is_halved(self, request: _Request, refusal: Refusal) -> bool:
        if refusal.code in _REFUSED:
            return True
        divisible = len(_extents(request.block)) > 1
        return refusal.code == _FAILURE and divisible and request.again_at <= self._clock.monotonic()

    async def _read_halves(self, request: _Request, refusal: Refusal, raws: list[Raw | Fault]) -> None:
        """Find what of a block is refused, and go on with the rest."""
        found = _Halved()
        await self._halve(request, refusal, raws, found)
        if not found.working and all(why.code == _FAILURE for _, why in found.refused):
            request.again_at = self._clock.monotonic() + ASK_AGAIN_S
            self._fail(request, refusal, raws)
            return
        self._working.remove(request)
        self._working.extend(found.working)
        for culprit, why in found.refused:
            self._part_with(culprit, why, raws)

    async def _halve(self, request: _Request, refusal: Refusal, raws: list[Raw | Fault], found: _Halved) -> None:
        extents = _extents(request.block)
        if len(extents) == 1:
            found.refused.append((request, refusal))
            return
        middle = extents[len(extents) // 2]
        lower = [place for place in request.block.places if (place.first, place.last) < middle]
        upper = [place for place in request.block.places if (place.first, place.last) >= middle]
        for half in (self._request(tight(lower)), self._request(tight(upper))):
            answer = await self._ask(half.block)
            if isinstance(answer, Refusal) and (answer.code in _REFUSED or answer.code == _FAILURE):
                await self._halve(half, answer, raws, found)
                continue
            found.working.append(half)
            if isinstance(answer, bytes):
                self._take(half, answer, raws)
            else:
                self._fail(half, answer, raws)

    def _part_with(self, culprit: _Request, refusal: Refusal, raws: list[Raw | Fault]) -> None:
        """Ask for the culprit on its own from now on: each beat if it fails (4), now and then if it is refused."""
        if refusal.code == _FAILURE:
            self._working.append(culprit)
            self._fail(culprit, refusal, raws)
            return
        block = culprit.block
        keys = ", ".join(self._points[place.index].key for place in block.places)
        fault = Fault(Reason.CONFIGURATION_ERROR, about(block, refusal.detail))
        _log.warning("%s: %s (%s) is refused: %s; asked again in 10 min", self._who, block, keys, refusal)
        culprit.again_at = self._clock.monotonic() + ASK_AGAIN_S
        self._aside.append(culprit)
        for place in block.places:
            raws[place.index] = self._blank[place.index] = fault

    def _take_back(self, request: _Request) -> None:
        """Read it each beat again, and ask the other culprits soon: the device changed its mind."""
        _log.info("%s: %s is not refused any more", self._who, request.block)
        self._aside.remove(request)
        self._working.append(request)
        for other in self._aside:
            other.again_at = 0.0
        for place in request.block.places:
            self._blank[place.index] = self._silent


def _extents(block: Block) -> list[tuple[int, int]]:
    """Return the distinct (first, last) of what is wanted of `block`, sorted."""
    return sorted({(place.first, place.last) for place in block.places})


def _words(answer: Answer) -> Text:
    """Return what came instead of data."""
    return Text.same(f"{len(answer)} bytes") if isinstance(answer, bytes) else answer.detail
