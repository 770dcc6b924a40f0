"""One alarm at work: its judge, the delay that runs, where it is in its life, and whether people are told."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from roommon.model.alarm import ACTIVE, Acknowledgement, AlarmEvent, AlarmId, State, Trigger, alarm_id, transition
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, Note, PersonsCommand, Reset, Shelve, Unshelve
from roommon.model.device import Device, Sensor
from roommon.model.reading import Reading
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.rules import chatter, telling, text
from roommon.rules.abilities import carries
from roommon.rules.delay import IDLE, Delay, has_run, shifted, started, stopped
from roommon.rules.flood import Flood
from roommon.rules.policy import Repeat
from roommon.rules.rule import Judge, Rule, Sees
from roommon.rules.schedule import scheduled
from roommon.rules.state import AlarmState, Condition, OutOfService, Shelf, Telling
from roommon.rules.voice import Moved, Voice

Events = list[AlarmEvent]


class Alarm:
    """The hot path asks `evaluate`, `active` and `quiet`; the rest runs when something moves."""

    __slots__ = (
        *("_causes", "_chatter", "_delay", "_flood", "_out", "_repeat", "_rule", "_shelf", "_telling", "_voice"),
        *("active", "evaluate", "id", "judge", "last", "quiet", "state"),
    )

    def __init__(self, rule: Rule, device: Device, sensor: Sensor, flood: Flood, repeat: Repeat | None) -> None:
        """Begin in the initial state."""
        self.id: AlarmId = alarm_id(rule.id, sensor.id)
        self.judge: Judge = rule.config.judge(sensor)
        evaluate: Callable[[Reading, bool], Condition] = self.judge.evaluate
        self.evaluate = evaluate if rule.active is None else scheduled(evaluate, rule.active)
        self._rule = rule
        self._voice = Voice(self.id, rule, device, sensor, self.judge)
        self._flood = flood
        self._repeat = repeat
        self._causes: frozenset[AlarmId] = frozenset()
        """Those of its causes that are there now."""
        self._out: OutOfService | None = None
        self.restore(_FRESH, None)

    def restore(self, stored: AlarmState, last: AlarmEvent | None) -> None:
        """Go on from `stored`; `last` is the newest event of an alarm that stands."""
        self.last = last
        """Its newest event, while it stands."""
        untouched = stored.since is None and stored.held is None
        self._shelf: Shelf | None = stored.shelf
        self._telling: Telling = stored.telling
        self._chatter = stored.chatter
        if stored.carried is not None and carries(self.judge):
            self.judge.carry(stored.carried)
        self._enter(stored.state, IDLE if untouched else Delay(stored.since, stored.held))

    def stored(self) -> AlarmState | None:
        """Return what must outlive a restart; None when there is nothing."""
        present = self.active is (self._delay == IDLE)
        condition = Condition.PRESENT if present else Condition.ABSENT
        kept = AlarmState(
            *(self.state, condition, self._delay.since, self._delay.held),
            *(self._shelf, self._telling, self._chatter),
            carried=self.judge.carried() if carries(self.judge) else None,
        )
        return None if kept == _UNTOUCHED else kept

    def eyes(self, judge: Sees) -> Callable[[Reading], None]:
        """Return what shows its `judge` readings that it does not judge."""
        return judge.see

    def fits(self, last: AlarmEvent | None) -> bool:
        """Return whether an alarm of this name whose newest event was `last` is this alarm."""
        return last is None or last.quantity is self._voice.sensor.quantity

    def _enter(self, state: State, delay: Delay) -> None:
        self.state = state
        self.active = state in ACTIVE
        self._wait(delay)

    def _wait(self, delay: Delay) -> None:
        self._delay = delay
        settled = Condition.PRESENT if self.active else Condition.ABSENT
        self.quiet = settled if delay == IDLE else None
        """The condition that changes nothing; None while a delay runs or is stopped."""

    # What readings do.

    def take(self, condition: Condition, reading: Reading) -> Events:
        """Take a reading that was judged `condition`, and return what it moves."""
        at = reading.taken_at
        if condition is Condition.UNKNOWN:
            self._wait(stopped(self._delay, at))
            return []
        if self.active is (condition is Condition.PRESENT):
            if self.active:
                self._chatter = chatter.came_again(self._chatter)
            self._wait(IDLE)
            return []
        self._wait(started(self._delay, at))
        if not has_run(self._delay, self._length(), at):
            return []
        self._wait(IDLE)
        return self._return(reading) if self.active else self._raise(reading)

    def _length(self) -> Duration:
        config = self._rule.config
        return (
            chatter.off_delay(self._chatter, self._rule.unstable, config.off_delay) if self.active else config.on_delay
        )

    def _raise(self, reading: Reading) -> Events:
        at = reading.taken_at
        self._chatter = chatter.raised(self._chatter, self._rule.unstable, at)
        was = self.state
        self._move(Trigger.RAISED)
        tell = self._tell_that_it_stands(at) if self._is_told_at_once(at) else False
        return [self._said(reading, Trigger.RAISED, was, tell=tell)]

    def _is_told_at_once(self, at: Instant) -> bool:
        if self.suppression is not None:
            self._telling = telling.untold(self._telling)
            return False
        if self._rule.suppressed_by and self._rule.settle:
            self._telling = telling.waiting(self._telling, at, self._rule.settle)
            return False
        return True

    def _tell_that_it_stands(self, at: Instant) -> bool:
        """Return whether people are told; in a flood they are not."""
        tell = self._flood.admits(self._rule.config.priority, self.id, at)
        self._telling = telling.told(self._telling, at) if tell else telling.untold(self._telling)
        return tell

    def _return(self, reading: Reading) -> Events:
        was = self.state
        self._move(Trigger.RETURNED)
        events = [self._said(reading, Trigger.RETURNED, was, tell=self._telling.told)]
        self._chatter = chatter.quiet(self._chatter)
        self._end()
        if self._shelf is not None and self._shelf.one_shot:
            events += self._off_the_shelf(reading.taken_at, None)
        return events

    def _end(self) -> None:
        if self.state is State.NORMAL:
            self._telling = telling.ended(self._telling)
            self.last = None

    # What people do.

    def acknowledge(self, at: Instant, command: Acknowledge | None) -> Events:
        """Say that somebody saw it, or without a `command` that nobody needs to."""
        return self._moved_by(Trigger.ACKNOWLEDGED, at, command)

    def reset(self, command: Reset) -> Events:
        """Set it back, if it is latched."""
        return self._moved_by(Trigger.RESET, command.at, command)

    def _moved_by(self, trigger: Trigger, at: Instant, command: PersonsCommand | None) -> Events:
        was = self.state
        if not self._move(trigger):
            return []
        event = self._said_again(at, trigger, was, command, tell=self._telling.told)
        self._end()
        return [event]

    def shelve(self, command: Shelve) -> Events:
        """Keep it from people for a time."""
        self._shelf = Shelf(command.by, command.note, command.at, command.until, command.one_shot)
        return [self._said_again(command.at, Trigger.SHELVED, self.state, command, tell=False)]

    def unshelve(self, command: Unshelve) -> Events:
        """Let people hear of it again."""
        return self._off_the_shelf(command.at, command) if self._shelf is not None else []

    def _off_the_shelf(self, at: Instant, command: Unshelve | None) -> Events:
        self._shelf = None
        said = self._said_again(at, Trigger.UNSHELVED, self.state, command, tell=False)
        return [said, *self._release(at)]

    def note(self, command: Note) -> Events:
        """Write a person's words on it."""
        return [self._said_again(command.at, Trigger.NOTED, self.state, command, tell=self._telling.told)]

    # What logic does.

    @property
    def suppression(self) -> Suppression | None:
        """Why people are not told that it stands, the strongest reason; None when they are."""
        out, shelf, since = self._out, self._shelf, self._telling.causes_since
        if out is not None:
            return Suppression(SuppressedAs.OUT_OF_SERVICE, out.since, out.until, out.by, out.why)
        if shelf is not None:
            return Suppression(SuppressedAs.SHELVED, shelf.since, shelf.until, shelf.by, shelf.why)
        if since is not None:
            return Suppression(SuppressedAs.BY_DESIGN, since, why=", ".join(self._telling.causes))
        return None

    @property
    def shelf(self) -> Shelf | None:
        """What set it aside; None when nobody did."""
        return self._shelf

    def serve(self, out: OutOfService | None, at: Instant) -> Events:
        """Take note of what it is out of service by, or that it is in service."""
        before, self._out = self._out, out
        if before is None and out is not None:
            return self._kept_from_people(at)
        return self._release(at) if before is not None and out is None else []

    def restore_service(self, out: OutOfService | None) -> None:
        """Take `out` as what it was out of service by before."""
        self._out = out

    def cause(self, cause: AlarmId, at: Instant, *, present: bool) -> Events:
        """Take note that one of its causes came or went."""
        before = self._causes
        self._causes = before | {cause} if present else before - {cause}
        if self._causes:
            is_new = self._telling.causes_since is None
            self._telling = telling.caused(self._telling, at, self._causes)
            return self._kept_from_people(at) if is_new else []
        if before:
            self._telling = telling.uncaused(self._telling, at, self._rule.settle)
            return self._settled(at)
        return []

    def restore_causes(self, causes: frozenset[AlarmId], at: Instant) -> bool:
        """Take `causes` as those that are there, after a start or a reload at `at`; what went meanwhile settles.

        Return whether that changed anything.
        """
        self._causes = causes
        before = self._telling
        if telling.is_of(before, causes):
            return False
        if causes:
            self._telling = telling.caused(before, at, causes)
        elif before.causes_since is not None and before.release_at is None:
            self._telling = telling.uncaused(before, at, self._rule.settle)
        return self._telling != before

    def _kept_from_people(self, at: Instant) -> Events:
        if self.state is State.NORMAL:
            return []
        return [self._said_again(at, Trigger.SUPPRESSED, self.state, None, tell=False)]

    def _settled(self, at: Instant) -> Events:
        release_at = self._telling.release_at
        if release_at is None or at < release_at:
            return []
        self._telling = telling.settled(self._telling)
        return self._release(at)

    def _release(self, at: Instant) -> Events:
        """Tell people now of an alarm that stands and that nothing keeps from them any more."""
        if self.state is State.NORMAL or self.suppression is not None or self._telling.release_at is not None:
            return []
        tell = self._tell_that_it_stands(at)
        return [self._said_again(at, Trigger.RELEASED, self.state, None, tell=tell)]

    # What time does.

    def due(self) -> Instant | None:
        """Return when it wants to be rung, None when at no time."""
        return min(self._times(), default=None)

    def _times(self) -> Iterator[Instant]:
        if self._shelf is not None:
            yield self._shelf.until
        if self._telling.release_at is not None:
            yield self._telling.release_at
        repeat = self._next_repeat()
        if repeat is not None:
            yield repeat

    def _next_repeat(self) -> Instant | None:
        if self.state not in _AWAITED or self._out or self._shelf or self._telling.causes_since is not None:
            return None
        return telling.next_repeat(self._telling, self._repeat)

    def ring(self, at: Instant) -> Events:
        """Do what is due at `at`."""
        events: Events = []
        if self._shelf is not None and at >= self._shelf.until:
            events += self._off_the_shelf(at, None)
        events += self._settled(at)
        repeat = self._next_repeat()
        if repeat is not None and at >= repeat:
            events += self._say_it_again(at)
        return events

    def _say_it_again(self, at: Instant) -> Events:
        if self._repeat is None:
            return []
        self._telling = telling.repeated(self._telling, self._repeat, at)
        event = self._said_again(at, Trigger.REPEATED, self.state, None, tell=True)
        waited = Duration(at - (self._telling.told_at or at))
        return [replace(event, tier=self._repeat.tier(waited))]

    def shift(self, by: Duration) -> None:
        """Move a delay that runs by time that does not count."""
        self._wait(shifted(self._delay, by))

    def clock_stepped(self, by: Duration) -> None:
        """Move all its times with the clock."""
        self.shift(by)
        self._telling = telling.shifted(self._telling, by)
        self._chatter = chatter.shifted(self._chatter, by)
        if self._shelf is not None:
            since, until = Instant(self._shelf.since + by), Instant(self._shelf.until + by)
            self._shelf = replace(self._shelf, since=since, until=until)

    # What is said of it.

    def needs_no_person(self) -> bool:
        """Return whether it waits for an acknowledgement that its rule does not ask for any more."""
        waits = self.state in (State.RETURNED, State.LATCHED)
        return waits and self._rule.config.acknowledge is Acknowledgement.AUTOMATIC

    def needs_no_reset(self) -> bool:
        """Return whether it waits to be set back, and its rule does not latch any more."""
        return self.state in (State.LATCHED, State.LATCHED_ACKNOWLEDGED) and not self._rule.latches

    def set_back(self, at: Instant) -> Events:
        """Set it back by nobody."""
        return self._moved_by(Trigger.RESET, at, None)

    @property
    def is_untold(self) -> bool:
        """Whether it stands, nothing keeps it from people, and they were not told."""
        return (
            self.state is not State.NORMAL
            and not self._telling.told
            and self._telling.release_at is None
            and self.suppression is None
        )

    def tell_with_others(self, at: Instant) -> None:
        """Take note that people were told of it, with others, at `at`."""
        self._telling = telling.told(self._telling, at)

    def _move(self, trigger: Trigger) -> bool:
        after = transition(self.state, trigger, self._rule.config.acknowledge, latches=self._rule.latches)
        if after is None:
            return False
        self._enter(after, self._delay)
        return True

    def _said(self, reading: Reading, trigger: Trigger, was: State, *, tell: bool) -> AlarmEvent:
        moved = Moved(trigger, was, self.state, tell, self.suppression, self._chatter.count)
        self.last = self._voice.said(reading, moved, self.last)
        return self.last

    def _said_again(
        self, at: Instant, trigger: Trigger, was: State, command: PersonsCommand | None, *, tell: bool
    ) -> AlarmEvent:
        told_at = self._telling.told_at
        what = text.Circumstances(
            by=command.by if command else None,
            why=command.note if command else "",
            lasts=Duration(command.until - at) if isinstance(command, Shelve) else None,
            waited=None if told_at is None else Duration(at - told_at),
            suppression=self.suppression,
        )
        event = self._voice.again(at, Moved(trigger, was, self.state, tell, self.suppression), self.last, what, command)
        if self.state is not State.NORMAL:
            self.last = event
        return event


_AWAITED = frozenset({State.UNACKNOWLEDGED, State.LATCHED})
_FRESH = AlarmState()
_UNTOUCHED = AlarmState(condition=Condition.ABSENT)
