"""What is learned of a device between its beats: its rows and its identity, a little at a time.

It is learned when the device is met, after its agent's restarts, when a row is not where it was, and once an hour. As
long as rows are missing it is tried again and again, ever more rarely; and never does it take more than a twentieth of
the time.
"""

import random
from collections.abc import Mapping, Sequence

from roommon.model.clock import Clock, Duration
from roommon.poll.driver import About, DeviceUnreachable, Fault
from roommon.poll.snmp.budget import Budget, OutOfTime, Refused
from roommon.poll.snmp.columns import Column, Walking
from roommon.poll.snmp.identity import Identity
from roommon.poll.snmp.rows import Rows, Tables
from roommon.poll.snmp.tables import Found, columns, rows
from roommon.poll.standing import BackOff
from roommon.profiles.point import Point, RowTable

_AGAIN_S = 3600.0
_MISSING = BackOff(Duration(5_000), Duration(60_000))
"""How long after a survey that did not find everything the next one comes."""
_REST = 20.0
"""A survey rests for so many times as long as it took."""
_AT_A_TIME = 20
"""Objects in one GETBULK: a kilobyte, if each is a short text."""


class Survey:
    """What one device has besides its points, as far as it was asked."""

    def __init__(
        self, tables: Sequence[RowTable], identity: Mapping[str, Point], rows: Rows, budget: Budget, clock: Clock
    ) -> None:
        """`rows` are told where they stand."""
        self.about: About | None = None
        """None until the device was asked."""
        self.walks = 0
        """How often the tables were walked to their end."""
        self._tables = tables
        self._rows = rows
        self._clock = clock
        self._walking = Walking(budget, _AT_A_TIME, clock)
        self._identity = Identity(identity, budget, self._walking, clock) if identity else None
        self._columns = self._unwalked()
        self._walked: Tables = {}
        self._is_walked = not tables
        self._told: Mapping[str, str] = {}
        self._tell_at = 0.0
        self._next_at = 0.0
        self._took_s = 0.0
        self._rested_at = 0.0
        self._failures = 0

    def __bool__(self) -> bool:
        return bool(self._tables) or self._identity is not None

    @property
    def due(self) -> bool:
        """Whether there is something to ask."""
        return self._clock.monotonic() >= self._next_at

    def anew(self) -> None:
        """Ask for all of it as soon as may be: the agent started anew."""
        self._tell_at = 0.0
        self._walk_anew()
        self.hurry()

    def hurry(self) -> None:
        """Walk the tables as soon as may be: a row is not where it was."""
        self._next_at = min(self._next_at, self._rested_at)

    async def find_rows(self) -> None:
        """Walk the tables, for as long as the beat allows; their rows are bound when all are walked.

        Raises:
            OutOfTime: it goes on in another beat.
            Refused: the agent does not let us read.
        """
        began = self._clock.monotonic()
        try:
            for column in self._columns.values():
                await self._walking.go_on(column)
        finally:
            self._took_s += self._clock.monotonic() - began
        if not self._is_walked:
            self._is_walked = True
            self.walks += 1
            self._walked = {table.id: self._rows_of(table) for table in self._tables}
            self._rows.bind(self._walked)

    async def go_on(self) -> None:
        """Ask for what is due, for as long as the beat allows."""
        try:
            await self.find_rows()
            is_told = await self._tell()
        except OutOfTime:
            return
        except Refused:
            is_told = False
        self._rest(
            is_told and not self._rows.incomplete and not any(isinstance(t, Fault) for t in self._walked.values())
        )

    async def _tell(self) -> bool:
        """Ask who the device is, once an hour; return whether it is known."""
        now = self._clock.monotonic()
        if self._identity is not None and now >= self._tell_at:
            try:
                self._told = await self._identity.ask()
            except DeviceUnreachable:
                return False
            finally:
                self._took_s += self._clock.monotonic() - now
            self._tell_at = now + _AGAIN_S
        self.about = About(self._told, self._rows.unlisted(self._walked))
        return True

    def _rest(self, is_complete: bool) -> None:
        """Leave the device alone for a while; what comes next begins at the beginning."""
        now = self._clock.monotonic()
        self._failures = 0 if is_complete else self._failures + 1
        wait_s = _AGAIN_S if is_complete else _MISSING.delay_s(self._failures, random.random())  # noqa: S311  spreads
        self._rested_at = now + _REST * self._took_s
        self._next_at = max(now + wait_s, self._rested_at)
        self._took_s = 0.0
        self._walk_anew()

    def _walk_anew(self) -> None:
        self._columns = self._unwalked()
        self._is_walked = not self._tables

    def _unwalked(self) -> dict[str, Column]:
        return {column: Column(column) for table in self._tables for column in columns(table)}

    def _rows_of(self, table: RowTable) -> Sequence[Found] | Fault:
        walked = {column: self._columns[column] for column in columns(table)}
        troubles = [column.trouble for column in walked.values() if column.trouble is not None]
        return troubles[0] if troubles else rows(table, {root: column.values for root, column in walked.items()})
