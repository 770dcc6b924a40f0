"""What `roommon notify` is told: the broker, who the people are, how each is reached, and who gets what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from pathlib import Path
from types import ModuleType
from typing import Literal, NewType
from zoneinfo import ZoneInfo

from roommon.alerts.broker import Tls
from roommon.model.alarm import Priority
from roommon.model.clock import Duration, TimeOfDay
from roommon.model.device import SiteId
from roommon.model.schedule import Schedule
from roommon.model.secret import Secret
from roommon.model.text import Language, Text
from roommon.model.worded import Invalid

Name = NewType("Name", str)
"""A person's, rota's or channel's id."""

_DAY_MS = 86_400_000
_SETTLE = Duration(20_000)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where roommon's events come from."""

    host: str
    port: int | None = field(default=None, metadata={"doc": "1883, or 8883 with tls, when missing."})
    username: str | None = None
    password: Secret | None = None
    tls: Tls | None = None
    client_id: str = field(default="roommon-notify", metadata={"doc": "The broker keeps what comes under this name."})
    keepalive: Duration = field(
        default=Duration(15_000), metadata={"doc": "A silent broker is noticed after twice this."}
    )
    version: Literal[5, "3.1.1", "auto"] = field(
        default="auto", metadata={"doc": "auto: 5, and 3.1.1 where the broker does not know 5."}
    )
    prefix: str = field(default="roommon", metadata={"doc": "The first level of all topics."})
    session: Duration = field(
        default=Duration(30 * _DAY_MS),
        metadata={"doc": "How long the broker keeps events for us while we are away (MQTT 5)."},
    )

    def __post_init__(self) -> None:
        if not 1_000 <= self.keepalive <= 600_000:
            raise Invalid(
                Text(f"keepalive {self.keepalive} ms is not possible", f"keepalive 不能为 {self.keepalive} ms"),
                Text("it is 1 s to 10 min", "应为 1 s 至 10 min"),
            )
        if not self.client_id:
            raise Invalid(
                Text("client_id is empty", "client_id 为空"),
                Text("the broker keeps the session under it; give it a name", "代理以它保存会话，请给出名称"),
            )

    def __str__(self) -> str:
        return f"{self.host}:{self.port_or_default}"

    @property
    def port_or_default(self) -> int:
        """`port`, or the protocol's own."""
        return self.port or (1883 if self.tls is None else 8883)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is told."""

    id: Name
    reach: Mapping[Name, str] = field(
        metadata={"doc": "How they are reached: channels and their address there, `mail: wang@example.org`."}
    )
    name: str | None = field(default=None, metadata={"doc": "As others read it; the id when left out."})
    language: Language | None = field(default=None, metadata={"doc": "What they read; `language` when left out."})


@dataclass(frozen=True, slots=True)
class Swap:
    """Some days on which somebody else has the duty."""

    first: date = field(metadata={"key": "from", "doc": "The day on which it begins, at the hour of `turn`."})
    until: date = field(metadata={"doc": "The day on which it ends, at the hour of `turn`."})
    who: Name

    def __post_init__(self) -> None:
        if self.until <= self.first:
            raise Invalid(
                Text(
                    f"it ends on {self.until} and begins on {self.first}",
                    f"结束日 {self.until} 不晚于开始日 {self.first}",
                ),
                Text("`until` is the day on which the duty goes back", "`until` 是交还值班的日期，应晚于 `from`"),
            )


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call, week by week."""

    id: Name
    people: tuple[Name, ...] = field(metadata={"doc": "In turn, a week each."})
    zone: ZoneInfo
    starts: date = field(metadata={"key": "from", "doc": "A day of a week that the first of `people` has."})
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = field(
        default="mon", metadata={"doc": "The day of the week on which the duty passes on."}
    )
    turn: TimeOfDay = field(default=TimeOfDay(8 * 60), metadata={"doc": "The hour at which it passes on: 08:00."})
    swaps: tuple[Swap, ...] = field(default=(), metadata={"doc": "Days on which somebody else has it; the last holds."})


@dataclass(frozen=True, slots=True)
class Route:
    """Who is told of what; what several routes say is told once."""

    to: tuple[Name, ...] = field(metadata={"doc": "People and rotas."})
    by: tuple[Name, ...] = field(default=(), metadata={"doc": "Channels; all that the person has when left out."})
    priority: Priority = field(default=Priority.LOW, metadata={"doc": "This and what is more urgent."})
    sites: frozenset[SiteId] = field(default=frozenset(), metadata={"doc": "Of these sites; all when left out."})
    rooms: frozenset[str] = field(default=frozenset(), metadata={"doc": "Of these rooms; all when left out."})
    protections: frozenset[str] = field(
        default=frozenset(), metadata={"doc": "Of these protections; all alarms when left out."}
    )
    alarms: tuple[str, ...] = field(
        default=(), metadata={"doc": "Alarms whose name begins so: `leak*`; all when left out."}
    )
    tier: int = field(default=0, metadata={"doc": "Only what nobody acknowledged, from this tier of escalation on."})
    quiet: Schedule | None = field(
        default=None,
        metadata={"doc": "Hours in which what is not critical waits: `daily 22:00-07:00 Asia/Shanghai`."},
    )

    def __post_init__(self) -> None:
        if self.tier < 0:
            raise Invalid(
                Text(f"tier {self.tier} is not possible", f"tier 不能为 {self.tier}"),
                Text("it is 0, or 1 and more for what was escalated", "应为 0；只含已升级的告警时为 1 及以上"),
            )


@dataclass(frozen=True, slots=True)
class Delivery:
    """How messages are put together, tried again, and given up."""

    together: Duration = field(
        default=Duration(10_000), metadata={"doc": "How long one waits for others to go along; critical ones do not."}
    )
    apart: Duration = field(
        default=Duration(60_000),
        metadata={"doc": "How long after one the next goes by the same way to the same person."},
    )
    timeout: Duration = field(default=Duration(120_000), metadata={"doc": "One try takes no longer."})
    retry_at_most: Duration = field(
        default=Duration(600_000), metadata={"doc": "The pause between two tries grows up to this."}
    )
    give_up: Duration = field(default=Duration(_DAY_MS), metadata={"doc": "What is older is not tried any more."})
    trouble_after: Duration = field(
        default=Duration(300_000), metadata={"doc": "When a channel has failed for so long, others are told of that."}
    )

    def __post_init__(self) -> None:
        for name in ("timeout", "retry_at_most", "give_up"):
            if getattr(self, name) < 1_000:
                raise Invalid(
                    Text(f"{name} {getattr(self, name)} ms is not possible", f"{name} 不能为 {getattr(self, name)} ms"),
                    Text("it is 1 s or more", "应为 1 s 以上"),
                )


@dataclass(frozen=True, slots=True)
class Trouble:
    """Who is told when a channel, the broker or roommon itself fails."""

    to: tuple[Name, ...] = field(default=(), metadata={"doc": "People and rotas; everybody of `routes` when left out."})
    by: tuple[Name, ...] = field(default=(), metadata={"doc": "Channels; all that the person has when left out."})
    offline_after: Duration = field(
        default=Duration(120_000), metadata={"doc": "roommon that is offline for so long is told."}
    )
    broker_after: Duration = field(
        default=Duration(600_000), metadata={"doc": "A broker that is away for so long is told."}
    )
    alive_within: Duration = field(
        default=Duration(25 * 3_600_000), metadata={"doc": "When no daily `alive` came within this, it is told."}
    )
    gap_after: Duration = field(
        default=Duration(60_000), metadata={"doc": "An event whose number is missing for so long is told as lost."}
    )

    @property
    def settle(self) -> Duration:
        """How long we wait for events that may still come before we say what stands."""
        return min(self.gap_after, _SETTLE)


@dataclass(frozen=True, slots=True)
class Top:
    """The file; `channels` are read one by one."""

    sites: tuple[SiteId, ...]
    broker: Broker
    people: tuple[Person, ...]
    routes: tuple[Route, ...]
    channels: tuple[object, ...]
    language: Language = field(
        default=Language.ENGLISH, metadata={"doc": "What people read who say nothing: en or zh-CN."}
    )
    rotas: tuple[Rota, ...] = ()
    protections: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, metadata={"doc": "Names for groups of alarms: `fire: [fire-*, gas-*]`."}
    )
    delivery: Delivery = field(default_factory=Delivery)
    trouble: Trouble = field(default_factory=Trouble)
    zone: ZoneInfo | None = field(
        default=None, metadata={"doc": "Of the times in messages; the box's own when left out."}
    )
    link: str | None = field(
        default=None,
        metadata={"doc": "Where a person sees and acknowledges: `https://box.example/alarms/{alarm}`; also {site}."},
    )
    queue: Path = field(
        default=Path("/var/lib/roommon-notify/queue.db"), metadata={"doc": "What waits, and what was tried."}
    )
    keep: Duration = field(default=Duration(90 * _DAY_MS), metadata={"doc": "How long what was told is kept."})


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to tell people."""

    name: Name
    kind: str
    """Its key in the file: `mail`, `sms`."""
    module: ModuleType
    """What does it: a file in `channels/`."""
    config: object
    """The module's `Config`."""


@dataclass(frozen=True, slots=True)
class Target:
    """One person by one channel."""

    person: Name
    channel: Name

    def __str__(self) -> str:
        return f"{self.person} by {self.channel}"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything, checked."""

    top: Top
    people: Mapping[Name, Person]
    rotas: Mapping[Name, Rota]
    channels: Mapping[Name, Channel]
    zone: tzinfo
    """Of the times that people read."""

    def targets(self) -> Iterator[Target]:
        """Yield every way in which anybody can be told."""
        for person in self.people.values():
            yield from (Target(person.id, channel) for channel in person.reach)

    def language_of(self, person: Name) -> Language:
        """Return what `person` reads."""
        known = self.people.get(person)
        return self.top.language if known is None or known.language is None else known.language
