"""Asks an SNMP agent what it is, and reads it by the profiles that it may be of. It only reads."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from roommon.commissioning.drops import lacking, unfitted
from roommon.commissioning.known import Heard, Introduction, Known, known, may_be
from roommon.commissioning.ranking import Candidate, ranked
from roommon.commissioning.rows import Row, Rows, rows_of
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf, without_points
from roommon.config.library import Opened
from roommon.config.site import Bus as Endpoint
from roommon.config.site import Polled
from roommon.daemon.build import target_of
from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.bus import Bus
from roommon.poll.driver import About, Fault, Raw, Reader
from roommon.poll.snmp.agent import Absent, Agent, Refusal, Value
from roommon.poll.snmp.values import is_one_of, words
from roommon.profiles.profile import HoldsSpec, Identify

_DESCRIPTION, _OBJECT_ID = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"
_NAME, _LOCATION = "1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.1.6.0"
_EMPTY = (Reason.NOT_CONNECTED, Reason.CONFIGURATION_ERROR)
"""What the readings of a row say that has nothing: it is not fitted, or the agent has no such objects."""
_TRIES = 4
"""How often a device is asked for its rows and its identity before it is taken for one that does not tell."""


class WalkingAgent(Agent, Protocol):
    """An agent whose objects one can go through."""

    def walk(self, root: str, timeout_s: float) -> AsyncIterator[tuple[str, Value]]:
        """Yield every object below `root` with its value."""
        ...


@dataclass(frozen=True, slots=True)
class Met:
    """One device read by one profile."""

    candidate: Candidate
    identity: dict[str, str]
    rows: Rows
    lacks: tuple[str, ...]
    """Points of the profile that the device has not."""

    @property
    def idle(self) -> tuple[Row, ...]:
        """Rows that have nothing to give a value: offered, and not written."""
        return tuple(row for row in self.rows.every if row.found.table not in self.rows.unnamed and self._is_idle(row))

    def _is_idle(self, row: Row) -> bool:
        own = [
            one for one in self.candidate.every if one.point.key.startswith(f"{row.id}.") and one.reading is not None
        ]
        return bool(own) and all(one.reading is not None and one.reading.reason in _EMPTY for one in own)

    @property
    def entries(self) -> list[dict[str, object]]:
        """What to write under `rows:`."""
        idle = {row.id for row in self.idle}
        return [entry for entry in self.rows.entries if entry["id"] not in idle]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the agent is, and how it is asked."""

    endpoint: Endpoint
    bus: Bus[WalkingAgent]
    clock: Clock
    timeout_s: float


class Questions:
    """Asks one agent for single objects, each once."""

    def __init__(self, place: Place) -> None:
        """Nothing is asked yet."""
        self._bus = place.bus
        self._timeout_s = place.timeout_s
        self._unit = place.bus.join(place.bus.standing.name)
        self._there: dict[str, bool] = {}

    async def introduction(self) -> Introduction:
        """Return what the agent says of itself.

        Raises:
            DeviceUnreachable: it does not answer.
        """
        said = [words(await self._value(oid)) for oid in (_DESCRIPTION, _OBJECT_ID, _NAME, _LOCATION)]
        return Introduction(said[0], said[1].strip("."), said[2], said[3])

    async def heard(self, identify: Identify) -> Heard:
        """Return what `identify` asks for."""
        there = {oid: await self._is_there(oid) for oid in (*identify.answers, *identify.any_of, *identify.lacks)}
        return Heard(there, {one.read: await self._held(one) for one in identify.holds})

    async def _value(self, oid: str) -> Value:
        """Return the object `oid`; empty when there is none."""
        answer = await self._bus.ask(self._unit, lambda agent: agent.get(oid, self._timeout_s))
        return b"" if isinstance(answer, Absent | Refusal) else answer

    async def _held(self, wanted: HoldsSpec) -> Text | None:
        value = await self._value(wanted.read)
        return Text.same(repr(words(value))) if is_one_of(value, wanted.values) else None

    async def _is_there(self, written: str) -> bool:
        oid = written.strip(".")
        if oid not in self._there:
            after = await self._bus.ask(self._unit, lambda agent: agent.after(oid, 1, self._timeout_s))
            found = () if isinstance(after, Absent | Refusal) else tuple(after)
            self._there[oid] = any(one.startswith(f"{oid}.") for one in found) or await self._value(oid) != b""
        return self._there[oid]


async def identified(place: Place, shelf: Shelf) -> tuple[Introduction, list[Met]]:
    """Return what the agent says of itself, and the profiles that it may be of, the likeliest first.

    Raises:
        DeviceUnreachable: it does not answer.
    """
    questions = Questions(place)
    said = await questions.introduction()
    found = [
        await met(place, shelf, profile, why)
        for profile, why in [(profile, await _known(profile, said, questions)) for profile in shelf.of_agents()]
        if why is not None
    ]
    order = {one.name: number for number, one in enumerate(ranked(one.candidate for one in found))}
    possible = [one for one in found if one.candidate.name in order]
    return said, sorted(possible, key=lambda one: order[one.candidate.name])


async def _known(profile: Opened, said: Introduction, questions: Questions) -> Known | None:
    identify = profile.profile.identify
    if identify is None or not may_be(identify, said):
        return None
    return known(identify, said, await questions.heard(identify))


async def met(place: Place, shelf: Shelf, profile: Opened, why: Known | None) -> Met:
    """Return the agent read by `profile`: all rows that it has, its identity, and every value.

    Raises:
        DeviceUnreachable: it stops answering.
    """
    bare = shelf.device(profile, str(place.endpoint.id))
    about = await _about(place, without_points(bare))
    rows = rows_of(profile, about.unlisted)
    whole = shelf.device(profile, str(place.endpoint.id), rows=[row.entry for row in rows.every])
    polled = shelf.device(
        profile,
        str(place.endpoint.id),
        rows=[row.entry for row in rows.every],
        drop=[point.key for point in whole.points if point.key.partition(".")[0] in rows.lacking],
    )
    every = seen(polled, await _read(place, polled))
    lacks = (*_of_rows(whole, rows.lacking), *lacking(every), *unfitted(every))
    return Met(Candidate(profile, polled, why, every), {**polled.said, **about.identity}, rows, lacks)


def _of_rows(polled: Polled, rows: Iterable[str]) -> tuple[str, ...]:
    named = {*rows}
    return tuple(point.key for point in polled.points if point.is_sensor and point.key.partition(".")[0] in named)


async def _about(place: Place, polled: Polled) -> About:
    """Return what the device says of itself and its rows; what it does not tell in a while is left out."""
    reader = _reader(place, polled)
    for _ in range(_TRIES):
        await reader.read()
        await reader.learn()
        if reader.about is not None:
            return reader.about
    return About({})


async def _read(place: Place, polled: Polled) -> Sequence[Raw | Fault]:
    """Return the raw values; rows are looked for in the first beat, and after it if they are many."""
    reader = _reader(place, polled)
    await reader.read()
    await reader.learn()
    return await reader.read()


def _reader(place: Place, polled: Polled) -> Reader:
    reader: Reader = place.endpoint.module.reader(place.bus, place.endpoint.endpoint, target_of(polled), place.clock)
    return reader
