"""Carries the journal to a server that takes line protocol: events first, then the newest readings, then the oldest.

It holds no queue: what is not confirmed is still in the journal, and comes again. Writing again is harmless, because a
line overwrites itself.

While there is a backlog, a round is one request of the newest readings and then a handful of the oldest, several at a
time. So dashboards show the present within a round, and the past fills up in order. The first write of a round is
alone: a server that is away or busy meets one request per attempt, not four.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from roommon.journal.journal import Batch
from roommon.model.reading import Reading
from roommon.store.context import Context
from roommon.store.line_protocol import OF_EVENTS, OF_READINGS, Precision, event_line, reading_lines, series_of
from roommon.store.outcome import Forbidden, Refused, Unanswered, Unavailable
from roommon.store.pace import LONGEST_ASKED_PAUSE_S, PERSON_PAUSE_S, Pace, jittered, pause_s
from roommon.store.refusal import write_all_but_refused
from roommon.store.report import Report

_T = TypeVar("_T")

Write = Callable[[Sequence[str], Precision], Awaitable[None]]
"""Writes lines in one request; raises what `outcome` lists."""

EVENTS = 1000
"""Alarm events in one request."""
TOO_LARGE = 413
LINES_IN_A_NOTE = 50
"""Refused lines that the journal keeps in one row: it bounds the rows."""
NOT_KNOWN = "roommon no longer has this sensor in its configuration, so its quantity is not known"


class Delivery:
    """One server's cursor over the journal, moving."""

    def __init__(self, write: Write, lines: int, context: Context, report: Report) -> None:
        """`write` writes up to `lines` lines in one request."""
        self._write_request = write
        self._context = context
        self._report = report
        self._pace = Pace(lines)
        self._series = series_of(context.site, context.devices.values())
        self._failures = 0
        self._largest_batch = 0
        """Readings of the largest batch that was seen."""

    async def run(self) -> None:
        """Deliver for ever."""
        journal, name = self._context.journal, self._context.name
        while True:
            try:
                is_everything = await self._round()
            except Unavailable as trouble:
                await self._wait(trouble)
                continue
            self._failures = 0
            self._pace.well()
            if is_everything:
                self._report.caught_up()
                await journal.changed(name)

    async def _wait(self, trouble: Unavailable) -> None:
        """Say what is wrong, and leave the server alone for a while."""
        self._failures += 1
        self._report.trouble(trouble.words)
        if isinstance(trouble, Unanswered):
            self._pace.too_slow()
        pause = jittered(PERSON_PAUSE_S) if isinstance(trouble, Forbidden) else pause_s(self._failures)
        asked = min(trouble.retry_after_s or 0.0, LONGEST_ASKED_PAUSE_S)
        await asyncio.sleep(max(pause, asked))

    async def _round(self) -> bool:
        """Send what comes first; return whether nothing was left when we looked."""
        more_events = await self._send_events()
        # More than the largest batch, so that a single one is known to be all there is.
        at_most = max(self._pace.lines, self._largest_batch) + 1
        newest = await self._unsent(newest=True, at_most=at_most)
        self._largest_batch = max([self._largest_batch, *(len(batch.readings) for batch in newest)])
        if sum(len(batch.readings) for batch in newest) < at_most:
            await self._send(newest, 1)
            return not more_events
        await self._send_newest_and_oldest(newest)
        return False

    async def _send_newest_and_oldest(self, newest: Sequence[Batch]) -> None:
        """Send `newest`, and meanwhile read the oldest; then send those."""
        _, oldest = await asyncio.gather(self._send(newest, 1), self._unsent(newest=False, at_most=self._pace.round))
        numbers = {batch.number for batch in newest}
        await self._send([batch for batch in oldest if batch.number not in numbers], self._pace.parallel)

    async def _send_events(self) -> bool:
        """Send the oldest events; return whether there may be more."""
        context = self._context
        events = await context.journal.unsent_events(context.name, EVENTS)
        if events:
            lines = [event_line(one.number, one.event, context.site, context.language) for one in events]
            await self._write(lines, OF_EVENTS)
            await context.journal.events_sent(context.name, events[-1].number)
        return len(events) == EVENTS

    async def _unsent(self, *, newest: bool, at_most: int) -> list[Batch]:
        return await self._context.journal.unsent_readings(self._context.name, newest=newest, at_most=at_most)

    async def _send(self, batches: Sequence[Batch], parallel: int) -> None:
        """Write what `batches` hold, that many requests at a time, and note that it arrived."""
        readings = list(itertools.chain.from_iterable(batch.readings for batch in batches))
        await self._write_readings(readings, parallel)
        if batches:
            await self._context.journal.readings_sent(self._context.name, [batch.number for batch in batches])

    async def _write_readings(self, readings: Sequence[Reading], parallel: int) -> None:
        """Write `readings`, that many requests at a time; raise the first trouble when all of them have ended."""
        pieces = _pieces(readings, self._pace.lines)
        troubles: list[Unavailable] = []
        async with asyncio.TaskGroup() as requests:
            for number in range(parallel):
                requests.create_task(self._write_pieces(pieces, troubles), name=f"{self._context.name}:{number}")
        try:
            if troubles:
                raise troubles[0]
        finally:
            troubles.clear()  # or the error, its frames and all their readings would hold each other

    async def _write_pieces(self, pieces: Iterator[Sequence[Reading]], troubles: list[Unavailable]) -> None:
        for piece in pieces:
            if troubles:
                return
            try:
                await self._write(await self._lines(piece), OF_READINGS)
            except Unavailable as trouble:
                troubles.append(trouble)

    async def _lines(self, readings: Sequence[Reading]) -> list[str]:
        """Return the lines of `readings`; set aside those whose sensor is not known any more."""
        try:
            return reading_lines(readings, self._series)
        except KeyError:
            strangers = [_as_words(reading) for reading in readings if reading.sensor not in self._series]
            await self._set_aside(strangers, NOT_KNOWN)
            return reading_lines([reading for reading in readings if reading.sensor in self._series], self._series)

    async def _write(self, lines: Sequence[str], precision: Precision) -> None:
        """Write `lines`, and set aside those that the server refuses."""
        if not lines:
            return
        culprits = await write_all_but_refused(partial(self._request, precision), lines)
        if not self._report.is_well:
            self._report.well(await self._context.journal.backlog(self._context.name))
        for some in culprits:
            await self._set_aside(some.lines, some.words)

    async def _request(self, precision: Precision, lines: Sequence[str]) -> None:
        try:
            await self._write_request(lines, precision)
        except Refused as refusal:
            if refusal.status == TOO_LARGE and len(lines) > 1:
                self._pace.too_large(len(lines))
            raise

    async def _set_aside(self, lines: Sequence[str], words: str) -> None:
        clock = self._context.clock
        now = clock.instant(clock.monotonic())
        for some in _pieces(lines, LINES_IN_A_NOTE):
            await self._context.journal.set_aside(self._context.name, now, "\n".join(some), words)
        self._report.refused(len(lines), words)


def _pieces(whole: Sequence[_T], length: int) -> Iterator[Sequence[_T]]:
    return (whole[first : first + length] for first in range(0, len(whole), length))


def _as_words(reading: Reading) -> str:
    value = "no value" if reading.value is None else repr(reading.value)
    return f"{reading.sensor} {value} {reading.quality} {reading.reason or ''} {reading.taken_at}"
