"""The engine against a slow, obvious model of the standard's life cycle, over any sequence of inputs.

The model keeps every judgement since an alarm last moved, as a list, and counts a delay anew from that list at each
step. Its table of states is written by hand from ANSI/ISA-18.2-2016 figure 5, with the letters of the figure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from roommon.model.alarm import Acknowledgement, AlarmEvent, AlarmId, Priority
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, Reason, bad, good
from roommon.rules import policy
from roommon.rules.engine import Engine
from roommon.rules.kinds import bad_quality, limit, off_normal
from roommon.rules.policy import Policy
from roommon.rules.rule import Rule
from roommon.rules.state import AlarmState, Kept, StateId
from tests.peers.room import INLET, LEAK, ROOM, START
from tests.peers.room import rule as made

Step = tuple[int, str, str, str, str, str | None]
"""at, alarm, was, state, trigger, by."""
Verdict = bool | None

NAMES = {"A": "normal", "B": "unacknowledged", "C": "acknowledged", "D": "returned_unacknowledged"}
MOVES = {
    ("A", "raised"): "B",
    ("B", "acknowledged"): "C",
    ("B", "returned"): "D",
    ("C", "returned"): "A",
    ("D", "acknowledged"): "A",
    ("D", "raised"): "B",
}
"""Figure 5 without shelving, suppression and service; (A, B, C, D) as the figure letters them."""


@dataclass
class Obvious:
    """One alarm of the model."""

    name: str
    on_delay: int
    off_delay: int
    by_person: bool
    judge: Callable[[float | None, bool], Verdict]
    """(value, whether the alarm is active) -> whether the condition is there; None when that cannot be known."""
    letter: str = "A"
    seen: list[tuple[int, Verdict]] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return self.letter in "BC"

    def read(self, at: int, value: float | None) -> Iterator[Step]:
        verdict = self.judge(value, self.active)
        if verdict is self.active:
            self.seen = []
            return
        self.seen.append((at, verdict))
        disagreed = [entry for entry in self.seen if entry[1] is not None]
        if verdict is None or not disagreed:
            return
        pairs = zip(self.seen, self.seen[1:], strict=False)
        counted = sum(end[0] - start[0] for start, end in pairs if start[1] is not None)
        if counted >= (self.off_delay if self.active else self.on_delay):
            self.seen = []
            yield from self.move(at, "returned" if self.active else "raised", None)

    def move(self, at: int, trigger: str, by: str | None) -> Iterator[Step]:
        after = MOVES.get((self.letter, trigger))
        if after is None:
            return
        if after == "D" and not self.by_person:
            after = "A"
        yield at, self.name, NAMES[self.letter], NAMES[after], trigger, by
        self.letter = after

    def shift(self, by: int) -> None:
        self.seen = [(at + by, verdict) for at, verdict in self.seen]


def warm(on_s: int, off_s: int, acknowledge: Acknowledgement, above: float = 27.0) -> Rule:
    config = limit.Config(
        above=Amount(above, "Cel"),
        below=Amount(above - 10, "Cel"),
        deadband=Amount(2.0, "K"),
        priority=Priority.HIGH,
        on_delay=Duration(on_s * 1000),
        off_delay=Duration(off_s * 1000),
        acknowledge=acknowledge,
    )
    return made("warm", config, INLET)


def wet(acknowledge: Acknowledgement) -> Rule:
    return made("wet", off_normal.Config(priority=Priority.CRITICAL, acknowledge=acknowledge), LEAK)


def mute(on_s: int) -> Rule:
    return made("mute", bad_quality.Config(priority=Priority.LOW, on_delay=Duration(on_s * 1000)), INLET)


CALM = Policy(flood=policy.Flood(more_than=1_000_000, fewer_than=1))
"""However many alarms come, they are no flood."""
PERSON, AUTOMATIC = Acknowledgement.PERSON, Acknowledgement.AUTOMATIC
CONFIGURATIONS: list[list[Rule]] = [
    [warm(30, 20, PERSON), wet(PERSON), mute(10)],
    [warm(0, 5, AUTOMATIC, above=25.0), wet(AUTOMATIC)],
    [warm(30, 0, PERSON), mute(0)],
    [],
]


def name_of(configured: Rule) -> str:
    [sensor] = configured.sensors.ids
    return f"{configured.id}.{sensor}"


def obvious(configured: Rule, before: Obvious | None) -> Obvious:
    config = configured.config
    alarm = Obvious(
        name_of(configured),
        config.on_delay,
        config.off_delay,
        config.acknowledge is PERSON,
        JUDGES[configured.id](config),
    )
    if before is not None:
        alarm.letter, alarm.seen = before.letter, before.seen
    return alarm


def _outside(config: object) -> Callable[[float | None, bool], Verdict]:
    assert isinstance(config, limit.Config)
    assert config.above
    top = config.above.value

    def judge(value: float | None, active: bool) -> Verdict:
        if value is None:
            return None
        return not top - 8 <= value <= top - 2 if active else not top - 10 <= value <= top

    return judge


JUDGES: dict[str, Callable[[object], Callable[[float | None, bool], Verdict]]] = {
    "warm": _outside,
    "wet": lambda _: lambda value, _active: None if value is None else value == 1,
    "mute": lambda _: lambda value, _active: value is None,
}


class EngineAgainstModel(RuleBasedStateMachine):
    """Every input goes into both; events, states and what the journal holds must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.now = int(START)
        self.model: dict[str, Obvious] = {}
        self.states: dict[StateId, Kept] = {}
        self.standing: dict[AlarmId, AlarmEvent] = {}
        self.in_force = CONFIGURATIONS[0]

    @initialize(first=st.sampled_from(CONFIGURATIONS))
    def start(self, first: list[Rule]) -> None:
        self.in_force = first
        self.engine = Engine(first, [ROOM], policy=CALM)
        self.model = {alarm.name: alarm for alarm in (obvious(each, None) for each in first)}

    def agree(self, events: list[AlarmEvent], expected: list[Step]) -> None:
        assert [(e.at, e.alarm, e.was, e.state, e.trigger, e.by) for e in events] == expected
        for event in events:
            if event.state == "normal":
                del self.standing[event.alarm]
            else:
                self.standing[event.alarm] = event
        for name, state in self.engine.take_changed().items():
            if state is None:
                del self.states[name]
            else:
                self.states[name] = state

    @rule(
        inlets=st.lists(
            st.sampled_from([None, 15.0, 17.0, 18.0, 22.0, 24.0, 26.0, 28.0, 28.0]), min_size=1, max_size=5
        ),
        leak=st.sampled_from([0.0, 1.0, None]),
        every_s=st.sampled_from([1, 5, 10, 10, 10, 40]),
    )
    def beats(self, inlets: list[float | None], leak: float | None, every_s: int) -> None:
        for inlet in inlets:
            self.beat(inlet, leak, every_s)

    @rule(hot=st.integers(1, 3), silent=st.integers(1, 2), every_s=st.sampled_from([5, 10]))
    def interrupted(self, hot: int, silent: int, every_s: int) -> None:
        """What a delay has to survive, often enough to matter."""
        self.beats([28.0] * hot + [None] * silent, None, every_s)

    def beat(self, inlet: float | None, leak: float | None, after_s: int) -> None:
        self.now += after_s * 1000
        readings = [self.reading(INLET.id, inlet), self.reading(LEAK.id, leak)]
        expected = [
            step
            for sensor, value in ((INLET.id, inlet), (LEAK.id, leak))
            for each in self.in_force
            for step in self.read(f"{each.id}.{sensor}", value)
        ]
        self.agree(self.engine.fold(readings), expected)

    def read(self, name: str, value: float | None) -> Iterator[Step]:
        if name in self.model:
            yield from self.model[name].read(self.now, value)

    def reading(self, sensor: str, value: float | None) -> Reading:
        at, known = Instant(self.now), INLET.id if sensor == INLET.id else LEAK.id
        return bad(known, at, Reason.NO_COMMUNICATION) if value is None else good(known, at, value)

    @rule(which=st.sampled_from(["warm.rack-a.inlet", "wet.rack-a.leak", "mute.rack-a.inlet", "no.such"]))
    def acknowledge(self, which: str) -> None:
        command = Acknowledge(at=Instant(self.now), alarm=AlarmId(which), by="li")
        moved = self.model[which].move(self.now, "acknowledged", "li") if which in self.model else ()
        self.agree(self.engine.fold(command), list(moved))

    @rule(hours=st.sampled_from([-30, -1, 1, 8, 500]))
    def set_the_clock(self, hours: int) -> None:
        by = hours * 3_600_000
        self.now += by
        for alarm in self.model.values():
            alarm.shift(by)
        self.agree(self.engine.fold(ClockStep(Instant(self.now), Duration(by))), [])

    @rule(after_s=st.sampled_from([2, 60, 7200, -86_400]), others=st.none() | st.sampled_from(CONFIGURATIONS))
    def restart(self, after_s: int, others: list[Rule] | None) -> None:
        """The process ends at any instant; all that the next one has is the journal."""
        after = after_s * 1000
        self.now += after
        self.in_force = self.in_force if others is None else others
        self.engine = Engine(self.in_force, [ROOM], self.states, self.standing.values(), CALM)
        self.agree(self.engine.settle(Instant(self.now)), self.configured())
        for alarm in self.model.values():
            alarm.shift(after)
        self.agree(self.engine.fold(Resumed(Instant(self.now), Duration(after))), [])

    @rule(others=st.sampled_from(CONFIGURATIONS))
    def reload(self, others: list[Rule]) -> None:
        self.in_force = others
        self.agree(self.engine.reconfigure(others, [ROOM], Instant(self.now)), self.configured())

    def configured(self) -> list[Step]:
        before = self.model
        fresh = [obvious(each, before.get(name_of(each))) for each in self.in_force]
        self.model = {alarm.name: alarm for alarm in fresh}
        gone = sorted(set(before) - set(self.model))
        ended: list[Step] = [
            (self.now, name, NAMES[before[name].letter], "normal", "removed", None)
            for name in gone
            if before[name].letter != "A"
        ]
        waiting = [alarm for _, alarm in sorted(self.model.items()) if alarm.letter == "D" and not alarm.by_person]
        return ended + [step for alarm in waiting for step in alarm.move(self.now, "acknowledged", None)]

    def kept(self) -> dict[str, AlarmState]:
        return {name: state for name, state in self.states.items() if isinstance(state, AlarmState)}

    @invariant()
    def what_stands_is_what_the_model_says_and_what_the_journal_holds(self) -> None:
        stands = {name: NAMES[alarm.letter] for name, alarm in self.model.items() if alarm.letter != "A"}
        if hasattr(self, "engine"):
            assert self.engine.standing == stands
        assert {name: event.state for name, event in self.standing.items()} == stands
        assert {name: alarm.state for name, alarm in self.kept().items() if alarm.state != "normal"} == stands


TestEngineAgainstModel = EngineAgainstModel.TestCase
TestEngineAgainstModel.settings = settings(
    max_examples=200, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
