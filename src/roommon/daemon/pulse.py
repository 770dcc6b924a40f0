"""How roommon itself is, gathered when somebody asks: what the parts count anyway, and how deep the journal is."""

import asyncio
import contextlib
from pathlib import Path

from roommon.daemon.fold import Input
from roommon.daemon.polling import Polling
from roommon.journal.depth import Depth
from roommon.journal.error import DiskTrouble
from roommon.journal.journal import Journal
from roommon.poll.poller import Poller
from roommon.poll.tally import LATENESS_MS, Tally
from roommon.web.vitals import Lateness, Polls, Vitals


class Pulse:
    """How the running parts are."""

    def __init__(self, polling: Polling, journal: Journal, inputs: "asyncio.Queue[Input]", path: Path) -> None:
        """`path` is the journal's file."""
        self._polling = polling
        self._journal = journal
        self._inputs = inputs
        self._path = path

    async def vitals(self) -> Vitals:
        """Return how roommon is now."""
        tally = self._polling.schedule.tally
        return Vitals(
            beats=tally.beats,
            between=tally.between,
            missed=tally.missed,
            restarts=tally.deaths,
            lost_readings=tally.lost_readings,
            lateness=_lateness(tally),
            polls={device: _polls(poller) for device, poller in self._polling.pollers().items()},
            queue=self._inputs.qsize(),
            queue_room=self._inputs.maxsize,
            depth=await self._depth(),
            journal_bytes=await asyncio.to_thread(_bytes, self._path),
        )

    async def _depth(self) -> Depth | None:
        with contextlib.suppress(DiskTrouble):
            return await self._journal.depth()
        return None


def _lateness(tally: Tally) -> Lateness:
    return Lateness([edge / 1000 for edge in LATENESS_MS], tuple(tally.lateness), tally.late_s)


def _polls(poller: Poller) -> Polls:
    return Polls(poller.asked, poller.asked - poller.answers, poller.overdue, poller.answered, poller.took_s)


def _bytes(path: Path) -> int:
    """Return how much room the journal takes, with the log beside it; what is not there takes none."""
    return sum(_size(path.with_name(path.name + suffix)) for suffix in ("", "-wal"))


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0
