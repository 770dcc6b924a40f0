"""Drills of judges of several sensors and of windows: a twin tells what would be told if sensors said so in earnest.

And whatever happens in the midst of drills, a restart, a reload or a step of the clock, they go on as if nothing had.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import AlarmEvent, Priority, RuleId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, EndDrill, StartDrill
from roommon.model.quantity import Amount
from roommon.model.reading import Quality, Reading, SensorId
from roommon.rules.engine import Engine
from roommon.rules.kinds import increment, limit, rate_of_change
from roommon.rules.rule import Rule, Selection
from tests.peers.room import START, seconds
from tests.property.test_rules_together import ALL, CALMLY, DEVICES, LOW, RULES, SENSORS, Beat, day

_RISING = rate_of_change.Config(above=Amount(100, "K/h"), window=seconds(120), on_delay=seconds(15), priority=LOW)
KINDS = RULES | {
    "limit": Rule(RuleId("limit"), limit.Config(above=Amount(24, "Cel"), priority=LOW), ALL),
    "rate": Rule(RuleId("rate"), _RISING, ALL),
    "growth": Rule(
        RuleId("growth"),
        increment.Config(by=Amount(8, "K"), within=seconds(300), priority=Priority.LOW),
        Selection(device=DEVICES[0].id),
    ),
}
CALM = settings(deadline=None, max_examples=50)
EACH = pytest.mark.parametrize("name", KINDS)
QUIET = st.sampled_from([20.0, 20.0, 20.125, 20.25, None])
"""What none of the rules minds."""
ANY = st.sampled_from([20.0, 20.0, 23.5, 30.0, None])
PAUSE = st.sampled_from([5, 10, 10, 10, 30, 61])
DRILL = st.sampled_from([10.0, 20.0, 26.0, 30.0])
WHICH = st.sampled_from([sensor.id for sensor in SENSORS])


def beats(value: st.SearchStrategy[float | None]) -> st.SearchStrategy[list[Beat]]:
    return st.lists(st.tuples(PAUSE, st.tuples(*[value] * len(SENSORS))), max_size=25)


def started(at: Instant, sensor: SensorId, value: float, for_s: int = 7200) -> StartDrill:
    return StartDrill(at=at, by="li", sensor=sensor, value=value, until=Instant(at + 1000 * for_s))


def outline(event: AlarmEvent) -> tuple[object, ...]:
    name = event.alarm.replace(".drill.", ".")
    text = event.text.en.replace("DRILL: ", "")
    return event.at, name, event.sensor, event.device, event.was, event.state, event.trigger, event.value, text


@EACH
@CALM
@given(before=beats(QUIET), after=beats(QUIET), said=st.dictionaries(WHICH, DRILL, min_size=1))
def test_a_drill_tells_what_would_be_told_in_earnest(
    name: str, before: list[Beat], after: list[Beat], said: dict[SensorId, float]
) -> None:
    rules, inputs = [KINDS[name]], day([*before, *after])
    drilled, earnest = Engine(rules, DEVICES, policy=CALMLY), Engine(rules, DEVICES, policy=CALMLY)
    for readings in inputs[: len(before)]:
        assert drilled.fold(readings) == earnest.fold(readings) == []
    at = inputs[len(before) - 1][0].taken_at if before else START
    refused = [sensor for sensor, value in said.items() if not drilled.command(started(at, sensor, value)).done]
    assert name in ("growth", "one") or not refused
    told: list[AlarmEvent] = []
    would: list[AlarmEvent] = []
    for readings in inputs[len(before) :]:
        told += drilled.fold(drilled.overlaid(readings))
        would += earnest.fold([as_said(reading, said) for reading in readings])
    assert all(event.drill and event.drilled for event in told)
    assert list(map(outline, told)) == list(map(outline, would))


def as_said(reading: Reading, said: dict[SensorId, float]) -> Reading:
    """A reading as it would be, were the drill true."""
    value = said.get(reading.sensor)
    return reading if value is None else reading._replace(value=value, quality=Quality.GOOD, reason=None)


@dataclass(frozen=True)
class Begin:
    sensor: SensorId
    value: float
    for_s: int


@dataclass(frozen=True)
class End:
    sensor: SensorId


STEPS = st.lists(
    st.one_of(
        st.tuples(PAUSE, st.tuples(*[ANY] * len(SENSORS))),
        st.tuples(PAUSE, st.tuples(*[QUIET] * len(SENSORS))),
        st.builds(Begin, WHICH, DRILL, st.sampled_from([45, 7200])),
        st.builds(End, WHICH),
    ),
    max_size=30,
)
Step = Any


class Site:
    """An engine, and the journal that it would leave."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.engine = Engine(rules, DEVICES, policy=CALMLY)
        self.past: list[Reading] = []
        self.states: dict[str, Any] = {}
        self.standing: dict[str, AlarmEvent] = {}
        self.now = int(START)

    def does(self, step: Step) -> list[AlarmEvent]:
        at = Instant(self.now + 1)
        match step:
            case Begin(sensor, value, for_s):
                events = list(self.engine.command(started(at, sensor, value, for_s)).events)
            case End(sensor):
                events = list(self.engine.command(EndDrill(at=at, by="li", sensor=sensor)).events)
            case _:
                [readings] = day([step])
                by = self.now - int(START)
                moved = [each._replace(taken_at=Instant(each.taken_at + by)) for each in readings]
                self.now = moved[0].taken_at
                overlaid = self.engine.overlaid(moved)
                self.past += overlaid
                events = self.engine.fold(overlaid)
        self.keep(events)
        return events

    def keep(self, events: Sequence[AlarmEvent]) -> None:
        for id_, state in self.engine.take_changed().items():
            self.states[id_] = state
        self.standing |= {event.alarm: event for event in events}

    def restart(self) -> None:
        """All that the next process has is the journal: states, what stands, and readings as far back as it asks."""
        states = {id_: state for id_, state in self.states.items() if state is not None}
        standing = [event for event in self.standing.values() if event.state is not State.NORMAL]
        self.engine = Engine(self.rules, DEVICES, states, standing, CALMLY)
        history = self.engine.windows()
        self.engine.remember(
            each for each in self.past if each.taken_at >= self.now - history.get(each.sensor, Duration(-1))
        )
        assert self.engine.settle(Instant(self.now)) == []

    def reload(self) -> None:
        assert self.engine.reconfigure(self.rules, DEVICES, Instant(self.now)) == []

    def step_the_clock(self, by: int) -> None:
        self.now += by
        assert self.engine.fold(ClockStep(Instant(self.now), Duration(by))) == []
        self.keep([])


def story(name: str, steps: Sequence[Step], cut: float, then: str) -> Iterator[object]:
    """What is told by `steps`, when something happens in their midst."""
    site, split = Site([KINDS[name], *([KINDS["limit"]] if name == "vote" else [])]), int(len(steps) * cut)
    for step in steps[:split]:
        yield from site.does(step)
    match then:
        case "restart":
            site.restart()
        case "reload":
            site.reload()
        case _:
            pass
    for step in steps[split:]:
        yield from site.does(step)


@EACH
@pytest.mark.parametrize("then", ["restart", "reload"])
@CALM
@given(steps=STEPS, cut=st.floats(0, 1))
def test_drills_go_on(name: str, then: str, steps: Sequence[Step], cut: float) -> None:
    assert list(story(name, steps, cut, then)) == list(story(name, steps, cut, "nothing"))


@EACH
@CALM
@given(steps=STEPS, cut=st.floats(0, 1), hours=st.sampled_from([-48, 24, 2400]))
def test_a_step_of_the_clock_moves_drills_with_it(name: str, steps: Sequence[Step], cut: float, hours: int) -> None:
    by, split = hours * 3_600_000, int(len(steps) * cut)
    still, moved = Site([KINDS[name]]), Site([KINDS[name]])
    for step in steps[:split]:
        assert moved.does(step) == still.does(step)
    moved.step_the_clock(by)
    for step in steps[split:]:
        later, before = moved.does(step), still.does(step)
        assert [(event.at - by, *outline(event)[1:]) for event in later] == list(map(outline, before))
