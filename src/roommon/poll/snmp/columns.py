"""A column of an SNMP table, gone through a page at a time: one GETBULK, in version 1 one GETNEXT.

Agents end their tables in all sorts of ways: properly, by going backwards, and never. A walk goes on where the beat
before left it, so a long table costs no beat its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.driver import DeviceUnreachable, Fault
from roommon.poll.snmp.agent import ABSENT, Absent, Agent, Refusal, Value
from roommon.poll.snmp.budget import Attempt, Budget
from roommon.poll.snmp.packing import RELEARN_S

LONGEST = 10_000
"""Objects of one column; an agent that has more of them never comes to an end."""
_ENDLESS = Text(
    f"more than {LONGEST} objects: the agent's walk does not end", f"超过 {LONGEST} 个对象：代理的遍历没有尽头"
)

Page = Mapping[str, Value] | Absent


@dataclass(slots=True)
class Column:
    """One column, as far as it was walked."""

    root: str
    """Its OID, dotted, without a leading dot."""
    values: dict[str, Value] = field(default_factory=dict)
    """By index, dotted, in the agent's order."""
    done: bool = False
    backwards: bool = False
    """It ended because the agent went backwards: there may be more."""
    trouble: Fault | None = None
    """Why it is not known."""
    at: str = ""
    """The last object that was seen."""

    def __post_init__(self) -> None:
        self.at = self.at or self.root

    def take(self, page: Page) -> None:
        """Go on by one page."""
        if isinstance(page, Absent):
            self.fail(Reason.DEVICE_FAILURE, ABSENT[page])
            return
        self.done = not page
        for oid, value in page.items():
            if not self._goes_on(oid):
                self.done = True
                return
            self.at = oid
            self.values[oid[len(self.root) + 1 :]] = value
        if len(self.values) > LONGEST:
            self.fail(Reason.DEVICE_FAILURE, _ENDLESS)

    def fail(self, reason: Reason, why: Text) -> None:
        """Give it up."""
        self.trouble = Fault(reason, about(self.root, why))
        self.done = True

    def _goes_on(self, oid: str) -> bool:
        if not oid.startswith(f"{self.root}."):
            return False
        self.backwards = _parts(oid) <= _parts(self.at)
        return not self.backwards


class Walking:
    """Asks one agent for its columns."""

    def __init__(self, budget: Budget, count: int, clock: Clock) -> None:
        """`count` is how many objects are asked for at a time."""
        self._budget = budget
        self._count = count
        self._clock = clock
        self._bulk_works = False
        self._singly_until = 0.0
        """An agent that was silent to GETBULK alone is asked by GETNEXT until then."""

    async def go_on(self, column: Column) -> None:
        """Walk `column` to its end, for as long as the beat allows.

        Raises:
            OutOfTime: it goes on in another beat.
            Refused: the agent does not let us read.
        """
        while not column.done:
            await self.page(column)

    async def page(self, column: Column) -> None:
        """Walk one page of `column`, which is not done; raises as `go_on` does."""
        try:
            column.take(await self._budget.ask_aside(self._attempts(column.at)))
        except DeviceUnreachable as error:
            column.fail(Reason.NO_COMMUNICATION, error.words)

    def _attempts(self, at: str) -> list[Attempt[Page]]:
        """Return the tries to go on from `at`; where GETBULK never worked, the last is by GETNEXT."""

        async def bulk(agent: Agent, timeout_s: float) -> Page | Refusal:
            page = await agent.after(at, self._count, timeout_s)
            self._bulk_works = True
            return page

        async def single(agent: Agent, timeout_s: float) -> Page | Refusal:
            page = await agent.after(at, 1, timeout_s)
            if self._singly_until < self._clock.monotonic():
                self._singly_until = self._clock.monotonic() + RELEARN_S
            return page

        retries = self._budget.patience.retries
        if self._clock.monotonic() < self._singly_until:
            return [single] * (retries + 1)
        return [bulk] * (retries + 1) if self._bulk_works else [*[bulk] * max(retries, 1), single]


def _parts(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))
