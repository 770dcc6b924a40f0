"""Passwords looked at beside the loop: what it costs, what it tells, and how many are taken."""

import asyncio
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from roommon.web import users_file
from roommon.web.passwords import hashed
from roommon.web.roles import Role
from roommon.web.user import User, UserId
from roommon.web.users import WAITING, Busy, Users
from tests.peers.hands import Hands

pytestmark = pytest.mark.integration

PASSWORD = "drei Pumpen, ein Keller"
DAY = date(2026, 11, 28)
WANG = User(UserId("wang"), Role.OPERATOR, None, hashed(PASSWORD), DAY, DAY, "王工")


@pytest.fixture
def users(tmp_path: Path) -> Users:
    with users_file.change(tmp_path / "users") as draft:
        draft.put(WANG)
    return Users(tmp_path / "users", Hands())


async def test_more_than_can_be_looked_at_soon_are_turned_away(users: Users) -> None:
    tries = [asyncio.create_task(users.verify("wang", PASSWORD)) for _ in range(WAITING + 3)]
    came = await asyncio.gather(*tries, return_exceptions=True)
    assert [type(one) for one in came].count(Busy) == 3
    assert came.count(WANG) == WAITING
    assert await users.verify("wang", PASSWORD) == WANG


@contextmanager
def longest_wait() -> Iterator[list[float]]:
    """How long the loop did not come to anything else, at most, in seconds."""
    waits = [0.0]
    loop = asyncio.get_running_loop()
    last = time.perf_counter()

    def beat() -> None:
        nonlocal last
        now = time.perf_counter()
        waits[0] = max(waits[0], now - last)
        last = now
        waiting[0] = loop.call_later(0.002, beat)

    waiting = [loop.call_soon(beat)]
    yield waits
    waiting[0].cancel()


async def test_the_loop_goes_on_while_a_password_is_looked_at(users: Users) -> None:
    begun = time.perf_counter()
    with longest_wait() as waits:
        await users.verify("wang", PASSWORD)
    assert waits[0] < (time.perf_counter() - begun) / 2


async def test_the_time_does_not_tell_which_names_there_are(users: Users) -> None:
    """Taken in turn, so that what else the box does falls on both; a look-up without a hash would be a thousandth."""
    taken: dict[str, list[float]] = {"wang": [], "nobody": []}
    await users.refresh()
    for _ in range(9):
        for name, times in taken.items():
            begun = time.perf_counter()
            assert await users.verify(name, "wrong") is None
            times.append(time.perf_counter() - begun)
    known, unknown = (statistics.median(times) for times in taken.values())
    assert 0.7 < known / unknown < 1.4
