"""Which units answer behind a gateway or on a line, and which profiles they may be of. It only reads."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from roommon.commissioning.itself import objects, same
from roommon.commissioning.known import Known
from roommon.commissioning.line import Line
from roommon.commissioning.ranking import Candidate, ranked
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.unit import Unit, read_points
from roommon.config.library import Opened
from roommon.config.points import point
from roommon.config.units import NotAValue
from roommon.model.text import Text
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Point, Told, like
from roommon.profiles.profile import HoldsSpec, PointKey, PointSpec

_FEW, _MANY = 6, 200
"""How often a block is halved, while profiles are compared, and for the one that is shown."""


@dataclass(frozen=True, slots=True)
class Answering:
    """One unit that answers."""

    unit: Unit
    said: Mapping[int, str]
    """The objects of its identification (43/14), empty where it gives none."""
    ranking: Sequence[Candidate]
    """The profiles that it may be of, the likeliest first."""


async def present(line: Line, numbers: Iterable[int]) -> AsyncIterator[tuple[Unit, Text | None]]:
    """Yield each unit of `numbers` with how it answers, None if it does not.

    Raises:
        DeviceUnreachable: the gateway or line is not there.
    """
    for number in numbers:
        unit = Unit(line, number)
        yield unit, await unit.is_there()


async def answering(unit: Unit, shelf: Shelf, profile: str | None) -> Answering:
    """Return what `unit` says of itself, and the profiles that it may be of; or what `profile` makes of it.

    Raises:
        DeviceUnreachable: the line is gone, or the unit stops answering.
        Enough: no more requests are allowed.
    """
    said = objects(await unit.identification())
    if profile is not None:
        return Answering(unit, said, [await _candidate(unit, shelf, shelf.open(profile), None, _MANY)])
    found = [await _judged(unit, shelf, one, said) for one in shelf.of_units()]
    ranking = ranked(one for one in found if one is not None)
    if not ranking:
        return Answering(unit, said, ())
    best = await _candidate(unit, shelf, ranking[0].profile, ranking[0].known, _MANY)
    return Answering(unit, said, [best, *ranking[1:]])


async def _judged(unit: Unit, shelf: Shelf, profile: Opened, said: Mapping[int, str]) -> Candidate | None:
    """Return the unit as `profile` reads it; None when something that the profile names is otherwise."""
    identify = profile.profile.identify
    held = [await _held(unit, profile, one) for one in identify.holds] if identify is not None else []
    if any(one is False for one in held):
        return None
    reasons = [one for one in held if isinstance(one, Text)]
    is_held = bool(held) and len(reasons) == len(held)
    by_name = same(profile.profile, said)
    exactness = 10 * (by_name is not None) + (_strength(identify.holds) if identify is not None and is_held else 0)
    named = (*([] if by_name is None else [by_name]), *reasons)
    if exactness:
        known = Known(named, exactness)
    elif identify is not None and identify.holds:
        known = Known((_unheld(identify.holds),), is_doubtful=True)
    else:
        known = None
    candidate = await _candidate(unit, shelf, profile, known, _FEW)
    its = candidate.fit
    return candidate if its.is_sound or its.score > 0 else None


def _unheld(holds: Sequence[HoldsSpec]) -> Text:
    listed = ", ".join(one.read for one in holds)
    return Text(f"there is nothing at {listed}", f"{listed} 处没有内容")


def _strength(holds: Sequence[HoldsSpec]) -> int:
    """Return how much is known by what stands in a device: a name is more than a number that others may hold too."""
    return sum(8 if any(isinstance(value, str) for value in one.values) else 2 for one in holds)


async def _held(unit: Unit, profile: Opened, wanted: HoldsSpec) -> Text | bool | None:
    """Return what `unit` holds where the profile says, False if it is something else, None if nothing is there."""
    place = _place(wanted, profile.profile.address_base)
    if place is None:
        return None
    [raw] = await read_points(unit, [place], profile.profile.limits, 0)
    if isinstance(raw, Fault):
        return None
    holds = Text(f"{wanted.read} holds {raw!r}", f"{wanted.read} 的内容为 {raw!r}")
    return holds if _is_one_of(raw, wanted.values) else False


def _place(wanted: HoldsSpec, base: int) -> Point | None:
    """Return the point that reads what the profile compares; None if it writes none."""
    wrong: list[NotAValue] = []
    spec = PointSpec(PointKey("held"), wanted.read, type=wanted.type, length=wanted.length)
    return point(spec, base, lambda _, error: wrong.append(error))


def _is_one_of(raw: Raw, values: frozenset[Told]) -> bool:
    return raw in values or any(isinstance(one, str) and like(str(raw), one) for one in values)


async def _candidate(unit: Unit, shelf: Shelf, profile: Opened, known: Known | None, most_refusals: int) -> Candidate:
    polled = shelf.device(profile, f"unit-{unit.number}", unit=unit.number)
    raws = await read_points(unit, polled.points, polled.limits, most_refusals)
    return Candidate(profile, polled, known, seen(polled, raws, unit.words))
