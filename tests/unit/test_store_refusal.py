"""Lines that a server refuses are found among those that it takes."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.store.outcome import Forbidden, Refused, Unavailable
from roommon.store.refusal import HARMLESS, write_all_but_refused


class Server:
    """Takes every line but the bad ones; a body with a bad line is refused whole, or but for the bad ones."""

    def __init__(self, bad: set[str], *, partial: bool = False, says_dropped: bool = False) -> None:
        self.bad = bad
        self.partial = partial
        self.says_dropped = says_dropped
        self.stored: set[str] = set()
        self.requests = 0

    async def write(self, lines: Sequence[str]) -> None:
        self.requests += 1
        refused = [line for line in lines if line in self.bad]
        if self.partial or not refused:
            self.stored |= set(lines) - self.bad
        if refused:
            raise Refused(400, f"partial write: conflict dropped={len(refused)}" if self.says_dropped else "no")


LINES = [f"temperature,sensor=s{number:04} value=1 1" for number in range(300)]


@given(bad=st.sets(st.sampled_from(LINES)), partial=st.booleans(), says_dropped=st.booleans())
async def test_every_good_line_is_stored_and_every_bad_one_named(
    bad: set[str], partial: bool, says_dropped: bool
) -> None:
    server = Server(bad, partial=partial, says_dropped=says_dropped)
    culprits = await write_all_but_refused(server.write, LINES)
    assert sorted(line for some in culprits for line in some.lines) == sorted(bad)
    assert server.stored - {HARMLESS} == set(LINES) - bad


async def test_one_bad_line_costs_two_requests_per_halving() -> None:
    server = Server({LINES[123]})
    await write_all_but_refused(server.write, LINES)
    assert server.requests <= 2 + 2 * 9


async def test_a_measurement_that_is_refused_whole_is_not_halved_to_the_end() -> None:
    other = [f"voltage,sensor=s{number:04} value=1 1" for number in range(300)]
    server = Server(set(LINES), partial=True, says_dropped=True)
    mixed = [line for pair in zip(LINES, other, strict=True) for line in pair]
    await write_all_but_refused(server.write, mixed)
    assert server.requests <= 4


async def test_what_refuses_everything_is_not_believed_about_the_lines() -> None:
    server = Server({*LINES, HARMLESS})
    with pytest.raises(Forbidden, match="refuses every write"):
        await write_all_but_refused(server.write, LINES)
    assert server.requests == 2


async def test_a_server_that_goes_away_while_we_look_keeps_us_from_judging() -> None:
    requests: list[Sequence[str]] = []

    async def write(lines: Sequence[str]) -> None:
        requests.append(lines)
        if len(requests) == 1:
            raise Refused(400, "no")
        if len(requests) == 4:
            raise Unavailable("gone")

    with pytest.raises(Unavailable, match="gone"):
        await write_all_but_refused(write, LINES)
