"""How a site tells its people: what holds for all rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid

_HOUR = Duration(3_600_000)
_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Repeat:
    """How an alarm that stands and that nobody acknowledges is told again."""

    every: Duration = field(metadata={"doc": "How long after people were told they are told again."})
    at_most: Duration = field(
        default=Duration(4 * _HOUR), metadata={"doc": "For how long; then it stands and is told no more."}
    )
    escalate_after: tuple[Duration, ...] = field(
        default=(), metadata={"doc": "When a repeat goes to the next tier: after 15 min to tier 1, ..."}
    )

    def __post_init__(self) -> None:
        if self.every < _MINUTE:
            raise Invalid(
                Text("it would be told more than once a minute", "每分钟重复不止一次"),
                Text("give `every` 1 min or more", "`every` 至少 1 min"),
            )
        if list(self.escalate_after) != sorted(set(self.escalate_after)):
            raise Invalid(
                Text("the tiers are not in order", "升级时限未按先后排列"),
                Text("write the shortest first, like `[15 min, 1 h]`", "请由短到长书写，例如 `[15 min, 1 h]`"),
            )

    def tier(self, waited: Duration) -> int:
        """Return how far an alarm has been escalated that has `waited` so long."""
        return sum(waited >= after for after in self.escalate_after)


@dataclass(frozen=True, slots=True)
class Flood:
    """When alarms are too many to be told singly (ANSI/ISA-18.2-2016 16.5: more than 10 in 10 minutes)."""

    more_than: int = field(default=10, metadata={"doc": "Alarms within the time; the next is one too many."})
    fewer_than: int = field(default=5, metadata={"doc": "Alarms within the time at which the flood is over."})
    within: Duration = field(default=Duration(10 * _MINUTE), metadata={"doc": "The time in which they are counted."})

    def __post_init__(self) -> None:
        if not 0 < self.fewer_than <= self.more_than:
            raise Invalid(
                Text("fewer_than is not within 1 and more_than", "fewer_than 不在 1 与 more_than 之间"),
                Text("give, for example, `more_than: 10, fewer_than: 5`", "例如 `more_than: 10, fewer_than: 5`"),
            )


@dataclass(frozen=True, slots=True)
class Policy:
    """All of it; every part has a default that suits a small room."""

    shelve_at_most: Duration = field(
        default=Duration(24 * _HOUR), metadata={"doc": "The longest time for which an alarm may be shelved."}
    )
    flood: Flood = field(default_factory=Flood)
    repeat: Mapping[Priority, Repeat] = field(
        default_factory=dict,
        metadata={"doc": "By priority: `critical: { every: 10 min, escalate_after: [15 min, 1 h] }`."},
    )
