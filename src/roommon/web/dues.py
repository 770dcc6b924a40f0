"""Which rules should be drilled, the worst first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import RuleId
from roommon.model.clock import Instant
from roommon.record.drills import Drill, is_overdue
from roommon.web.facts import Demand


@dataclass(frozen=True, slots=True)
class Due:
    """A rule that demands drills."""

    demand: Demand
    last: Drill | None
    """The newest drill that raised its alarm; None when the record has none."""
    due: Instant
    """By when it should be drilled."""
    is_overdue: bool


def dues(
    demands: Iterable[Demand], drilled: Mapping[RuleId, Instant], drills: Sequence[Drill], at: Instant
) -> list[Due]:
    """Return the rules: the longest overdue first, then what was never drilled, then what is due soonest.

    `drilled` says when each was drilled last, or since when it waits; `drills` are in the order of their beginnings.
    """
    found = [_due(demand, drilled.get(demand.rule, at), drills, at) for demand in demands]
    return sorted(found, key=lambda one: (not one.is_overdue, not one.is_overdue and one.last is not None, one.due))


def _due(demand: Demand, since: Instant, drills: Sequence[Drill], at: Instant) -> Due:
    last = next((drill for drill in reversed(drills) if demand.rule in drill.rules), None)
    return Due(demand, last, Instant(since + demand.every), is_overdue(since, demand.every, at))
