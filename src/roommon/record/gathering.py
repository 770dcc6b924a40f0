"""How incidents are gathered: which alarms belong together, under the first of them.

Mains lost, then on battery, then the cooling stopped, then it is hot: four alarms and one incident. An alarm that is
raised joins an incident that stands, for the first of these reasons that holds:

- *explained*: a cause of it is there, as its own event says (suppressed by design) or as the configuration's graph says
  (`suppressed_by`); however long ago the cause came.
- *explains*: it is itself a cause of an alarm that came up to `TOGETHER` before it: causes may be seen late.
- *device*: an alarm of the same device stands, and the incident grew in the last `GROWS`.
- *time*: the incident's first alarm came up to `TOGETHER` ago, and stands.

An alarm that has causes in two incidents makes one of them, since both have the same story. An incident is over when
all its alarms are normal, and nothing joins it afterwards: what ended is told the same for ever.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import ACTIVE, AlarmEvent, AlarmId, State
from roommon.model.clock import Duration, Instant
from roommon.model.suppression import SuppressedAs
from roommon.record.incidents import Incident, Link, Member
from roommon.record.lives import Life, begins

TOGETHER = Duration(5 * 60_000)
GROWS = Duration(30 * 60_000)

Causes = Mapping[AlarmId, Sequence[AlarmId]]
"""The causes of every alarm that has any (`rules/causes.py`, `graph`)."""


def incidents(events: Iterable[NumberedEvent], causes: Causes) -> list[Incident]:
    """Return what `events`, in the order of their numbers, come to, in the order of the incidents' beginnings."""
    gathering = _Gathering(causes)
    for one in events:
        gathering.take(one)
    return [group.incident() for group in gathering.groups]


@dataclass(slots=True, eq=False)
class _Alarm:
    link: Link
    of: AlarmId | None
    events: list[NumberedEvent]

    @property
    def number(self) -> int:
        return self.events[0].number

    @property
    def state(self) -> State:
        return self.events[-1].event.state


@dataclass(slots=True, eq=False)
class _Group:
    grown: Instant
    """When an alarm joined last."""
    members: list[_Alarm] = field(default_factory=list)

    @property
    def first(self) -> _Alarm:
        return self.members[0]

    def add(self, link: Link, of: AlarmId | None, one: NumberedEvent) -> _Alarm:
        alarm = _Alarm(link, of, [one])
        self.members.append(alarm)
        self.grown = one.event.at
        return alarm

    def incident(self) -> Incident:
        return Incident(tuple(Member(Life(tuple(each.events)), each.link, each.of) for each in self.members))


class _Gathering:
    def __init__(self, causes: Causes) -> None:
        self.groups: list[_Group] = []
        self._causes = causes
        self._standing: dict[AlarmId, tuple[_Alarm, _Group]] = {}

    def take(self, one: NumberedEvent) -> None:
        event = one.event
        if event.alarm in self._standing:
            self._standing[event.alarm][0].events.append(one)
        elif begins(event):
            self._begin(one)
        else:
            return
        if event.state is State.NORMAL:
            del self._standing[event.alarm]

    def _begin(self, one: NumberedEvent) -> None:
        group, link, of = self._home(one.event)
        self._standing[one.event.alarm] = group.add(link, of, one), group

    def _home(self, event: AlarmEvent) -> tuple[_Group, Link, AlarmId | None]:
        causes, effects = self._explaining(event), self._explained_by(event)
        if causes:
            return self._united(causes, Link.EXPLAINS, event.alarm), Link.EXPLAINED, causes[0]
        if effects:
            return self._united(effects, Link.EXPLAINED, event.alarm), Link.EXPLAINS, effects[0]
        for link, near in ((Link.DEVICE, self._of_device(event)), (Link.TIME, self._of_time(event))):
            if near is not None:
                return near, link, None
        self.groups.append(_Group(event.at))
        return self.groups[-1], Link.FIRST, None

    def _explaining(self, event: AlarmEvent) -> list[AlarmId]:
        """Return the causes of `event` that are there."""
        named = dict.fromkeys((*_named(event), *self._causes.get(event.alarm, ())))
        found = dict.fromkeys(alarm for each in named for alarm in self._meant(each))
        return [each for each in found if self._is_there(each)]

    def _meant(self, cause: AlarmId) -> list[AlarmId]:
        """Return the alarm `cause`; or, where it is a state of a sensor, what stands of that sensor."""
        sensor, is_state, _ = cause.partition("=")
        if not is_state:
            return [cause]
        return [each for each, (alarm, _) in self._standing.items() if alarm.events[0].event.sensor == sensor]

    def _explained_by(self, event: AlarmEvent) -> list[AlarmId]:
        """Return what came a moment before `event` and is explained by it."""
        found = (each for each in self._standing if event.alarm in self._causes.get(each, ()))
        return [each for each in found if self._is_there(each) and _apart(event, self._began(each)) <= TOGETHER]

    def _is_there(self, alarm: AlarmId) -> bool:
        return alarm in self._standing and self._standing[alarm][0].state in ACTIVE

    def _began(self, alarm: AlarmId) -> Instant:
        return self._standing[alarm][0].events[0].event.at

    def _of_device(self, event: AlarmEvent) -> _Group | None:
        for alarm, group in self._standing.values():
            if alarm.events[0].event.device == event.device and _apart(event, group.grown) <= GROWS:
                return group
        return None

    def _of_time(self, event: AlarmEvent) -> _Group | None:
        for _, group in self._standing.values():
            first = group.first
            if first.state is not State.NORMAL and _apart(event, first.events[0].event.at) <= TOGETHER:
                return group
        return None

    def _united(self, alarms: Sequence[AlarmId], link: Link, of: AlarmId) -> _Group:
        """Return the first group of those of `alarms`, with the others in it: they are related by `of`."""
        groups = {group.first.number: group for _, group in (self._standing[alarm] for alarm in alarms)}
        (_, home), *others = sorted(groups.items())
        for _, group in others:
            group.first.link, group.first.of = link, of
            self._move(group, home)
        return home

    def _move(self, group: _Group, to: _Group) -> None:
        to.members = sorted([*to.members, *group.members], key=lambda alarm: alarm.number)
        to.grown = max(to.grown, group.grown)
        self.groups.remove(group)
        for name, (alarm, home) in self._standing.items():
            if home is group:
                self._standing[name] = alarm, to


def _named(event: AlarmEvent) -> list[AlarmId]:
    """Return the causes that `event` itself names."""
    suppression = event.suppression
    if suppression is None or suppression.kind is not SuppressedAs.BY_DESIGN:
        return []
    return [AlarmId(name) for name in suppression.why.split(", ")]


def _apart(event: AlarmEvent, at: Instant) -> int:
    return abs(event.at - at)
