"""Judges of several sensors: after a restart, a reload or a step of the clock they tell what they would have told."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import AlarmEvent, Priority, RuleId
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, Reason, bad, good
from roommon.model.text import Text
from roommon.rules.engine import Engine
from roommon.rules.kinds import deviation, flatline, vote
from roommon.rules.policy import Flood, Policy
from roommon.rules.rule import Rule, Selection
from tests.peers.room import START, seconds

CALM = settings(deadline=None, max_examples=80)
ROWS = [DeviceId("row-1"), DeviceId("row-2")]
DEVICES = [
    Device(row, Text.same(row), "room", tuple(Sensor(row, key, Quantity.TEMPERATURE, Text.same(key)) for key in "ab"))
    for row in ROWS
]
SENSORS = [sensor for device in DEVICES for sensor in device.sensors]
LOW, ALL = Priority.LOW, Selection(quantity=Quantity.TEMPERATURE)
RULES = {
    "median": Rule(
        RuleId("median"),
        deviation.Config(more_than=Amount(4, "K"), deadband=Amount(1, "K"), max_age=seconds(60), priority=LOW),
        ALL,
    ),
    "one": Rule(
        RuleId("one"),
        deviation.Config(more_than=Amount(4, "K"), reference="row-2.b", max_age=seconds(60), priority=LOW),
        Selection(device=ROWS[0]),
    ),
    "vote": Rule(
        RuleId("vote"),
        vote.Config(at_least=2, above=Amount(24, "Cel"), deadband=Amount(1, "K"), max_age=seconds(60), priority=LOW),
        ALL,
    ),
    "flat": Rule(
        RuleId("flat"),
        flatline.Config(moved=Amount(0.1, "K"), window=seconds(120), neighbours_moved=Amount(2, "K"), priority=LOW),
        ALL,
    ),
}
CALMLY = Policy(flood=Flood(more_than=1_000_000))
"""No flood: what is asked here is which alarms there are."""
EVERY = pytest.mark.parametrize("name", RULES)
Beat = tuple[int, tuple[float | None, ...]]
VALUE = st.sampled_from([20.0, 20.0, 20.0, 23.5, 25.0, 30.0, None])
BEATS = st.lists(
    st.tuples(st.sampled_from([5, 10, 10, 10, 30, 61, 200]), st.tuples(*[VALUE] * len(SENSORS))), max_size=40
)


def day(beats: Sequence[Beat]) -> list[list[Reading]]:
    at, found = int(START), []
    for pause_s, values in beats:
        at += 1000 * pause_s
        found.append(
            [
                bad(sensor.id, Instant(at), Reason.OVERDUE) if value is None else good(sensor.id, Instant(at), value)
                for sensor, value in zip(SENSORS, values, strict=True)
            ]
        )
    return found


def told(engine: Engine, beats: Sequence[Sequence[Reading]]) -> list[AlarmEvent]:
    return [event for readings in beats for event in engine.fold(readings)]


def restarted(rules: Sequence[Rule], before: Engine, past: Sequence[Sequence[Reading]], now: int) -> Engine:
    """What a new process makes of the journal's states, and of each sensor's readings as far back as it asks for."""
    states = {id_: state for id_, state in before.take_changed().items() if state is not None}
    standing = [alarm.last for alarm in before._board.alarms.values() if alarm.last]
    after = Engine(rules, DEVICES, states, standing, CALMLY)
    history = after.windows()
    after.remember(
        reading
        for readings in past
        for reading in readings
        if reading.taken_at >= now - history.get(reading.sensor, Duration(-1))
    )
    assert after.settle(Instant(now)) == []
    return after


@EVERY
@CALM
@given(beats=BEATS, cut=st.floats(0, 1))
def test_a_restart_changes_nothing_that_is_told(name: str, beats: list[Beat], cut: float) -> None:
    rules, inputs = [RULES[name]], day(beats)
    split = int(len(inputs) * cut)
    whole = Engine(rules, DEVICES, policy=CALMLY)
    told(whole, inputs[:split])
    now = inputs[split][0].taken_at if inputs[split:] else int(START)
    after = restarted(rules, whole, inputs[:split], now)
    assert told(after, inputs[split:]) == told(whole, inputs[split:])


@EVERY
@CALM
@given(beats=BEATS, cut=st.floats(0, 1))
def test_a_reload_changes_nothing_that_is_told(name: str, beats: list[Beat], cut: float) -> None:
    rules, inputs = [RULES[name]], day(beats)
    split = int(len(inputs) * cut)
    whole, reloaded = Engine(rules, DEVICES, policy=CALMLY), Engine(rules, DEVICES, policy=CALMLY)
    told(whole, inputs[:split])
    told(reloaded, inputs[:split])
    assert reloaded.reconfigure(rules, DEVICES, START) == []
    assert told(reloaded, inputs[split:]) == told(whole, inputs[split:])


@EVERY
@CALM
@given(beats=BEATS, cut=st.floats(0, 1), hours=st.sampled_from([-48, 24, 2400]))
def test_a_step_of_the_clock_changes_no_more_than_the_instants(
    name: str, beats: list[Beat], cut: float, hours: int
) -> None:
    rules, inputs, by = [RULES[name]], day(beats), hours * 3_600_000
    split = int(len(inputs) * cut)
    still, moved = Engine(rules, DEVICES, policy=CALMLY), Engine(rules, DEVICES, policy=CALMLY)
    told(still, inputs[:split])
    told(moved, inputs[:split])
    moved.fold(ClockStep(Instant(START + by), Duration(by)))
    later = [[each._replace(taken_at=Instant(each.taken_at + by)) for each in beat] for beat in inputs[split:]]
    assert list(outlines(told(moved, later), by)) == list(outlines(told(still, inputs[split:]), 0))


def outlines(events: Sequence[AlarmEvent], by: int) -> Iterator[object]:
    return ((event.at - by, event.alarm, event.state, event.text) for event in events)


def test_a_vote_is_one_alarm_and_a_sensor_that_nobody_looks_at_has_no_onlooker() -> None:
    joint = Engine([RULES["vote"]], DEVICES)
    assert list(joint._board.alarms) == ["vote.row-1.a"]
    assert {sensor: len(watchers) for sensor, watchers in joint._board.watchers_of.items()} == {
        sensor.id: 1 for sensor in SENSORS
    }
    one = Engine([RULES["one"]], DEVICES)
    assert {sensor: len(watchers) for sensor, watchers in one._board.watchers_of.items()} == {
        "row-1.a": 1,
        "row-1.b": 1,
        "row-2.b": 2,
    }
    assert set(one.windows()) == {"row-1.a", "row-1.b", "row-2.b"}


def test_the_reading_of_any_voter_raises_the_alarm() -> None:
    engine = Engine([RULES["vote"]], DEVICES)
    at = Instant(START)
    raised = [engine.fold([good(sensor.id, at, 30.0)]) for sensor in SENSORS[1:3]]
    assert [[event.alarm for event in events] for events in raised] == [[], ["vote.row-1.a"]]
