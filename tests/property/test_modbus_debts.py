"""However late or lost the answers of a unit in order, none is taken for that of another request."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.model.clock import Instant
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.debts import LATEST_S, Debts
from roommon.poll.modbus.endpoint import data_bytes
from roommon.poll.modbus.frames import Answer, Refusal
from roommon.poll.plan import Block, Place
from roommon.profiles.limits import Limits, Stretch
from roommon.profiles.point import Table

TIMEOUT_S = 1.0


class Line:
    """A unit at the other end of a line, and the clock: both run only while somebody waits.

    Registers hold their own addresses, and end at `size`.
    """

    def __init__(self, lateness: Sequence[float | None], size: int = 0x1_0000) -> None:
        self.now = 100.0
        self.sent: list[Block] = []
        self._size = size
        self._lateness = iter(lateness)
        self._coming: deque[tuple[float, Block]] = deque()

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))

    async def ask(self, block: Block, left: Callable[[], None]) -> Answer:
        """Send, and return the first that comes within the timeout and looks right, as the link does."""
        self._coming = deque(each for each in self._coming if each[0] > self.now)  # nobody was waiting
        left()
        self.sent.append(block)
        late = next(self._lateness, 0.0)
        if late is not None:
            before = self._coming[-1][0] if self._coming else 0.0
            self._coming.append((max(self.now + late, before), block))
        deadline = self.now + TIMEOUT_S
        while self._coming and self._coming[0][0] <= deadline:
            self.now, answered = self._coming.popleft()
            if self._ends_before(answered):
                return Refusal(2)
            if (answered.table, data_bytes(answered)) == (block.table, data_bytes(block)):
                return _holding(answered)
        self.now = deadline
        raise DeviceUnreachable("silent")

    def _ends_before(self, block: Block) -> bool:
        return block.address + block.count > self._size


def _holding(block: Block) -> bytes:
    """Bits are all of one byte's value, so that a stretch of them is told from another."""
    if block.table is Table.DISCRETE:
        return bytes([block.address & 0xFF]) * data_bytes(block)
    return b"".join(at.to_bytes(2, "big") for at in range(block.address, block.address + block.count))


def block(address: int, count: int = 1, table: Table = Table.INPUT) -> Block:
    """A planned request: something of it is wanted."""
    return Block(table, address, count, (Place(0, table, address, count),))


LATENESS = st.one_of(st.just(0.0), st.none(), st.floats(0.0, LATEST_S - 0.125))
STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.floats(0.0, 5.0)), max_size=40)
"""Which of four stretches, how many units of its table's length, and how long nothing is asked afterwards."""
TABLES = st.sampled_from([Table.INPUT, Table.DISCRETE])


@given(lateness=st.lists(LATENESS, max_size=40), steps=STEPS, table=TABLES, sole=st.booleans())
def test_no_answer_is_taken_for_anothers(
    lateness: list[float | None], steps: list[tuple[int, int, float]], table: Table, sole: bool
) -> None:
    line = Line(lateness)
    debts = Debts(Limits(max_registers=1, max_bits=8) if sole else Limits(), line)
    length = 8 if table is Table.DISCRETE else 1

    async def ask(wanted: Block) -> None:
        with contextlib.suppress(DeviceUnreachable):
            assert await debts.ask(line.ask, wanted) == _holding(wanted)

    for place, lengths, pause_s in steps:
        asyncio.run(ask(block(10 * place, length * (1 if sole else lengths), table)))
        line.now += pause_s


async def after_a_silence(line: Line, limits: Limits | None = None, wanted: Block | None = None) -> Debts:
    """A unit that has left one request unanswered."""
    debts = Debts(limits or Limits(), line)
    with pytest.raises(DeviceUnreachable, match="silent"):
        await debts.ask(line.ask, wanted or block(5))
    line.sent.clear()
    return debts


@pytest.mark.parametrize(("count", "other"), [(8, 7), (1, 2)])
async def test_after_a_silence_something_of_another_length_is_asked_first(count: int, other: int) -> None:
    line = Line([None])
    debts = await after_a_silence(line, wanted=block(5, count))
    assert await debts.ask(line.ask, block(5, count)) == _holding(block(5, count))
    assert [each.count for each in line.sent] == [other, count]


async def test_that_registers_end_before_the_longer_stretch_is_an_answer_too() -> None:
    line = Line([None], size=6)
    debts = await after_a_silence(line)
    assert await debts.ask(line.ask, block(5)) == b"\0\5"
    assert [each.count for each in line.sent] == [2, 1]


@pytest.mark.parametrize("limits", [Limits(max_registers=1), Limits(forbidden=(Stretch(Table.INPUT, 6, 9),))])
async def test_a_unit_that_may_not_be_asked_for_more_is_left_alone_until_nothing_can_come(limits: Limits) -> None:
    line = Line([None])
    debts = await after_a_silence(line, limits)
    line.now += LATEST_S - TIMEOUT_S - 0.125
    with pytest.raises(DeviceUnreachable, match="left alone"):
        await debts.ask(line.ask, block(5))
    assert line.sent == []
    line.now += 0.125
    assert await debts.ask(line.ask, block(5)) == b"\0\5"


async def test_a_unit_that_does_not_answer_the_longer_stretch_is_asked_for_its_own_again_after_a_while() -> None:
    line = Line([None, None])
    debts = await after_a_silence(line)
    with pytest.raises(DeviceUnreachable, match="silent"):
        await debts.ask(line.ask, block(5))
    line.now += LATEST_S
    assert await debts.ask(line.ask, block(5)) == b"\0\5"


async def test_an_exception_that_may_be_an_older_ones_clears_nothing() -> None:
    line = Line([None, None], size=6)
    debts = await after_a_silence(line)
    for what in ("silent", "left alone"):
        with pytest.raises(DeviceUnreachable, match=what):
            await debts.ask(line.ask, block(5))
    assert [each.count for each in line.sent] == [2, 3]
