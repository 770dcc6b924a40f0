"""Answers without a transaction id (RTU): a late one is never taken for that of another request.

A unit answers in order, each request once or never. So while requests of it are open, which were sent and not answered
in time, it is asked only for what no open answer can be mistaken for: the same stretch, some registers more or fewer.
When that answer is here, all that was open before it has gone by. What cannot be told apart so is waited out: an answer
that is later than `LATEST_S` does not come.
"""

from collections.abc import Awaitable, Callable

from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.endpoint import data_bytes
from roommon.poll.modbus.frames import Answer, Refusal
from roommon.poll.plan import Block
from roommon.profiles.limits import Limits
from roommon.profiles.point import BIT_TABLES

LATEST_S = 8.0
"""No gateway holds a request longer, and no unit thinks longer."""

_BEYOND = frozenset({2, 3})
"""The exceptions that a longer stretch earns where registers end."""
_LEFT_ALONE = Text(
    "left alone: a late answer could be taken for another, and may come for some seconds",
    "暂不询问：迟到的应答可能被误认为其他请求的应答，数秒内仍可能到达",
)

Send = Callable[[Block, Callable[[], None]], Awaitable[Answer]]
"""Asks for one block; calls the function each time that the request leaves; raises DeviceUnreachable."""


class Debts:
    """Asks one unit, and knows what it may still answer."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        """`limits` are those of the unit."""
        self._limits = limits
        self._clock = clock
        self._open: list[Block] = []
        """What was sent and not answered, oldest first."""
        self._sent_at = 0.0

    async def ask(self, send: Send, block: Block) -> Answer:
        """Return the answer to `block`, and to nothing else; raise DeviceUnreachable."""
        if self._open:
            await self._clear(send)
        return await self._exchange(send, block)

    async def _clear(self, send: Send) -> None:
        if self._clock.monotonic() - self._sent_at >= LATEST_S:
            self._open.clear()
            return
        other = self._distinct()
        if other is not None:
            await self._exchange(send, other)
        if self._open:
            raise DeviceUnreachable(_LEFT_ALONE)

    async def _exchange(self, send: Send, block: Block) -> Answer:
        answer = await send(block, lambda: self._left(block))
        del self._open[: self._answered(block, answer) + 1]
        return answer

    def _left(self, block: Block) -> None:
        self._open.append(block)
        self._sent_at = self._clock.monotonic()

    def _answered(self, block: Block, answer: Answer) -> int:
        """Return which of the open requests has been answered for certain: the oldest that could have been.

        All exceptions are alike. Only that a stretch ends is not what those say which were planned.
        """
        if not isinstance(answer, Refusal):
            return next(at for at, each in enumerate(self._open) if data_bytes(each) == data_bytes(block))
        if answer.code in _BEYOND and [each for each in self._open if not each.places] == [block]:
            return len(self._open) - 1
        return 0

    def _distinct(self) -> Block | None:
        """Return what to ask that no open answer fits; None when the unit takes nothing of that kind."""
        owed, taken = self._open[0], {data_bytes(each) for each in self._open}
        step = 8 if owed.table in BIT_TABLES else 1
        for far in range(1, len(self._open) + 1):
            for count in (owed.count - far * step, owed.count + far * step):
                other = Block(owed.table, owed.address, count, ())
                if data_bytes(other) not in taken and self._limits.allow(
                    other.table, other.address, other.address + other.count - 1
                ):
                    return other
        return None
