"""Reads what registers an unknown Modbus unit has, without harming it: reads only, small blocks, paced, to an end.

Each table is begun at the addresses where makers begin, and followed for as long as something is there. A block that is
refused is halved; far from everything that answers, two addresses speak for a block.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from roommon.commissioning.line import Enough, Manners, Mute
from roommon.commissioning.unit import Unit
from roommon.model.text import Text
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.frames import Refusal
from roommon.poll.plan import Block
from roommon.profiles.point import BIT_TABLES, Register, Table

STARTS = (0, 0x100, 0x200, 0x500, 1000, 0x7D0, 3000, 0x1000, 0x2000, 10_000, 30_000, 40_000)
"""Where register maps usually begin; 0x7D0 is 2000."""
_REGISTERS, _BITS = 16, 64
_FIRST = 128
"""So many addresses from 0 on are looked at, whatever is refused."""
_FARTHEST = 1024
"""No stretch is followed further than this."""
_UNKNOWN_FUNCTION = 1
_LATEST = 8
"""So many silences end the scan of a table."""
GENTLE = Manners(pause_s=0.05, at_most=1_500)
"""How an unknown unit is asked."""
_USUAL_REQUESTS = 250
_ANSWER_S = 0.05


@dataclass(slots=True)
class Scanned:
    """What was found."""

    words: dict[Register, int] = field(default_factory=dict)
    """Every register, or bit, that can be read."""
    requests: int = 0
    trouble: Text | None = None
    """Why it ended early."""

    def runs(self) -> list[tuple[Register, list[int]]]:
        """Return the stretches of registers without a hole, by table and address."""
        found: list[tuple[Register, list[int]]] = []
        for place in sorted(self.words, key=lambda each: (each.table, each.address)):
            if found and _follows(found[-1], place):
                found[-1][1].append(self.words[place])
            else:
                found.append((place, [self.words[place]]))
        return found


def _follows(run: tuple[Register, list[int]], place: Register) -> bool:
    first, values = run
    return place.table is first.table and place.address == first.address + len(values)


def expected_s(timeout_s: float, manners: Manners = GENTLE) -> tuple[float, float]:
    """Return how many seconds a scan usually takes, and how many at most while the unit answers."""
    each = manners.pause_s + _ANSWER_S
    return _USUAL_REQUESTS * each, manners.at_most * each + len(Table) * _LATEST * timeout_s


async def scan(unit: Unit) -> Scanned:
    """Return what can be read of `unit`, as far as it was found before it or the limit of requests said stop."""
    found = Scanned()
    try:
        for table in (Table.HOLDING, Table.INPUT, Table.DISCRETE, Table.COIL):
            await _Walk(unit, table, found).go()
    except (DeviceUnreachable, Enough) as error:
        found.trouble = error.words
    found.words = {place: value for place, value in unit.words.items() if place in found.words}
    return found


class _Walk:
    """One table of one unit."""

    def __init__(self, unit: Unit, table: Table, found: Scanned) -> None:
        self._unit = unit
        self._table = table
        self._found = found
        self._step = _BITS if table in BIT_TABLES else _REGISTERS
        self._silences = 0
        self._is_known = True
        """Whether the unit knows the function."""

    async def go(self) -> None:
        """Look at all starts."""
        for start, stop in _stretches():
            at = start
            while self._goes_on and at < stop:
                is_there = await self._look(Block(self._table, at, self._step, ()), near=at < _FIRST)
                at += self._step
                if not is_there and at >= _FIRST:
                    break

    @property
    def _goes_on(self) -> bool:
        return self._is_known and self._silences < _LATEST

    async def _look(self, block: Block, *, near: bool) -> bool:
        """Read `block` around what is refused; return whether anything of it can be read."""
        if not self._goes_on:
            return False
        answer = await self._read(block)
        if answer is None or block.count == 1:
            return answer is None
        halves = _halves(block)
        if not near and block.count == self._step and not await self._answers_somewhere(block):
            return False
        return any([await self._look(half, near=near) for half in halves])

    async def _answers_somewhere(self, block: Block) -> bool:
        first, middle = block.address, block.address + block.count // 2
        return any([await self._read(Block(self._table, at, 1, ())) is None for at in (first, middle)])

    async def _read(self, block: Block) -> Refusal | Mute | object | None:
        """Return None when `block` was read, else why it was not."""
        answer = await self._unit.read(block)
        self._found.requests += 1
        if isinstance(answer, bytes):
            addresses = range(block.address, block.address + block.count)
            self._found.words |= {Register(self._table, at): 0 for at in addresses}
            self._silences = 0
            return None
        self._silences += isinstance(answer, Mute)
        self._is_known = self._is_known and not (isinstance(answer, Refusal) and answer.code == _UNKNOWN_FUNCTION)
        return answer


def _stretches() -> Iterator[tuple[int, int]]:
    """Yield where each start begins and where it ends at the latest: at the next one."""
    for start, following in zip(STARTS, (*STARTS[1:], 0x1_0000), strict=True):
        yield start, min(start + _FARTHEST, following)


def _halves(block: Block) -> tuple[Block, Block]:
    half = block.count // 2
    return (
        Block(block.table, block.address, half, ()),
        Block(block.table, block.address + half, block.count - half, ()),
    )
