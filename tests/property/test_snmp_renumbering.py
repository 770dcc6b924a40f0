"""An agent that numbers its rows anew at any moment of a beat: no value of a row is ever taken for another's."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from roommon.poll.driver import Fault
from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.budget import Patience
from roommon.profiles.point import By, Cell, Encoding, Point, Row, RowTable
from tests.peers.snmp_room import Room, reader_of_points

ENTRY = "1.3.6.1.4.1.99999.50.1"
LABEL = f"{ENTRY}.1"
TABLE = RowTable("port", f"{ENTRY}.2", label=(LABEL,))
NUMBERS = st.integers(0, 4)


@dataclass
class Restless(Room):
    """Numbers its rows anew before one of its answers."""

    remaining: int = -1
    then: Callable[[], None] = field(default=lambda: None)

    def _hear(self, oids: Sequence[str], timeout_s: float) -> None:
        super()._hear(oids, timeout_s)
        if self.remaining == 0:
            self.then()
        self.remaining -= 1


def place(agent: Room, rows: Sequence[int], columns: int) -> None:
    """Let the rows stand in this order; each cell holds whose it is."""
    for name in [name for name in agent.values if name.startswith(f"{ENTRY}.")]:
        del agent.values[name]
    for index, row in enumerate(rows, 1):
        agent.values[f"{LABEL}.{index}"] = f"Rack {row}".encode()
        agent.values |= {f"{ENTRY}.{column}.{index}": 100 * row + column for column in range(2, columns + 2)}


@given(
    before=st.permutations(range(5)),
    now=st.permutations(range(5)),
    columns=st.integers(1, 5),
    after=st.integers(0, 12),
    most=st.sampled_from([1, 2, 3, 5, 8, 1000]),
    fatal=st.sets(st.tuples(st.integers(2, 6), st.integers(1, 5)), max_size=2),
    budget_s=st.sampled_from([8.0, 0.1]),
)
def test_a_value_is_its_own_rows_or_none(
    before: list[int],
    now: list[int],
    columns: int,
    after: int,
    most: int,
    fatal: set[tuple[int, int]],
    budget_s: float,
) -> None:
    agent = Restless(values={SYS_UPTIME: 0})
    place(agent, before, columns)
    keys = [(row, column) for row in range(5) for column in range(2, columns + 2)]
    points = [
        Point(f"{row}.{column}", Cell(Row("port", By.LABEL, f"Rack {row}"), f"{ENTRY}.{column}"), Encoding.NUMBER)
        for row, column in keys
    ]
    reader = reader_of_points(agent, points, Patience(1.0, 0, budget_s), [TABLE])

    async def day() -> None:
        for beat in range(6):
            agent.most = most if beat else 1000
            agent.fatal = {f"{ENTRY}.{column}.{index}" for column, index in fatal} if beat else set()
            if beat == 2:
                agent.remaining, agent.then = after, lambda: place(agent, now, columns)
            raws = await reader.read()
            for (row, column), raw in zip(keys, raws, strict=True):
                assert isinstance(raw, Fault) or raw == 100 * row + column
            await reader.learn()
            agent.clock.now += 10

    asyncio.run(day())
