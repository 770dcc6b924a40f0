"""One Modbus unit at the bench: every register is read once, and what was refused is not asked again."""

import struct
from collections.abc import Sequence
from dataclasses import replace

from roommon.commissioning.line import Line, Mute
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.modbus.frames import Answer, Refusal
from roommon.poll.modbus.words import unpacker
from roommon.poll.plan import Block, Place, plan, tight
from roommon.profiles.limits import Limits
from roommon.profiles.point import BIT_TABLES, Point, Register, Table

FIRSTS = (Block(Table.HOLDING, 0, 1, ()), Block(Table.INPUT, 0, 1, ()))
"""What a unit is asked to see whether it is there; an exception is an answer too."""
_NO_HOLE = 0
"""Nothing is read over that no point wants: many devices refuse a block for one address that they have not."""
_UNKNOWN_FUNCTION = 1
_FAITH = 3
"""So many silences in a row end all questions to a unit, unless it shows in between that it is there."""
_UNREADABLE = Text("longer than one request, or never to be read", "超出一次请求的长度，或禁止读取")
_GONE = Text("it answered, and then not any more", "曾有应答，之后不再应答")


class Unit:
    """What one unit gave so far."""

    def __init__(self, line: Line, number: int) -> None:
        """`number` is its unit id."""
        self.number = number
        self.words: dict[Register, int] = {}
        """Registers, and bits as 0 or 1, that were read."""
        self._line = line
        self._refused: list[tuple[Block, Refusal | Mute]] = []
        self._alive: Block | None = None
        """What it answered once."""
        self._silences = 0

    async def is_there(self) -> Text | None:
        """Return how the unit answers, None if it does not.

        Raises:
            DeviceUnreachable: the gateway or line is not there.
        """
        for block in FIRSTS:
            answer = await self._line.read(self.number, block)
            if not isinstance(answer, Mute):
                self._alive = block
                self._keep(block, answer)
                return answer.detail if not isinstance(answer, bytes) else about(block, Text("answers", "有应答"))
        return None

    async def identification(self) -> Answer | Mute:
        """Return what it says of itself, function 43/14."""
        return await self._line.identify(self.number)

    async def read(self, block: Block) -> Answer | Mute:
        """Return the data bytes of `block`, from memory where they or a refusal are known.

        Raises:
            DeviceUnreachable: the line is gone, or the unit has fallen silent altogether.
        """
        known = self._known(block)
        if known is not None:
            return known
        answer = await self._line.read(self.number, block)
        self._keep(block, answer)
        await self._note(answer)
        return answer

    def _known(self, block: Block) -> Answer | Mute | None:
        places = [Register(block.table, block.address + offset) for offset in range(block.count)]
        if all(place in self.words for place in places):
            return _packed(block, [self.words[place] for place in places])
        return next((why for refused, why in self._refused if _covers(block, refused, why)), None)

    def _keep(self, block: Block, answer: Answer | Mute) -> None:
        if isinstance(answer, bytes):
            values = _unpacked(block, answer)
            self.words |= {Register(block.table, block.address + offset): each for offset, each in enumerate(values)}
        elif isinstance(answer, Refusal | Mute):
            self._refused.append((block, answer))

    async def _note(self, answer: Answer | Mute) -> None:
        """Count silences: a unit that leaves strange requests unanswered must show that it is still there."""
        self._silences = self._silences + 1 if isinstance(answer, Mute) else 0
        if self._silences < _FAITH or self._alive is None:
            return
        self._silences = 0
        if isinstance(await self._line.read(self.number, self._alive), Mute):
            raise DeviceUnreachable(about(f"unit {self.number}", _GONE))


def _covers(block: Block, refused: Block, why: Refusal | Mute) -> bool:
    """Return whether the refusal of one block tells that `block` is refused too: it is no smaller, or no function."""
    if block.table is not refused.table:
        return False
    if isinstance(why, Refusal) and why.code == _UNKNOWN_FUNCTION:
        return True
    ends = block.address + block.count, refused.address + refused.count
    return block.address <= refused.address and ends[1] <= ends[0]


def _unpacked(block: Block, data: bytes) -> Sequence[int]:
    if block.table in BIT_TABLES:
        held = int.from_bytes(data, "little")
        return [held >> offset & 1 for offset in range(block.count)]
    return struct.unpack(f">{block.count}H", data)


def _packed(block: Block, values: Sequence[int]) -> bytes:
    if block.table in BIT_TABLES:
        held = sum(value << offset for offset, value in enumerate(values))
        return held.to_bytes((block.count + 7) // 8, "little")
    return struct.pack(f">{block.count}H", *values)


async def read_points(unit: Unit, points: Sequence[Point], limits: Limits, most_refusals: int) -> Sequence[Raw | Fault]:
    """Return the raw values of `points`; after `most_refusals` no block is halved any more."""
    reading = _Reading(unit, points, most_refusals)
    planned = plan(points, replace(limits, max_hole=_NO_HOLE), _NO_HOLE)
    for index in planned.unreadable:
        reading.raws[index] = Fault(Reason.CONFIGURATION_ERROR, _UNREADABLE)
    for block in planned.blocks:
        await reading.take(block)
    return reading.raws


class _Reading:
    """The points of one profile, as they are read of a unit that may be another device."""

    def __init__(self, unit: Unit, points: Sequence[Point], most_refusals: int) -> None:
        self.raws: list[Raw | Fault] = [Fault(Reason.NO_COMMUNICATION, _GONE)] * len(points)
        self._unit = unit
        self._points = points
        self._refusals_left = most_refusals

    async def take(self, block: Block) -> None:
        """Read `block`, around what is refused."""
        answer = await self._unit.read(block)
        if isinstance(answer, bytes):
            unpacker(block, self._points)(answer, self.raws)
            return
        is_whole = len({place.first for place in block.places}) == 1
        if isinstance(answer, Refusal) and answer.code != _UNKNOWN_FUNCTION and not is_whole and self._refusals_left:
            self._refusals_left -= 1
            for half in _halves(block.places):
                await self.take(half)
            return
        reason = Reason.CONFIGURATION_ERROR if isinstance(answer, Refusal | Mute) else Reason.DEVICE_FAILURE
        for place in block.places:
            self.raws[place.index] = Fault(reason, about(block, answer.detail))


def _halves(places: Sequence[Place]) -> list[Block]:
    """Return two blocks that cover `places`; those of one address stay together."""
    firsts = sorted({place.first for place in places})
    middle = firsts[len(firsts) // 2]
    parts = [place for place in places if place.first < middle], [place for place in places if place.first >= middle]
    return [tight(part) for part in parts]
