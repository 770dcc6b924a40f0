"""An SNMP agent in memory, asked over the real bus, with a clock that the test moves."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

from roommon.model.clock import Duration, Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.bus import Bus, Silent
from roommon.poll.driver import Fault, Raw, Target
from roommon.poll.snmp.agent import SYS_UPTIME, Absent, Agent, Refusal, Value
from roommon.poll.snmp.budget import Patience
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point, RowTable


@dataclass
class HandClock:
    now: float = 1000.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(int(monotonic * 1000))


@dataclass
class Room:
    """An agent in memory: what it holds, how it behaves, and what it was asked."""

    clock: HandClock = field(default_factory=HandClock)
    values: dict[str, Value] = field(default_factory=dict)
    fatal: set[str] = field(default_factory=set)
    """Objects that make a whole request fail (noSuchName in version 1, genErr)."""
    most: int = 1000
    """More objects in one request are tooBig."""
    mute_above: int = 1000
    """Longer requests are dropped without a word."""
    mute: int = 0
    """So many requests from now on are not answered."""
    refuses: bool = False
    answer_s: float = 0.01
    booted_at: float = 0.0
    deaf_to_bulk: bool = False
    deaf_to_walks: bool = False
    endless: str = ""
    """A column that never comes to its end."""
    pages: int = 0
    """How often it was asked what follows."""
    ordered: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The names of `values` in the agent's order."""
    asked: list[Sequence[str]] = field(default_factory=list)
    usable: bool = True

    async def get_many(self, oids: Sequence[str], timeout_s: float) -> Mapping[str, Value] | Refusal:
        self._hear(oids, timeout_s)
        if self.refuses:
            return Refusal(Text.same("refuses user roommon"))
        if len(oids) > self.most or self.fatal.intersection(oids):
            return {}
        return {oid: self.values[oid] for oid in oids if oid in self.values}

    async def get(self, oid: str, timeout_s: float) -> Value | Absent | Refusal:
        self._hear([oid], timeout_s)
        if self.refuses:
            return Refusal(Text.same("refuses user roommon"))
        return Absent.NO_SUCH_NAME if oid in self.fatal else self.values.get(oid, Absent.NO_SUCH)

    async def after(self, oid: str, count: int, timeout_s: float) -> Mapping[str, Value] | Absent | Refusal:
        self.pages += 1
        if self.deaf_to_walks or (self.deaf_to_bulk and count > 1):
            self.mute += 1
        self._hear([oid], timeout_s)
        if self.refuses:
            return Refusal(Text.same("refuses user roommon"))
        if self.endless and oid.startswith(self.endless):
            last = int(oid.removeprefix(self.endless).removeprefix(".") or "0")
            return {f"{self.endless}.{number}": number for number in range(last + 1, last + count + 1)}
        if self.ordered.keys() != self.values.keys():
            self.ordered = {name: parts(name) for name in sorted(self.values, key=parts)}
        later = (other for other, place in self.ordered.items() if place > parts(oid))
        return {other: self.values[other] for other in itertools.islice(later, count)}

    def _hear(self, oids: Sequence[str], timeout_s: float) -> None:
        self.asked.append(list(oids))
        if self.mute or len(oids) > self.mute_above:
            self.mute = max(self.mute - 1, 0)
            self.clock.now += timeout_s
            raise Silent(Text.same("no answer"))
        self.clock.now += self.answer_s
        if SYS_UPTIME in self.values and SYS_UPTIME not in self.fatal:
            self.values[SYS_UPTIME] = int((self.clock.now - self.booted_at) * 100)

    def requests(self) -> int:
        """How many it got since the last call."""
        count = len(self.asked)
        self.asked.clear()
        return count


def oid(index: int) -> str:
    return f"1.3.6.1.4.1.99999.{index}.0"


def room(count: int) -> Room:
    return Room(values={SYS_UPTIME: 0, **{oid(index): index for index in range(count)}})


def reader_of_points(
    agent: Room,
    points: Sequence[Point],
    patience: Patience,
    tables: Sequence[RowTable] = (),
    identity: Mapping[str, Point] | None = None,
) -> SnmpReader:
    @contextlib.asynccontextmanager
    async def connect() -> AsyncIterator[Agent]:
        yield agent

    bus: Bus[Agent] = Bus("ups-1 10.0.0.3:161", connect, agent.clock)
    target = Target(DeviceId("ups-1"), None, points, Limits(), Duration(10_000), tables, identity or {})
    return SnmpReader(target, bus, bus.join("ups-1 10.0.0.3:161"), agent.clock, patience)


def parts(dotted: str) -> tuple[int, ...]:
    return tuple(map(int, dotted.split(".")))


def reasons(answers: Sequence[Raw | Fault]) -> dict[int, Reason]:
    return {index: answer.reason for index, answer in enumerate(answers) if isinstance(answer, Fault)}


def details(answers: Sequence[Raw | Fault]) -> list[str]:
    return [answer.detail.en for answer in answers if isinstance(answer, Fault)]
