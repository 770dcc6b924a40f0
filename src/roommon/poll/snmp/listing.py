"""Alarm tables: a column that lists what stands, one OID a row. What is not listed does not stand.

An empty column says that all is well, so it must be told from one that could not be read to its end, and from a table
that the agent does not have: that it has one, a row shows once and for all, or at each beat an object beside it.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.driver import Fault
from roommon.poll.snmp.agent import Value
from roommon.poll.snmp.asking import ASIDE, unasked
from roommon.poll.snmp.budget import Budget, OutOfTime
from roommon.poll.snmp.columns import Column, Walking
from roommon.profiles.point import Listed, Point

_AT_A_TIME = 8
"""Alarms that stand at the same time; more cost another request."""
_BACKWARDS = Text("the agent goes backwards, so it is not known what is listed", "代理的遍历倒退，无法得知列出了什么")


Beside = Callable[[str], Value | Fault]
"""What this beat brought of an object, or why it brought nothing."""


class _Failed(NamedTuple):
    """A column that is left alone for now."""

    why: Fault
    failures: int
    until: float


class Listing:
    """The points of one device that are rows of a list; each list is walked once a beat."""

    def __init__(self, points: Sequence[Point], budget: Budget, clock: Clock) -> None:
        """`points` may stand elsewhere too."""
        self._clock = clock
        self._budget = budget
        self._walking = Walking(budget, _AT_A_TIME, clock)
        self._failed: dict[str, _Failed] = {}
        self._had_rows: set[str] = set()
        """Columns that the agent is known to have."""
        self._lists: dict[str, list[tuple[int, Listed]]] = {}
        for index, point in enumerate(points):
            if isinstance(point.at, Listed):
                places = self._lists.setdefault(point.at.column.removeprefix("."), [])
                places.append((index, point.at))

    def __bool__(self) -> bool:
        return bool(self._lists)

    async def answers(self, beside: Beside) -> dict[int, int | Fault]:
        """Return 1 or 0 for each of the points, by their index; `beside` tells of the objects beside the lists.

        Raises:
            Refused: the agent does not let us read.
        """
        found: dict[int, int | Fault] = {}
        for root, places in self._lists.items():
            column = await self._walked(root)
            found.update((index, self._is_listed(column, listed, beside)) for index, listed in places)
        return found

    async def _walked(self, root: str) -> Column:
        column = Column(root)
        failed = self._failed.get(root)
        if failed is not None and self._clock.monotonic() < failed.until:
            column.trouble = failed.why
            return column
        try:
            await self._walking.go_on(column)
        except OutOfTime:
            column.fail(Reason.NO_COMMUNICATION, unasked(self._budget))
            return column
        self._note(column, failed)
        if column.values:
            self._had_rows.add(root)
        return column

    def _note(self, column: Column, before: _Failed | None) -> None:
        self._failed.pop(column.root, None)
        if column.trouble is not None:
            failures = before.failures + 1 if before else 1
            until = self._clock.monotonic() + ASIDE.delay_s(failures, random.random())  # noqa: S311  spreads retries
            self._failed[column.root] = _Failed(column.trouble, failures, until)

    def _is_listed(self, column: Column, listed: Listed, beside: Beside) -> int | Fault:
        if any(_is_meant(value, listed) for value in column.values.values()):
            return 1
        if column.trouble is not None:
            return column.trouble
        if column.backwards:
            return Fault(Reason.DEVICE_FAILURE, about(column.root, _BACKWARDS))
        if not listed.beside or column.root in self._had_rows:
            return 0
        there = beside(listed.beside.removeprefix("."))
        return _no_list(column.root, there) if isinstance(there, Fault) else 0


def _no_list(root: str, why: Fault) -> Fault:
    words = Text(
        f"nothing is listed, and it is not known that there is a list: {why.detail.en}",
        f"未列出任何内容，且无法确认该列表存在：{why.detail.zh_cn}",
    )
    return Fault(why.reason, about(root, words))


def _is_meant(value: Value, listed: Listed) -> bool:
    oid = listed.oid.removeprefix(".")
    return value == oid or (listed.is_subtree and isinstance(value, str) and value.startswith(f"{oid}."))
