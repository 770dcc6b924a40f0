"""kill -9 at any moment: what was reported as committed is there afterwards, once and in order."""

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.reading import Reading
from tests.peers.journal import journal_at

pytestmark = pytest.mark.integration

KILLS = 12
WRITER = """
import asyncio, sys
from pathlib import Path
from tests.peers.journal import event, journal_at, reading

async def main(path: Path, first: int) -> None:
    async with journal_at(path, commit_every_ms=5) as journal:
        number = first
        print("open", flush=True)
        while True:
            for _ in range(5):
                await journal.append([reading(number)], [], {})
                number += 1
            if number % 2:
                await journal.append([reading(number)], [event(f"a-{number}")], {})
                number += 1
                told = (await journal.standing())[-1].number
                print("event", told, flush=True)
            else:
                assert await journal.flush()
            print("reading", number - 1, flush=True)

asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
"""


def run_and_kill(path: Path, first: int, after_s: float) -> tuple[int, int]:
    """Run a writer, kill it `after_s` after it opened; return the last reading and event that it reported."""
    command = [sys.executable, "-c", WRITER, str(path), str(first)]
    reported = {"reading": first - 1, "event": 0}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "open\n"
        threading.Timer(after_s, writer.kill).start()
        for line in writer.stdout:
            if line.endswith("\n"):
                what, number = line.split()
                reported[what] = int(number)
    return reported["reading"], reported["event"]


async def test_nothing_that_was_reported_as_committed_is_missing_after_any_kill(tmp_path: Path) -> None:
    path, chance = tmp_path / "j.db", random.Random(7)
    found, told = -1, 0
    for _ in range(KILLS):
        reading_reported, event_reported = run_and_kill(path, found + 1, chance.uniform(0.0, 0.25))
        with JournalReader(path) as reader:
            values = [int(one.value or 0) for one in reader.inputs() if isinstance(one, Reading)]
            numbers = [one.number for one in reader.events()]
        assert values == list(range(len(values)))
        assert len(values) - 1 >= reading_reported
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) >= max(event_reported, told)
        found, told = len(values) - 1, len(numbers)
    async with journal_at(path) as journal:
        unsent = await journal.unsent_readings("influxdb", newest=False, at_most=1 << 30)
        assert [int(one.value or 0) for batch in unsent for one in batch.readings] == list(range(found + 1))
        assert (await journal.unsent_events("mqtt", 1 << 30))[-1].number == told
    assert found > 100
    assert told > 10
