"""The two axes of an alarm against an obvious model, over any sequence of readings, commands, stops and clock steps.

The life is the table of ANSI/ISA-18.2-2016 figure 5 with its latch, by its letters. Telling is what docs/suppression.md
promises, each promise an invariant over the events alone:

- what is told while something keeps the alarm from people is only that a told alarm ended, or what a person did to it;
- who was told that an alarm stands is told that it ended;
- what stands, is kept from people by nothing and waits for nothing was told.

Drills move nothing of that; what they say begins and ends with them, and a true alarm ends those that it concerns.

What people set aside, the record says: events and commands alone lead to the shelves, drills and what is out of service
that the engine knows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from roommon.model.alarm import Acknowledgement, AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import (
    Acknowledge,
    ClockStep,
    Command,
    EndDrill,
    Note,
    PutBack,
    Reset,
    Resumed,
    Scope,
    Shelve,
    StartDrill,
    TakeOut,
    Unshelve,
)
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import SensorId, good
from roommon.model.text import Text
from roommon.record.as_of import states_at
from roommon.record.aside import set_aside
from roommon.rules import policy
from roommon.rules.engine import Engine
from roommon.rules.kinds import limit, off_normal, vote
from roommon.rules.policy import Policy
from roommon.rules.rule import Cause, Rule, Selection
from roommon.rules.state import Drilling, Kept, StateId
from tests.peers.room import INLET, LEAK, ROOM, START

Step = tuple[int, str, str, str, str, bool]
"""at, alarm, was, state, trigger, tell."""

NAMES = {
    "A": "normal",
    "B": "unacknowledged",
    "C": "acknowledged",
    "D": "returned_unacknowledged",
    "E": "latched_unacknowledged",
    "F": "latched_acknowledged",
}
SETTLE_S = 10
ROPE = Sensor(ROOM.id, "rope-2", Quantity.CONTACT, Text("second rope", "第二条漏水绳"))
PLACE = replace(ROOM, sensors=(*ROOM.sensors, ROPE))
CALM = Policy(flood=policy.Flood(more_than=1_000_000, fewer_than=1))


def _rules() -> list[Rule]:
    wet = off_normal.Config(priority=Priority.CRITICAL, acknowledge=Acknowledgement.PERSON)
    hot = limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH, acknowledge=Acknowledgement.PERSON)
    warm = limit.Config(above=Amount(24.0, "Cel"), priority=Priority.LOW)
    return [
        Rule(RuleId("wet"), wet, Selection(ids=frozenset({LEAK.id})), unstable=None, latches=True),
        Rule(RuleId("hot"), hot, Selection(ids=frozenset({INLET.id})), unstable=None),
        Rule(
            *(RuleId("warm"), warm, Selection(ids=frozenset({INLET.id}))),
            suppressed_by=(Cause(rule=RuleId("hot")), Cause(alarm=AlarmId(f"wet.{LEAK.id}"))),
            settle=Duration(SETTLE_S * 1000),
            unstable=None,
        ),
        Rule(
            RuleId("flooded"),
            vote.Config(at_least=2, priority=Priority.CRITICAL),
            Selection(ids=frozenset({LEAK.id, ROPE.id})),
            unstable=None,
        ),
    ]


WET, HOT, WARM = f"wet.{LEAK.id}", f"hot.{INLET.id}", f"warm.{INLET.id}"
FLOODED = f"flooded.{LEAK.id}"
EVERY = [WET, HOT, WARM, FLOODED]
JUDGED = {WET: {LEAK.id}, HOT: {INLET.id}, WARM: {INLET.id}, FLOODED: {LEAK.id, ROPE.id}}
"""The sensors by which each of them is judged."""
RULES = _rules()
PLACES = [
    (Scope.DEVICE, ROOM.id),
    (Scope.SENSOR, INLET.id),
    (Scope.ROOM, ROOM.room),
    (Scope.RULE, "wet"),
]


@dataclass
class Obvious:
    """One alarm of the model."""

    name: str
    by_person: bool
    latches: bool = False
    explained_by: frozenset[str] = frozenset()
    letter: str = "A"
    told: bool = False
    shelf: tuple[int, bool] | None = None
    """Until when, and whether it also ends when the alarm is over."""
    out: set[tuple[str, str]] = field(default_factory=set)
    causes: set[str] = field(default_factory=set)
    kept: bool = False
    """By causes that are there, or went less than `SETTLE_S` ago."""
    waits_until: int | None = None

    @property
    def suppressed(self) -> bool:
        return bool(self.out) or self.shelf is not None or self.kept

    @property
    def active(self) -> bool:
        return self.letter in "BC"

    def say(self, at: int, was: str, trigger: str, *, tell: bool) -> Step:
        return at, self.name, NAMES[was], NAMES[self.letter], trigger, tell

    def judged(self, at: int, present: bool) -> Iterator[Step]:
        if present is self.active:
            return
        was = self.letter
        if present:
            self.letter = "B"
            self.told = not self.suppressed and not self.explained_by
            if not self.suppressed and self.explained_by:
                self.waits_until = at + SETTLE_S * 1000
            yield self.say(at, was, "raised", tell=self.told)
            return
        tell = self.told
        gone = {"B": "D", "C": "A"} if not self.latches else {"B": "E", "C": "F"}
        self.enter(gone[self.letter])
        yield self.say(at, was, "returned", tell=tell)
        if self.shelf is not None and self.shelf[1]:
            yield from self.off_the_shelf(at)

    def enter(self, letter: str) -> None:
        if not self.by_person:
            letter = {"D": "A", "E": "F"}.get(letter, letter)
        self.letter = letter
        if letter == "A":
            self.told = False
            if not self.kept:
                self.waits_until = None

    def moved(self, at: int, trigger: str, moves: dict[str, str]) -> Iterator[Step]:
        if self.letter in moves:
            was, tell = self.letter, self.told
            self.enter(moves[self.letter])
            yield self.say(at, was, trigger, tell=tell)

    def off_the_shelf(self, at: int) -> Iterator[Step]:
        self.shelf = None
        yield self.say(at, self.letter, "unshelved", tell=False)
        yield from self.released(at)

    def released(self, at: int) -> Iterator[Step]:
        if self.letter != "A" and not self.suppressed and self.waits_until is None:
            self.told = True
            yield self.say(at, self.letter, "released", tell=True)

    def kept_from_people(self, at: int) -> Iterator[Step]:
        if self.letter != "A":
            yield self.say(at, self.letter, "suppressed", tell=False)

    def cause(self, at: int, name: str, *, present: bool) -> Iterator[Step]:
        had = bool(self.causes)
        (self.causes.add if present else self.causes.discard)(name)
        if self.causes:
            first, self.kept, self.waits_until = not self.kept, True, None
            if first:
                yield from self.kept_from_people(at)
        elif had:
            self.waits_until = at + SETTLE_S * 1000

    def due(self) -> int | None:
        times = [self.shelf[0]] if self.shelf else []
        times += [self.waits_until] if self.waits_until is not None else []
        return min(times, default=None)

    def ring(self, at: int) -> Iterator[Step]:
        if self.shelf is not None and self.shelf[0] <= at:
            yield from self.off_the_shelf(at)
        if self.waits_until is not None and self.waits_until <= at:
            self.waits_until, self.kept = None, False
            yield from self.released(at)

    def shift(self, by: int) -> None:
        if self.shelf is not None:
            self.shelf = (self.shelf[0] + by, self.shelf[1])
        if self.waits_until is not None:
            self.waits_until += by


class AxesAgainstModel(RuleBasedStateMachine):
    """Every input goes into both; events must agree, and the promises hold over the events."""

    def __init__(self) -> None:
        super().__init__()
        self.now = int(START)
        self.out_until: dict[tuple[str, str], int | None] = {}
        self.states: dict[StateId, Kept] = {}
        self.standing: dict[AlarmId, AlarmEvent] = {}
        self.told: set[AlarmId] = set()
        self.number = 0
        self.drilled: set[SensorId] = set()
        self.ropes: dict[SensorId, float] = {}
        """What they said last, since the process knows them."""
        self.record: list[AlarmEvent | Command | ClockStep] = []

    @initialize()
    def start(self) -> None:
        self.engine = Engine(RULES, [PLACE], policy=CALM)
        explained_by = frozenset({HOT, WET})
        alarms = [Obvious(WET, True, True), Obvious(HOT, True), Obvious(WARM, False, explained_by=explained_by)]
        alarms.append(Obvious(FLOODED, False))
        self.model = {alarm.name: alarm for alarm in alarms}

    def agree(self, events: list[AlarmEvent], expected: list[Step]) -> None:
        self.record += events
        self.in_drills([event for event in events if event.drill])
        events = [event for event in events if not event.drill]
        of_alarms = [event for event in events if event.rule != "out-of-service"]
        assert [(e.at, e.alarm, e.was, e.state, e.trigger, e.tell) for e in of_alarms] == expected
        for event in events:
            self.keep(event)
        for event in of_alarms:
            self.promised(event)
            assert event.trigger is not Trigger.RAISED or not self.drilled & JUDGED[event.alarm]
        for name, state in self.engine.take_changed().items():
            if state is None:
                del self.states[name]
            else:
                self.states[name] = state

    def in_drills(self, events: list[AlarmEvent]) -> None:
        """What a drill says is marked in its words, told, and begins and ends with the drill."""
        for event in events:
            assert event.text.en.count("DRILL: ") == 1
            assert event.suppression is None or event.trigger is Trigger.SHELVED
            if event.rule == "drill":
                (self.drilled.add if event.trigger is Trigger.DRILL_STARTED else self.drilled.remove)(event.sensor)
            else:
                assert event.drilled
                # What ends with the last of its drills names those that ended in the same instant before it, too.
                assert self.drilled.issuperset(event.drilled) or event.trigger is Trigger.DRILL_ENDED
                assert self.drilled & set(event.drilled)
            self.keep(event)

    def keep(self, event: AlarmEvent) -> None:
        if event.state is State.NORMAL:
            self.standing.pop(event.alarm, None)
        else:
            self.standing[event.alarm] = event

    def promised(self, event: AlarmEvent) -> None:
        if event.tell and event.suppression is not None:
            assert event.alarm in self.told
            assert event.trigger not in (Trigger.RAISED, Trigger.RELEASED, Trigger.REPEATED)
        if event.state is State.NORMAL and event.was is not State.NORMAL:
            assert event.tell is (event.alarm in self.told)
            self.told.discard(event.alarm)
        if event.trigger in (Trigger.RAISED, Trigger.RELEASED):
            (self.told.add if event.tell else self.told.discard)(event.alarm)

    def rung(self) -> list[Step]:
        """What is due now, the longest due first."""
        steps: list[Step] = []
        while True:
            due = [(alarm.due(), name) for name, alarm in self.model.items() if alarm.due() is not None]
            over = [until for until in self.out_until.values() if until is not None and until <= self.now]
            candidates = sorted([(at, name) for at, name in due if at is not None and at <= self.now])
            first_out = min(over, default=None)
            if first_out is not None and (not candidates or (first_out, "service:") < candidates[0]):
                ended = [place for place, until in self.out_until.items() if until is not None and until <= self.now]
                for place in ended:
                    steps += self.put_back_in_model(place)
            elif candidates:
                steps += self.model[candidates[0][1]].ring(self.now)
            else:
                return steps

    def put_back_in_model(self, place: tuple[str, str]) -> list[Step]:
        del self.out_until[place]
        steps: list[Step] = []
        for alarm in self.model.values():
            if place in alarm.out:
                alarm.out.remove(place)
                steps += [] if alarm.out else alarm.released(self.now)
        return steps

    @rule(
        beats=st.lists(
            st.tuples(st.sampled_from([20.0, 25.0, 29.0]), *[st.sampled_from([0.0, 1.0])] * 2), min_size=1, max_size=4
        ),
        every_s=st.sampled_from([2, 6, 30]),
        leak_first=st.booleans(),
    )
    def reads(self, beats: list[tuple[float, float, float]], every_s: int, leak_first: bool) -> None:
        for inlet, leak, rope in beats:
            self.now += every_s * 1000
            at = Instant(self.now)
            readings = [good(INLET.id, at, inlet), good(LEAK.id, at, leak), good(ROPE.id, at, rope)]
            expected = self.rung()
            for reading in readings[::-1] if leak_first else readings:
                for name, present in self.judged(reading.sensor, reading.value or 0.0):
                    expected += self.read(name, present)
            overlaid = self.engine.overlaid(readings[::-1] if leak_first else readings)
            self.agree(self.engine.fold(overlaid), expected)

    def judged(self, sensor: SensorId, value: float) -> Iterator[tuple[str, bool]]:
        """The alarms that a reading moves, and whether what they look for is there."""
        if sensor == INLET.id:
            yield from ((HOT, value > 27), (WARM, value > 24))
            return
        self.ropes[sensor] = value
        if sensor == LEAK.id:
            yield WET, value == 1
        votes = [self.ropes.get(each) for each in (LEAK.id, ROPE.id)]
        if votes.count(1.0) == 2 or 0.0 in votes:  # else the one that is not known could tip it
            yield FLOODED, votes.count(1.0) == 2

    def read(self, name: str, present: bool) -> Iterator[Step]:
        alarm = self.model[name]
        was = alarm.active
        yield from alarm.judged(self.now, present)
        if alarm.active is not was:
            for other in self.model.values():
                if name in other.explained_by:
                    yield from other.cause(self.now, name, present=alarm.active)

    def does(self, command: Command, model: Callable[[], list[Step]], *, refused: bool = False) -> None:
        expected = self.rung()
        self.record.append(command)
        answer = self.engine.command(command)
        assert answer.done is not refused, answer.words
        self.agree(list(answer.events), expected + ([] if refused else model()))

    @rule(which=st.sampled_from(EVERY))
    def acknowledges(self, which: str) -> None:
        def model() -> list[Step]:
            return list(self.model[which].moved(self.now, "acknowledged", {"B": "C", "D": "A", "E": "F"}))

        self.rung_before()
        normal = self.model[which].letter == "A"
        self.does(Acknowledge(at=Instant(self.now), alarm=AlarmId(which), by="li"), model, refused=normal)

    def rung_before(self) -> None:
        """Let what is due happen first, so that what a command meets is plain."""
        expected = self.rung()
        answer = self.engine.command(Note(at=Instant(self.now), alarm=AlarmId("no.such"), by="li", note="x"))
        assert not answer.done
        self.agree(list(answer.events), expected)

    @rule(
        which=st.sampled_from(EVERY),
        for_s=st.sampled_from([5, 20, 100, -1, 100_000]),
        one_shot=st.booleans(),
    )
    def shelves(self, which: str, for_s: int, one_shot: bool) -> None:
        until = self.now + for_s * 1000

        def model() -> list[Step]:
            alarm = self.model[which]
            if alarm.shelf == (until, one_shot):
                return []
            alarm.shelf = (until, one_shot)
            return [alarm.say(self.now, alarm.letter, "shelved", tell=False)]

        command = Shelve(
            at=Instant(self.now), alarm=AlarmId(which), by="li", note="work", until=Instant(until), one_shot=one_shot
        )
        self.does(command, model, refused=not 0 < for_s <= 86_400)

    @rule(which=st.sampled_from(EVERY))
    def unshelves(self, which: str) -> None:
        def model() -> list[Step]:
            alarm = self.model[which]
            return list(alarm.off_the_shelf(self.now)) if alarm.shelf else []

        self.does(Unshelve(at=Instant(self.now), alarm=AlarmId(which), by="li"), model)

    @rule(which=st.sampled_from([WET, HOT]))
    def resets(self, which: str) -> None:
        self.rung_before()

        def model() -> list[Step]:
            return list(self.model[which].moved(self.now, "reset", {"E": "D", "F": "A"}))

        latched = self.model[which].letter in "EF"
        self.does(Reset(at=Instant(self.now), alarm=AlarmId(which), by="li"), model, refused=not latched)

    @rule(which=st.sampled_from(EVERY))
    def notes(self, which: str) -> None:
        def model() -> list[Step]:
            alarm = self.model[which]
            return [alarm.say(self.now, alarm.letter, "noted", tell=alarm.told)]

        self.does(Note(at=Instant(self.now), alarm=AlarmId(which), by="li", note="seen"), model)

    def hits(self, place: tuple[str, str]) -> list[Obvious]:
        scope, target = place
        if scope == Scope.RULE:
            return [alarm for name, alarm in self.model.items() if name.startswith(f"{target}.")]
        if scope == Scope.SENSOR:
            return [alarm for name, alarm in self.model.items() if name.endswith(f".{target}")]
        return list(self.model.values())

    @rule(place=st.sampled_from(PLACES), for_s=st.sampled_from([None, 8, 50]))
    def takes_out(self, place: tuple[Scope, str], for_s: int | None) -> None:
        until = None if for_s is None else Instant(self.now + for_s * 1000)

        def model() -> list[Step]:
            is_new = place not in self.out_until
            self.out_until[place] = until
            if not is_new:  # another time or reason alone
                return []
            steps: list[Step] = []
            for alarm in self.hits(place):
                first = not alarm.out
                alarm.out.add(place)
                steps += alarm.kept_from_people(self.now) if first else []
            return steps

        scope, target = place
        command = TakeOut(at=Instant(self.now), by="li", note="work", scope=scope, target=target, until=until)
        self.does(command, model)

    @rule(place=st.sampled_from(PLACES))
    def puts_back(self, place: tuple[Scope, str]) -> None:
        def model() -> list[Step]:
            return self.put_back_in_model(place) if place in self.out_until else []

        self.does(PutBack(at=Instant(self.now), by="li", scope=place[0], target=place[1]), model)

    @rule(which=st.sampled_from(EVERY))
    def says_it_twice(self, which: str) -> None:
        """The same command twice is one command, also after a restart."""
        self.rung_before()
        self.number += 1
        command = Note(at=Instant(self.now), alarm=AlarmId(which), by="li", note="once", id=str(self.number))
        alarm = self.model[which]
        self.does(command, lambda: [alarm.say(self.now, alarm.letter, "noted", tell=alarm.told)])
        self.does(command, list)
        self.restart(2)
        self.does(replace(command, at=Instant(self.now)), list)

    @rule(
        which=st.sampled_from([INLET, LEAK, ROPE]),
        value=st.sampled_from([1.0, 29.0]),
        for_s=st.sampled_from([10, 100, -1]),
    )
    def drills(self, which: Sensor, value: float, for_s: int) -> None:
        """A drill moves nothing that is true."""
        self.rung_before()
        impossible = which is not INLET and value != 1.0
        command = StartDrill(
            at=Instant(self.now), by="li", sensor=which.id, value=value, until=Instant(self.now + for_s * 1000)
        )
        self.does(command, list, refused=impossible or for_s < 0 or which.id in self.drilled)

    @rule(which=st.sampled_from([INLET, LEAK, ROPE]))
    def ends_the_drill(self, which: Sensor) -> None:
        self.does(EndDrill(at=Instant(self.now), by="li", sensor=which.id), list)
        assert which.id not in self.drilled

    @rule(hours=st.sampled_from([-30, 1, 500]))
    def set_the_clock(self, hours: int) -> None:
        by = hours * 3_600_000
        self.now += by
        for alarm in self.model.values():
            alarm.shift(by)
        self.out_until = {place: None if until is None else until + by for place, until in self.out_until.items()}
        step = ClockStep(Instant(self.now), Duration(by))
        self.record.append(step)
        self.agree(self.engine.fold(step), [])

    @rule(after_s=st.sampled_from([2, 60, 7200]))
    def restart(self, after_s: int) -> None:
        """The process ends at any instant; all that the next one has is the journal."""
        self.now += after_s * 1000
        self.ropes.clear()  # the readings of the past are left out here
        self.engine = Engine(RULES, [PLACE], self.states, self.standing.values(), CALM)
        self.agree(self.engine.settle(Instant(self.now)), [])
        self.agree(self.engine.fold(Resumed(Instant(self.now), Duration(after_s * 1000))), [])

    @rule()
    def reload(self) -> None:
        self.agree(self.engine.reconfigure(RULES, [PLACE], Instant(self.now)), [])

    @invariant()
    def what_stands_and_is_kept_by_nothing_was_told(self) -> None:
        for name, alarm in getattr(self, "model", {}).items():
            if alarm.letter != "A" and not alarm.suppressed and alarm.waits_until is None:
                assert name in self.told

    @invariant()
    def what_stands_is_what_the_model_says(self) -> None:
        model = getattr(self, "model", {})
        stands = {name: NAMES[alarm.letter] for name, alarm in model.items() if alarm.letter != "A"}
        found = self.engine.standing if model else {}
        assert {name: state for name, state in found.items() if ".drill." not in name} == stands
        behind = [self.standing[name].drilled for name in found.keys() - stands]
        assert all(drilled and self.drilled.intersection(drilled) for drilled in behind)
        true = [event for event in self.standing.values() if not event.drill]
        kept = {event.alarm: event.state for event in true if event.rule != "out-of-service"}
        assert kept == stands
        out = {event.alarm for event in self.standing.values() if event.rule == "out-of-service"}
        assert out == {f"out-of-service.{scope}.{target}" for scope, target in self.out_until}

    @invariant()
    def what_is_set_aside_is_what_the_record_says(self) -> None:
        now = Instant(self.now)
        told = states_at(now, {}, self.record)
        aside = [one for one in set_aside(self.states) if one.until is None or one.until > now]
        drills = {name: state for name, state in self.states.items() if isinstance(state, Drilling)}
        assert set_aside(told) == aside
        assert {name: state for name, state in told.items() if isinstance(state, Drilling)} == {
            name: state for name, state in drills.items() if state.until > now
        }


TestAxesAgainstModel = AxesAgainstModel.TestCase
TestAxesAgainstModel.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
