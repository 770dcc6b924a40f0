"""The group commit: gathers what folds give, commits it once per beat, and at once when there are alarm events.

One commit is under way at a time, so what is folded first is committed first. While the disk takes nothing, packed
groups wait in the file's memory (file.py), and what comes meanwhile gathers here; both are bounded, the oldest goes
first, and what goes is counted.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from roommon.journal.access import Access
from roommon.journal.deliverers import Deliverers
from roommon.journal.error import DiskTrouble
from roommon.journal.group import Cursor, Group
from roommon.journal.holdings import Kept
from roommon.journal.record import Lost, WhyLost
from roommon.journal.thread import Urgency
from roommon.journal.told import UNWRITTEN, Told
from roommon.journal.trouble import FileDamaged, Trouble, Troubles
from roommon.journal.writing import NOBODY_HAS_IT, lost_events
from roommon.model.clock import Clock, Duration
from roommon.model.reading import Reading
from roommon.model.text import Text

GATHERED_INPUTS = 200_000
"""Inputs that may gather while one commit is under way: 40 s of 5,000 a second, about 30 MB."""
PATIENCE_S = 2.0
"""How long an alarm event waits for the disk before people are told all the same."""
SNAPSHOT_EVERY_S = 86_400.0
PUT_BACK_STANDS_S = 600.0
"""How long health tells of a file that was removed or replaced: people should hear of it, and nothing is wrong now."""
_SLOW = Text(
    f"a commit takes longer than {PATIENCE_S:g} s; alarms do not wait for it",
    f"一次提交超过 {PATIENCE_S:g} s；告警不等待它",
)


@dataclass(slots=True)
class _Gathering:
    tried: "asyncio.Future[bool]"
    """Ends when the commit was tried, with whether everything is on the disk."""
    group: Group = field(default_factory=Group)


class Committer:
    """Owns the open group."""

    def __init__(
        self,
        access: Access,
        clock: Clock,
        every: Duration,
        told: Told,
        deliverers: Deliverers,
        troubles: Troubles,
        news: Callable[[], None],
    ) -> None:
        self._access = access
        self._clock = clock
        self._every_s = every / 1000
        self._told = told
        self._deliverers = deliverers
        self._troubles = troubles
        self._news = news
        self._open = _gathering()
        self._urgent = asyncio.Event()
        self._behind = False
        self._snapshot_due = 0.0
        self._put_back_at = -PUT_BACK_STANDS_S

    @property
    def group(self) -> Group:
        """The group that is open now."""
        return self._open.group

    def bound(self) -> None:
        """Keep the open group within its memory."""
        if len(self.group.inputs) > GATHERED_INPUTS or len(self.group.events) > UNWRITTEN:
            _shed(self.group)

    def wake(self) -> None:
        """Let the next commit be due now."""
        self._urgent.set()

    async def hurry(self) -> bool:
        """Return when the open group's commit was tried: whether everything is on the disk."""
        tried = self._open.tried
        self.wake()
        return await asyncio.shield(tried)

    async def hurry_for_people(self) -> None:
        """Return when the open group is on the disk, or when people should not wait any longer for that."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.hurry()
        except TimeoutError:
            self._troubles.say(Trouble.SLOW, _SLOW)

    async def due(self) -> None:
        """Return when the next commit is due."""
        try:
            async with asyncio.timeout(self._every_s):
                await self._urgent.wait()
        except TimeoutError:
            return

    @property
    def hurried(self) -> bool:
        """Whether a commit is wanted at once."""
        return self._urgent.is_set()

    async def commit(self) -> None:
        """Try to write what is there."""
        self._urgent.clear()
        gathering, self._open = self._open, _gathering()
        moved = self._deliverers.take_moved()
        if gathering.group or moved or self._behind:
            await self._write(gathering.group, moved)
        if not gathering.tried.done():
            gathering.tried.set_result(not self._behind)

    async def _write(self, group: Group, moved: Collection[Cursor]) -> None:
        last_event = group.events[-1].number if group.events else 0
        now = self._clock.monotonic()
        snapshot, at = now >= self._snapshot_due, self._clock.instant(now)
        try:
            kept = await self._access.run(Urgency.COMMIT, lambda file: file.commit(group, moved, at, snapshot=snapshot))
        except DiskTrouble as error:
            self._troubles.say(Trouble.DISK, _not_writable(error.words))
            self._not_written(moved)
        except FileDamaged:
            self._not_written(moved)
        else:
            self._written(kept, snapshot=snapshot)
        self._told.tell(last_event)
        self._news()

    def _not_written(self, moved: Collection[Cursor]) -> None:
        self._behind = True
        self._deliverers.not_written(moved)

    def _written(self, kept: Kept, *, snapshot: bool) -> None:
        self._behind = False
        self._troubles.say(Trouble.DISK, None)
        self._troubles.say(Trouble.SLOW, None)
        self._say_put_back(kept.put_back)
        self._told.written(kept.last_event)
        self._deliverers.batches = kept.batches
        if snapshot:
            self._snapshot_due = self._clock.monotonic() + SNAPSHOT_EVERY_S

    def _say_put_back(self, found: Text | None) -> None:
        now = self._clock.monotonic()
        if found is not None:
            self._put_back_at = now
            self._troubles.say(Trouble.PUT_BACK, _put_back(found))
        elif now - self._put_back_at > PUT_BACK_STANDS_S:
            self._troubles.say(Trouble.PUT_BACK, None)


def _put_back(found: Text) -> Text:
    return Text(
        f"{found.en}; the journal was put back whole. Who touches it?",
        f"{found.zh_cn}；日志库已完整放回原处。是谁动了它？",
    )


def _not_writable(why: Text) -> Text:
    return Text(f"cannot be written ({why.en}); readings wait in memory", f"无法写入（{why.zh_cn}）；读数暂存在内存中")


def _gathering() -> _Gathering:
    return _Gathering(asyncio.get_running_loop().create_future())


def _shed(group: Group) -> None:
    """Give up the older half of the readings and events in `group`, and count them; commands stay."""
    older = group.inputs[: len(group.inputs) // 2]
    readings = [entry for entry in older if isinstance(entry, Reading)]
    group.inputs[: len(older)] = [entry for entry in older if not isinstance(entry, Reading)]
    if readings:
        times = [reading.taken_at for reading in readings]
        group.lost.append(Lost(NOBODY_HAS_IT, min(times), max(times), len(readings), 0, WhyLost.SLOW))
    if len(group.events) > UNWRITTEN:
        gone = group.events[: len(group.events) // 2]
        del group.events[: len(gone)]
        group.lost.append(lost_events(gone, WhyLost.SLOW))
