"""The one durable store between the rules and everybody who is told (docs/journal.md).

The fold appends what it folded and what came of it; deliverers are cursors over what is there: take the next, send,
mark as sent when the far side has confirmed. All SQL runs in a thread of its own; what decides who gets what when is
held by the event loop, so it needs no locks.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from roommon.journal.access import Access, opened
from roommon.journal.committer import Committer
from roommon.journal.damage import Memory
from roommon.journal.deliverers import Deliverers
from roommon.journal.depth import Depth, Owed
from roommon.journal.error import DiskTrouble, JournalError, JournalLocked, JournalUnusable
from roommon.journal.file import Fetched, JournalFile
from roommon.journal.holdings import Counted
from roommon.journal.housekeeping import Housekeeping
from roommon.journal.known import Known, News
from roommon.journal.lock import locked
from roommon.journal.record import (
    Backlog,
    Batch,
    Configured,
    Identified,
    Input,
    Login,
    NumberedEvent,
    Rejected,
    Started,
)
from roommon.journal.retention import LOG_ROOM, Limits
from roommon.journal.spans import Span, count
from roommon.journal.summary import DAY
from roommon.journal.thread import SqlThread, Urgency
from roommon.journal.told import Told
from roommon.journal.trouble import FileDamaged, Troubles
from roommon.journal.voice import Voice
from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Clock, Duration, Instant
from roommon.model.quantity import ByteSize
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.rules.state import Kept, StateId

__all__ = [
    "Backlog",
    "Batch",
    "Config",
    "Configured",
    "DiskTrouble",
    "Identified",
    "Input",
    "Journal",
    "JournalError",
    "JournalLocked",
    "JournalUnusable",
    "Login",
    "NumberedEvent",
    "Started",
    "open_journal",
]

_LOG = logging.getLogger(__name__)

REJECTED_GATHERED = 1000
"""Refusals that may wait for one commit; a far side that refuses everything says the same each time."""


@dataclass(frozen=True, slots=True)
class Config:
    """Where the journal lies and how much it keeps."""

    path: Path = Path("/var/lib/roommon/journal.db")
    keep: Duration = field(default=Duration(720 * 3_600_000), metadata={"doc": "Age after which delivered data goes."})
    at_most: ByteSize = field(default=ByteSize(2 << 30), metadata={"doc": "Room on the disk; the oldest goes first."})
    commit_every: Duration = field(default=Duration(1000), metadata={"doc": "How often readings go to the disk."})
    keep_minute_summaries: Duration = field(
        default=Duration(60 * DAY), metadata={"doc": "How long smallest, mean and largest values of each minute stay."}
    )
    keep_hour_summaries: Duration = field(
        default=Duration(1095 * DAY), metadata={"doc": "How long smallest, mean and largest values of each hour stay."}
    )

    def __post_init__(self) -> None:
        if self.at_most < 2 * LOG_ROOM:
            raise Invalid(
                Text(f"at_most is {self.at_most} bytes", f"at_most 为 {self.at_most} 字节"),
                Text("the journal needs at least 16 MiB", "日志库至少需要 16 MiB"),
            )
        if self.commit_every <= 0:
            raise Invalid(
                Text("commit_every must be more than 0 s", "commit_every 必须大于 0 s"),
                Text("1 s is usual", "通常为 1 s"),
            )


class Journal:
    """An open journal; made by `open_journal` alone."""

    def __init__(
        self,
        access: Access,
        committer: Committer,
        told: Told,
        deliverers: Deliverers,
        known: Known,
        news: News,
        voice: Voice,
        keeper: "asyncio.Task[None]",
    ) -> None:
        self._access = access
        self._committer = committer
        self._told = told
        self._deliverers = deliverers
        self._known = known
        self._news = news
        self._keeper = keeper
        self.voice = voice
        """What is said once a day."""

    # The fold's side.

    async def append(
        self,
        inputs: Sequence[Input],
        events: Sequence[AlarmEvent],
        states: Mapping[StateId, Kept | None],
    ) -> None:
        """Take what one fold gave, in its order; None in `states` where nothing is left to know.

        Without events it returns at once, and the next group commit writes it. With events it returns when they and
        everything before them are on the disk, or when the disk would not take them (docs/journal.md, full disk).
        """
        if self._keeper.done():
            raise RuntimeError("the journal's commit task has ended") from self._keeper.exception()
        group = self._committer.group
        group.inputs.extend(inputs)
        group.states.update(states)
        self._known.take(inputs, states)
        numbered = self._told.numbered(events)
        group.events.extend(numbered)
        self._committer.bound()
        if numbered:
            await self._committer.hurry_for_people()
            self._told.tell(numbered[-1].number)
            self._news.tell()

    async def flush(self) -> bool:
        """Return when the commit of everything appended so far was tried: whether it is on the disk."""
        return await self._committer.hurry()

    async def states(self) -> dict[StateId, Kept]:
        """Return the present state of every alarm that is known."""
        return dict(self._known.states)

    async def last_instant(self) -> Instant | None:
        """Return the instant of the last input in the order of inputs; None when there was none."""
        return self._known.newest

    async def readings_since(self, since: Mapping[SensorId, Instant]) -> list[Reading]:
        """Return the committed readings of each sensor in `since` from its instant on, in the order of the fold."""
        return await self._access.read(lambda file: file.readings_since(since), list[Reading])

    async def identify(self, identified: Identified) -> None:
        """Keep what a device says of itself; written with the next group commit."""
        self._committer.group.identified.append(identified)

    async def identities(self) -> list[Identified]:
        """Return who devices said that they were, in order, as far as it is committed."""
        return await self._access.read(lambda file: file.identities(), list[Identified])

    # The deliverers' side.

    async def register(self, deliverer: str, *, readings: bool, events: bool) -> None:
        """Let `deliverer` want readings, events or both; from now on nothing is dropped unsent without a word.

        One that is new begins with the oldest readings that are kept. A store, which wants both, begins with the oldest
        events too; who wants events alone tells people, and begins with the next one (`standing` says what stands).
        """
        first = 0 if readings else self._told.last
        self._deliverers.register(deliverer, readings=readings, events=events, last_event=first)
        self._news.tell()

    async def forget_others(self, deliverers: Collection[str]) -> None:
        """Forget every deliverer but these: nothing is kept for the others any more."""
        self._deliverers.forget_others(deliverers)

    async def unsent_readings(self, deliverer: str, *, newest: bool, at_most: int) -> list[Batch]:
        """Return batches that `deliverer` has not sent, whole, until they hold `at_most` readings or more.

        Oldest first, or, when `newest`, from the newest backwards, so that the present need not wait behind a backlog.
        A batch comes again until `readings_sent` names it. An illegible one comes without readings.
        """
        spans = self._deliverers.unsent(deliverer)
        if not spans:
            return []
        ordered = spans[::-1] if newest else spans
        found = await self._access.read(lambda file: file.batches(ordered, at_most, newest=newest), Fetched)
        self._committer.group.lost.extend(replace(one, deliverer=deliverer) for one in found.lost)
        if not found.batches:
            self._deliverers.nothing_left(deliverer, spans)
        return found.batches

    async def readings_sent(self, deliverer: str, numbers: Collection[int]) -> None:
        """Note that the far side has confirmed these batches; written with the next group commit."""
        self._deliverers.readings_sent(deliverer, numbers)

    async def unsent_events(self, deliverer: str, at_most: int) -> list[NumberedEvent]:
        """Return the oldest events that `deliverer` has not sent, in order."""
        after = self._deliverers.cursor(deliverer).last_event
        in_memory = self._told.since(after)
        if in_memory is not None:
            return in_memory[:at_most]
        last = self._told.last
        events = await self._access.read(lambda file: file.events(after + 1, last, at_most), list[NumberedEvent])
        after = events[-1].number if events else after
        events += self._told.in_memory(after)[: at_most - len(events)]
        if not events:
            self._deliverers.events_sent(deliverer, last)
        return events

    async def events_sent(self, deliverer: str, up_to: int) -> None:
        """Note that the far side has confirmed the events up to the number `up_to`; written with the next commit."""
        self._deliverers.events_sent(deliverer, up_to)

    async def set_aside(self, deliverer: str, at: Instant, what: str, why: str) -> None:
        """Keep what the far side refused, with its words; written in the same commit as what was sent."""
        rejected = self._committer.group.rejected
        if len(rejected) < REJECTED_GATHERED:
            rejected.append(Rejected(deliverer, at, what, why))

    async def standing(self) -> list[NumberedEvent]:
        """Return the newest event of every alarm that is not normal, in the order of their numbers."""
        return self._told.standing()

    async def changed(self, deliverer: str, timeout_s: float | None = None) -> None:
        """Return when there is something that `deliverer` has not sent, or after `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while not self._has_unsent(deliverer):
                    await self._news.wait()

    def _has_unsent(self, deliverer: str) -> bool:
        cursor = self._deliverers.cursor(deliverer)
        if cursor.events and cursor.last_event < self._told.last:
            return True
        return cursor.readings and bool(self._deliverers.unsent(deliverer))

    async def backlog(self, deliverer: str) -> Backlog:
        """Return what `deliverer` has still to send."""
        cursor = self._deliverers.cursor(deliverer)
        spans = self._deliverers.unsent(deliverer) if cursor.readings else []
        found = await self._access.read(lambda file: file.count(spans), Counted)
        oldest = found.oldest
        events = self._told.last - cursor.last_event if cursor.events else 0
        if events:
            (first, *_) = await self.unsent_events(deliverer, 1)
            oldest = first.event.at if oldest is None else min(oldest, first.event.at)
        return Backlog(count(spans), found.readings, events, oldest)

    async def depth(self) -> Depth:
        """Return what is held and owed; unlike `backlog` it counts no readings, so a long outage does not make it dear.

        Raises:
            DiskTrouble: the disk does not do its part.
        """
        batches = self._deliverers.batches
        refused = await self._access.read(lambda file: file.waiting(), int)
        return Depth(
            batches.last - batches.first + 1,
            self._told.last,
            len(self._committer.group.inputs) + refused,
            [await self._owed(deliverer) for deliverer in self._deliverers.wanting()],
        )

    async def _owed(self, deliverer: str) -> Owed:
        cursor = self._deliverers.cursor(deliverer)
        spans = self._deliverers.unsent(deliverer) if cursor.readings else []
        first = [Span(spans[0].first, spans[0].first)] if spans else []
        begun = (await self._access.read(lambda file: file.count(first), Counted)).oldest if first else None
        events = self._told.last - cursor.last_event if cursor.events else 0
        told = [each.event.at for each in await self.unsent_events(deliverer, 1)] if events else []
        oldest = min((at for at in (begun, *told) if at is not None), default=None)
        return Owed(deliverer, count(spans), events, oldest)


@asynccontextmanager
async def open_journal(config: Config, clock: Clock, report: Callable[[Text | None], None]) -> AsyncGenerator[Journal]:
    """Lock the journal, bring it forward, and hold it open; a damaged file is set aside and a new one begun.

    `report` is told what is wrong with the journal, and None when all is well again. What is appended until the end of
    the context is committed.

    Raises:
        JournalLocked: another daemon writes it; the message names its process.
        JournalUnusable: it is another program's or a newer roommon's file, or cannot be opened.
    """
    at = clock.instant(clock.monotonic())
    troubles = Troubles(config.path, report)
    with locked(config.path) as lock:
        async with _sql_thread() as thread:
            file, memory = await thread.run(Urgency.COMMIT, lambda: opened(config.path, at))
            batches = (await thread.run(Urgency.READ, file.kept)).batches
            told = Told(lock, memory.standing, max(memory.last_event, lock.last_event()))
            parts = _Parts(config, clock, troubles, told, Deliverers(memory.cursors, batches))
            try:
                async with _kept(parts, thread, file, memory) as journal:
                    yield journal
            finally:
                await thread.run(Urgency.CLOSE, file.close)


@asynccontextmanager
async def _sql_thread() -> AsyncGenerator[SqlThread]:
    thread = SqlThread("journal")
    try:
        yield thread
    finally:
        await thread.close()


@dataclass(frozen=True, slots=True)
class _Parts:
    config: Config
    clock: Clock
    troubles: Troubles
    told: Told
    deliverers: Deliverers
    news: News = field(default_factory=News)


@asynccontextmanager
async def _kept(parts: _Parts, thread: SqlThread, file: JournalFile, memory: Memory) -> AsyncGenerator[Journal]:
    """Hold the task that commits; when it ends, what was appended is committed."""
    config, clock, told, deliverers = parts.config, parts.clock, parts.told, parts.deliverers
    known = Known(memory.states, memory.newest)

    def taken_over(error: FileDamaged) -> Memory:
        if file.usable:
            _LOG.error("journal %s: damaged (%s); set aside, a new one begins", config.path, error)
        cursors = {cursor.deliverer: cursor for cursor in deliverers.renewed()}
        standing, last_batch = told.standing_written(), deliverers.batches.last
        return Memory(known.states, standing, cursors, known.newest, told.written_to, last_batch, voice.newest)

    access = Access(thread, file, clock, taken_over)
    committer = Committer(access, clock, config.commit_every, told, deliverers, parts.troubles, parts.news.tell)
    voice = Voice(access, committer)
    limits = Limits(config.keep, config.at_most, config.keep_minute_summaries, config.keep_hour_summaries)
    housekeeping = Housekeeping(access, clock, limits, deliverers, parts.troubles, config.path)
    ending = asyncio.Event()
    keeper = asyncio.create_task(_keep(committer, housekeeping, ending), name="journal:commit")
    try:
        yield Journal(access, committer, told, deliverers, known, parts.news, voice, keeper)
    finally:
        ending.set()
        committer.wake()
        await keeper
        if file.waiting():
            _LOG.error("journal %s: %d readings could not be written and are lost", config.path, file.waiting())


async def _keep(committer: Committer, housekeeping: Housekeeping, ending: asyncio.Event) -> None:
    while not ending.is_set():
        await committer.due()
        await committer.commit()
        if not committer.hurried or housekeeping.is_overdue():
            await housekeeping.run(lambda: committer.hurried)
    await committer.commit()
