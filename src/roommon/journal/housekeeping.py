"""Between commits: summaries, the checkpoint, the retention, and the warnings that belong to them."""

from collections.abc import Callable
from pathlib import Path

from roommon.journal import damage
from roommon.journal.access import Access
from roommon.journal.deliverers import Deliverers
from roommon.journal.error import DiskTrouble
from roommon.journal.file import JournalFile
from roommon.journal.retention import STEP_BYTES, Limits, Usage, tidy, usage
from roommon.journal.summariser import Summariser
from roommon.journal.thread import Urgency
from roommon.journal.trouble import FileDamaged, Trouble, Troubles
from roommon.model.clock import Clock
from roommon.model.text import Text

WARN_SHARE = 0.8
"""Of the room taken by what one deliverer has not sent: people are warned while there is time to mend it."""
CALM_SHARE = 0.75
LOOK_EVERY_S = 5.0
OVERDUE_S = 10.0
SUMMARISE_S = 0.1
"""After each commit, for summaries: a tenth of a core while they are behind. The retention gets its turn after it."""


class Housekeeping:
    """Keeps the file within its limits, a step at a time."""

    def __init__(
        self, access: Access, clock: Clock, limits: Limits, deliverers: Deliverers, troubles: Troubles, path: Path
    ) -> None:
        self._access = access
        self._clock = clock
        self._limits = limits
        self._deliverers = deliverers
        self._troubles = troubles
        self._path = path
        self._summariser = Summariser()
        self._warned = False
        self._look_at = 0.0
        self._overdue_at = 0.0

    def is_overdue(self) -> bool:
        """Whether its turn is due though commits are wanted at once all the time, as in a flood of alarms."""
        return self._clock.monotonic() >= self._overdue_at

    async def run(self, interrupted: Callable[[], bool]) -> None:
        """Do what is due, step by step, until there is nothing or somebody waits for a commit; at least a step."""
        self._overdue_at = self._clock.monotonic() + OVERDUE_S
        self._look_aside()
        try:
            await self._summarise(interrupted)
            while await self._step() and not interrupted():
                pass
        except (DiskTrouble, FileDamaged):
            return  # said by the next commit, which meets the same disk

    async def _summarise(self, interrupted: Callable[[], bool]) -> None:
        until = self._clock.monotonic() + SUMMARISE_S

        def step(file: JournalFile) -> bool:
            return self._summariser.step(file, self._clock.instant(self._clock.monotonic()))

        while await self._access.run(Urgency.TIDY, step) and not interrupted() and self._clock.monotonic() < until:
            pass

    async def _step(self) -> bool:
        now, cursors = self._clock.instant(self._clock.monotonic()), self._deliverers.all()

        def step(file: JournalFile) -> tuple[bool, Usage]:
            more = tidy(file.db, self._limits, now, cursors)
            file.checkpoint_when_due(STEP_BYTES if more else 0)
            return more, usage(file.db)

        more, full = await self._access.run(Urgency.TIDY, step)
        if more:
            self._deliverers.batches = (await self._access.run(Urgency.READ, JournalFile.kept)).batches
        self._warn(full)
        return more

    def _warn(self, full: Usage) -> None:
        unsent, deliverer = self._deliverers.unsent_share()
        share = unsent * full.used / self._limits.room
        self._warned = share >= (CALM_SHARE if self._warned else WARN_SHARE)
        words = Text(
            f"nearly full of readings that {deliverer} has not taken; the oldest of them will be dropped",
            f"将被 {deliverer} 尚未取走的读数占满；其中最旧的将被丢弃",
        )
        self._troubles.say(Trouble.BACKLOG, words if self._warned else None)

    def _look_aside(self) -> None:
        if self._clock.monotonic() < self._look_at:
            return
        self._look_at = self._clock.monotonic() + LOOK_EVERY_S
        damaged = ", ".join(damage.put_aside_before(self._path, "damaged"))
        words = Text(
            f"was damaged and set aside as {damaged}; move it away when it was looked at",
            f"曾损坏，已移为 {damaged}；查看后请移走",
        )
        self._troubles.say(Trouble.DAMAGED, words if damaged else None)
        foreign = ", ".join(damage.put_aside_before(self._path, "foreign"))
        words = Text(
            f"what was put in its place lies aside as {foreign}; move it away, and stop roommon to restore a backup",
            f"被放到其位置的文件已移为 {foreign}；请将其移走，恢复备份前请先停止 roommon",
        )
        self._troubles.say(Trouble.FOREIGN, words if foreign else None)
