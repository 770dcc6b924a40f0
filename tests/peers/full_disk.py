"""A disk that is full, as the journal meets it."""

import pytest

from roommon.journal.journal import Journal
from roommon.journal.thread import Urgency
from tests.peers.journal import Said, reading

DISK_FULL_AT = 80
"""Pages; an empty journal takes about 40."""


async def fill_the_disk(journal: Journal, pages: int = DISK_FULL_AT) -> None:
    """Let SQLite find no room for more pages, which it says in the same way as a full disk."""
    await journal._access.run(
        Urgency.COMMIT, lambda file: file.db.execute(f"PRAGMA max_page_count = {pages}").fetchall()
    )


async def make_room(journal: Journal) -> None:
    await fill_the_disk(journal, 1 << 30)


async def append_until_it_says(journal: Journal, said: Said, part: str) -> int:
    """Append batches that do not compress until the journal says `part`; return how many."""
    for number in range(10_000):
        await journal.append([reading(i, f"device-{(i * 7919 + number) % 1000}.x") for i in range(200)], [], {})
        await journal.flush()
        if part in said.now:
            return number + 1
    pytest.fail(f"never said {part}")
